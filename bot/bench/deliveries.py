"""The two ways an update reaches a bot: it asks (long polling), or it is called (webhook).

`delay` is the time, in seconds, that anything takes from here to the bot or back.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol, cast
from urllib.parse import urlsplit

import httptools
import orjson

from bot.bench.readers import Tap
from bot.bench.wire import Params, Reply, parameters

LONGEST_BATCH = 100
_PAUSE = 0.02


class Source(Protocol):
    """Where updates come from, and who is told that the bot let go of one."""

    def update(self, tap: Tap) -> bytes:
        """Return a tap as JSON."""
        ...

    def acknowledged(self, tap: Tap) -> None:
        """Take note that it was acknowledged."""
        ...


class Polling:
    """`getUpdates`: what was offered comes again until a higher offset confirms it."""

    def __init__(self, readers: Source) -> None:
        self.delay = 0.0
        self._readers = readers
        self._waiting: deque[tuple[Tap, bytes]] = deque()
        self._parked: Reply | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._limit = LONGEST_BATCH

    def offer(self, tap: Tap) -> None:
        """Queue a tap; a request that waits for one is answered when all news of now are in."""
        self._waiting.append((tap, self._readers.update(tap)))
        if self._parked is not None and len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._release, self.delay)

    def fetch(self, params: Params, reply: Reply) -> None:
        """Answer `getUpdates`, at once or when there is something, within its timeout."""
        self._release(0.0)
        offset = int(params.get("offset", 0))
        while self._waiting and self._waiting[0][0].update_id < offset:
            self._readers.acknowledged(self._waiting.popleft()[0])
        self._limit = int(params.get("limit", LONGEST_BATCH))
        self._parked = reply
        timeout = float(params.get("timeout", 0))
        if self._waiting or not timeout:
            # The request came this way before its answer goes the other.
            self._release(2 * self.delay)
        else:
            self._timer = asyncio.get_running_loop().call_later(timeout, self._release, self.delay)

    def _release(self, after: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        reply, self._parked = self._parked, None
        if reply is None:
            return
        batch = list(self._waiting)[: self._limit]
        answer = b'{"ok":true,"result":[%b]}' % b",".join(update for _, update in batch)
        later(after, lambda: reply(answer))


class Webhook:
    """Deliveries to the bot's address, over as many connections as it asked for, until taken."""

    def __init__(
        self,
        readers: Source,
        params: Params,
        call: Callable[[str, Params], None],
    ) -> None:
        self.delay = 0.0
        self.readers = readers
        self.call = call
        url, secret = str(params["url"]), str(params.get("secret_token", ""))
        where = urlsplit(url)
        self._host, self._port = where.hostname or "127.0.0.1", where.port or 80
        self.head = (
            f"POST {where.path or '/'} HTTP/1.1\r\nHost: {where.netloc}\r\n"
            f"Content-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\n"
        ).encode()
        self._queue: deque[Tap] = deque()
        self._idle: deque[_Line] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        for _ in range(int(params.get("max_connections", 40))):
            self.connect()

    def offer(self, tap: Tap) -> None:
        """Give a tap to a free connection, or queue it for the next."""
        if self._idle:
            self._idle.popleft().deliver(tap)
        else:
            self._queue.append(tap)

    def free(self, line: "_Line") -> None:
        """Take back a connection that is done with its tap."""
        if self._queue:
            line.deliver(self._queue.popleft())
        else:
            self._idle.append(line)

    def lost(self, line: "_Line") -> None:
        """Replace a connection; its tap is delivered again."""
        if line in self._idle:
            self._idle.remove(line)
        if line.tap is not None:
            self._queue.appendleft(line.tap)
        later(_PAUSE, self.connect)

    def close(self) -> None:
        """Deliver nothing more."""
        self._closed = True
        for task in self._tasks:
            task.cancel()

    def connect(self) -> None:
        """Open one more connection, however long it takes."""
        if self._closed:
            return
        task = asyncio.get_running_loop().create_task(self._connect())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self) -> None:
        while True:
            try:
                await asyncio.get_running_loop().create_connection(
                    lambda: _Line(self), self._host, self._port
                )
            except OSError:
                await asyncio.sleep(_PAUSE)
            else:
                return


class _Line(asyncio.Protocol):
    """One connection to the bot, with one delivery at a time."""

    def __init__(self, hook: Webhook) -> None:
        self.tap: Tap | None = None
        self._hook = hook
        self._transport: asyncio.Transport | None = None
        self._start()

    def _start(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._body = b""
        self._kind = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._hook.free(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._transport = None
        self._hook.lost(self)

    def deliver(self, tap: Tap) -> None:
        """Send a tap; it arrives after the delay."""
        self.tap = tap
        later(self._hook.delay, self._write)

    def _write(self) -> None:
        if self._transport is not None and self.tap is not None:
            body = self._hook.readers.update(self.tap)
            head = self._hook.head + b"Content-Length: %d\r\n\r\n" % len(body)
            self._transport.write(head + body)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep what kind of body comes; the parser calls this."""
        if name.lower() == b"content-type":
            self._kind = value

    def on_body(self, body: bytes) -> None:
        """Collect the body; the parser calls this."""
        self._body += body

    def on_message_complete(self) -> None:
        """Take the answer; the parser calls this."""
        tap, body, kind = self.tap, self._body, self._kind
        taken = 200 <= self._parser.get_status_code() < 300  # noqa: PLR2004
        self._start()
        if tap is None:
            return
        if not taken:
            later(_PAUSE, self._write)
            return
        self.tap = None
        if body.startswith(b"{"):
            params: Params = orjson.loads(body)
        else:
            params = parameters(kind, body) if body and b"multipart" in kind else {}
        method = str(params.pop("method", ""))
        if method:
            self._hook.call(method, params)
        self._hook.readers.acknowledged(tap)
        later(self._hook.delay, lambda: self._hook.free(self))


def later(seconds: float, what: Callable[[], None]) -> None:
    """Do something after so many seconds, now for 0."""
    if seconds:
        asyncio.get_running_loop().call_later(seconds, what)
    else:
        what()
