"""The two ways an update reaches a bot: it asks (long polling), or it is called (webhook)."""

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

from bot.bench.readers import Readers, Tap
from bot.bench.wire import Params, Reply

# Telegram's default `max_connections` of a webhook.
CONNECTIONS = 40
LONGEST_BATCH = 100
_PAUSE = 0.02
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Polling:
    """`getUpdates`: what was offered comes again until a higher offset confirms it."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._waiting: deque[tuple[Tap, bytes]] = deque()
        self._parked: Reply | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._limit = LONGEST_BATCH

    def offer(self, tap: Tap) -> None:
        """Queue a tap; a request that waits for one is answered when all news of now are in."""
        self._waiting.append((tap, self._readers.update(tap)))
        if self._parked is not None and len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._release)

    def fetch(self, params: Params, reply: Reply) -> None:
        """Answer `getUpdates`, at once or when there is something, within its timeout."""
        self._release()
        offset = int(params.get("offset", 0))
        while self._waiting and self._waiting[0][0].update_id < offset:
            self._readers.acknowledged(self._waiting.popleft()[0])
        self._limit = int(params.get("limit", LONGEST_BATCH))
        self._parked = reply
        timeout = float(params.get("timeout", 0))
        if self._waiting or not timeout:
            self._release()
        else:
            self._timer = asyncio.get_running_loop().call_later(timeout, self._release)

    def _release(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        reply, self._parked = self._parked, None
        if reply is not None:
            batch = list(self._waiting)[: self._limit]
            reply(b'{"ok":true,"result":[%b]}' % b",".join(update for _, update in batch))


class Webhook:
    """Deliveries to the bot's address, at most `CONNECTIONS` at a time, again until taken."""

    def __init__(self, readers: Readers, url: str, secret: str) -> None:
        self._readers = readers
        where = urlsplit(url)
        self._host, self._port = where.hostname or "127.0.0.1", where.port or 80
        self._head = (
            f"POST {where.path or '/'} HTTP/1.1\r\nHost: {where.netloc}\r\n"
            f"Content-Type: application/json\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\n"
        ).encode()
        self._queue: asyncio.Queue[Tap] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    def offer(self, tap: Tap) -> None:
        """Queue a tap for the next free connection."""
        self._queue.put_nowait(tap)

    def start(self, call: Callable[[str, Params], None]) -> None:
        """Begin delivering; `call` takes the method that a bot put into its answer."""
        self._tasks = [asyncio.create_task(self._deliver(call)) for _ in range(CONNECTIONS)]

    async def _deliver(self, call: Callable[[str, Params], None]) -> None:
        tap: Tap | None = None
        while True:
            try:
                reader, writer = await asyncio.open_connection(self._host, self._port)
            except OSError:
                await asyncio.sleep(_PAUSE)
                continue
            try:
                while True:
                    tap = tap or await self._queue.get()
                    body = self._readers.update(tap)
                    writer.write(self._head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
                    taken, answer = await _answer(reader)
                    if not taken:
                        await asyncio.sleep(_PAUSE)
                        continue
                    if answer.startswith(b"{"):
                        params: Params = json.loads(answer)
                        call(str(params.pop("method", "")), params)
                    self._readers.acknowledged(tap)
                    tap = None
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(_PAUSE)
            finally:
                writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[bool, bytes]:
    """Return whether the bot took the delivery, and the body of its answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    found = _LENGTH.search(head)
    body = await reader.readexactly(int(found[1])) if found else b""
    return head.split(b" ", 2)[1].startswith(b"2"), body
