"""HTTP with the Bot API: one pool, one set of deadlines, for the library and for the short way.

python-telegram-bot documents `BaseRequest` as the place for another HTTP client. Its own, httpx,
costs more than all the rest of a tap; it is kept for what it does well, uploads and downloads,
and made only when the first of those comes.
"""

import time
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import orjson
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import (
    PoolTimeoutError,
    PyreqwestError,
    RequestError,
    RequestTimeoutError,
)
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, HTTPXRequest, RequestData

from bot.tg.watch import Nobody, Watch

# Seconds. Telegram answers in tens of milliseconds; what takes longer than this is lost.
ANSWER = 10.0
CONNECT = 5.0
POOL = 5.0
CONNECTIONS = 256
# Telegram closes idle connections after about a minute; to reuse one then would fail.
_IDLE = 50.0
# hyper's words for an error before the first byte of a request left this machine.
_NEVER_LEFT = "client error (Connect)"


class NotReachedError(NetworkError):
    """No connection was made: the call has certainly not arrived and may be made again."""


class ServerFaultError(NetworkError):
    """Telegram answered that it could not (5xx)."""


class Request(BaseRequest):
    """The library's way to the Bot API, and `send_bytes` beside it, over one pool.

    `base` is `<address>/bot<token>`. No error that leaves here carries the address, which holds
    the token.
    """

    def __init__(self, base: str, watch: Watch | None = None) -> None:
        self._base = base
        self._watch = watch or Nobody()
        self._client: Client | None = None
        self._library: HTTPXRequest | None = None

    @property
    def read_timeout(self) -> float:
        """Return the seconds a call may take where nothing else is asked for."""
        return ANSWER

    async def initialize(self) -> None:
        """Make the pool; the library asks twice, once for each use it has for a request."""
        if self._client is None:
            self._client = (
                ClientBuilder()
                .connect_timeout(timedelta(seconds=CONNECT))
                .pool_timeout(timedelta(seconds=POOL))
                .pool_idle_timeout(timedelta(seconds=_IDLE))
                .max_connections(CONNECTIONS)
                .default_headers({"Content-Type": "application/json"})
                .user_agent(self.USER_AGENT)
                .follow_redirects(False)
                .build()
            )

    async def shutdown(self) -> None:
        """Close every connection."""
        client, self._client = self._client, None
        library, self._library = self._library, None
        if client is not None:
            await client.close()
        if library is not None:
            await library.shutdown()

    async def send_bytes(self, method: str, body: bytes, seconds: float = ANSWER) -> bytes:
        """Call a method with a ready JSON body; return the JSON of the answer.

        Raises what the library raises for the same refusal; NotReachedError where the call cannot
        have arrived.
        """
        status, payload = await self.exchange(f"{self._base}/{method}", body, seconds)
        if status == HTTPStatus.OK:
            return payload
        raise refusal(status, payload)

    async def exchange(self, url: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        """Post JSON; return status and body of the answer."""
        assert self._client is not None, "initialize comes first"  # noqa: S101 - for the type
        began = time.perf_counter()
        try:
            response = await (
                self._client.post(url)
                .body_bytes(body)
                .timeout(timedelta(seconds=seconds))
                .build()
                .send()
            )
            payload = bytes(await response.bytes())
        except PyreqwestError as error:
            failure = _failure(error)
            self._tell(url, type(failure).__name__, began)
            raise failure from None  # the original names the address
        self._tell(url, str(response.status), began)
        return response.status, payload

    async def do_request(  # noqa: PLR0917 - the library's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - the library's private type
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401
    ) -> tuple[int, bytes]:
        """Make a call of the library's; files go by its own client."""
        if method == "POST" and not (request_data and request_data.contains_files):
            body = orjson.dumps(request_data.parameters if request_data else {})
            seconds = ANSWER if read_timeout is self.DEFAULT_NONE else read_timeout
            return await self.exchange(url, body, seconds or ANSWER)
        if self._library is None:
            self._library = HTTPXRequest()
            await self._library.initialize()
        began, outcome = time.perf_counter(), "failed"
        try:
            status, payload = await self._library.do_request(
                url,
                method,
                request_data,
                read_timeout,
                write_timeout,
                connect_timeout,
                pool_timeout,
            )
            outcome = str(status)
        finally:
            self._tell(url, outcome, began)
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:  # noqa: ANN401 - JSON
        """Parse an answer; TelegramError without its text where that is no JSON."""
        try:
            return orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise TelegramError("Telegram's answer is no JSON") from None

    def _tell(self, url: str, outcome: str, began: float) -> None:
        self._watch.called(url.rpartition("/")[2], outcome, time.perf_counter() - began)


def refusal(status: int, payload: bytes) -> TelegramError:
    """Return the library's error for an answer that is not 200."""
    try:
        answer = orjson.loads(payload)
        text = str(answer.get("description", ""))
        wait = (answer.get("parameters") or {}).get("retry_after")
    except (orjson.JSONDecodeError, AttributeError):
        text, wait = "", None
    text = text or f"status {status}"
    match status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return RetryAfter(int(wait or 1))
        case HTTPStatus.BAD_REQUEST:
            return BadRequest(text)
        case HTTPStatus.FORBIDDEN:
            return Forbidden(text)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND:
            return InvalidToken(text)
        case HTTPStatus.CONFLICT:
            return Conflict(text)
    return ServerFaultError(text)


def _failure(error: PyreqwestError) -> NetworkError:
    """Tell apart what never left from what may have arrived.

    The client's own names mislead: it calls a connection cut in the middle, and an answer that
    took too long, errors of connecting as well. The chain of causes is exact.
    """
    causes = (error.details["causes"] or []) if isinstance(error, RequestError) else []
    if isinstance(error, PoolTimeoutError) or any(c["message"] == _NEVER_LEFT for c in causes):
        return NotReachedError("no connection")
    if isinstance(error, RequestTimeoutError):
        return TimedOut("no answer in time")
    return NetworkError("connection lost")
