"""Webhook, health checks and counts, on one port.

A delivery is answered 200 when its turn is done, so that a crash makes Telegram deliver again;
503 with `Retry-After` makes Telegram keep it. The webhook is plain ASGI in front of Starlette,
which would cost as much for a delivery as all the rest of answering a tap.
"""

import asyncio
import math
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import ConfigError
from bot.web.status import Healthy, Report, status_routes

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
MAX_BODY = 1024 * 1024
KEEP_ALIVE = 75

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Later:
    """The delivery was not handled; it may come again after so many seconds."""

    seconds: float = 1.0


Handle = Callable[[dict[str, Any]], Awaitable[bytes | Later | None]]
"""Handles a delivery; returns a Bot API call as JSON for the response, nothing, or `Later`."""


def build(
    handle: Handle | None,
    healthy: Healthy,
    *,
    url: str | None = None,
    secret: str | None = None,
    report: Report | None = None,
    routes: tuple[BaseRoute, ...] = (),
) -> ASGIApp:
    """Return the web application: the webhook, health checks, counts and any other `routes`.

    `url` is the public webhook address; its path is served. What `handle` raises makes Telegram
    deliver again.
    """
    rest = Starlette(routes=[*status_routes(healthy, report), *routes])
    return _Webhook(handle, url, secret, rest) if handle and url and secret else rest


class _Webhook:
    """Answers Telegram at one path, and leaves every other path to `rest`."""

    def __init__(self, handle: Handle, url: str, secret: str, rest: ASGIApp) -> None:
        self._handle = handle
        self._path = urlsplit(url).path or "/"
        self._secret = secret.encode()
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; ASGI."""
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._rest(scope, receive, send)
            return
        status, body, wait = await self._answer(scope, receive)
        kind = b"application/json" if body.startswith(b"{") else b"text/plain"
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
        if wait:
            headers.append((b"retry-after", b"%d" % wait))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes, int]:
        headers = dict(scope["headers"])
        if not compare_digest(headers.get(SECRET_HEADER, b""), self._secret):
            return 403, b"not Telegram", 0
        body = await _body(receive)
        if body is None:
            return 413, b"too large", 0
        update = _update(body)
        if update is None:
            return 400, b"no update", 0
        try:
            found = await self._handle(update)
        except Exception as error:  # noqa: BLE001 - whatever it is, the update must come again
            log.error("delivery_failed", error=type(error).__name__)  # noqa: TRY400 - no traceback
            found = Later()
        if isinstance(found, Later):
            return 503, b"later", max(1, math.ceil(found.seconds))
        return 200, found or b"", 0


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    whole = isinstance(found, dict) and type(found.get("update_id")) is int
    return found if whole else None


async def _body(receive: Receive) -> bytes | None:
    """Return the body of a request, None for one that is too long or was broken off."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


class _Server(uvicorn.Server):
    """A uvicorn that leaves the signals to the process it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """Take the port; ConfigError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        taken = socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        raise ConfigError(
            f"cannot listen on BOT_HOST {host} and BOT_PORT {port} ({type(error).__name__}): "
            "choose a port that is free, 0 for any"
        ) from None
    log.info("listening", port=taken.getsockname()[1])
    return taken


async def serve(
    web: ASGIApp, taken: socket.socket, stopping: asyncio.Event, *, shutdown: float
) -> None:
    """Serve until `stopping` is set; requests in hand get `shutdown` seconds to be finished."""
    config = uvicorn.Config(
        web,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=math.ceil(shutdown),
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve([taken]))
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    waiting.cancel()
    await task
