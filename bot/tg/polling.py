"""Long polling that never confirms past the oldest update that is not handled.

`getUpdates(offset)` confirms everything below `offset` and returns what is left, so the next
request may only start at the oldest update still in hand, and brings it again with the news. A
window that slides this way with every single update would be slow: what is in hand would come
over the wire again and again, and Telegram answers a request that repeats its offset within half
a second with one update. So a batch is first given `BARRIER` seconds to be done as a whole, which
it is, unless a reader's turn is held up; only then is the window slid to that reader's update and
the others go on, at a pace that Telegram does not count as repeating. At most 100 updates from the
oldest one on are in hand: memory is bounded, Telegram keeps the rest.

python-telegram-bot's own updater confirms a batch before its handlers have run, so that a crash
loses what it had fetched.
"""

import asyncio
from functools import partial
from typing import Any

import orjson
import structlog
from telegram.error import TelegramError

from bot.tg.application import ALLOWED_UPDATES
from bot.tg.insist import insist
from bot.tg.intake import Intake, NotHandledError
from bot.tg.request import Request

LONG_POLL = 30
# Seconds. Telegram takes the same offset within 0.5 s for impatience.
BARRIER = 0.6

log = structlog.get_logger()


class Poller:
    """Fetches updates for an intake."""

    def __init__(self, request: Request, intake: Intake) -> None:
        self._request = request
        self._intake = intake
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._next = 0
        self._done: set[int] = set()

    async def poll(self, stopping: asyncio.Event, limit: float) -> int:
        """Fetch and handle updates until `stopping` is set; return how many are left over.

        What is in hand then is finished, within `limit` seconds. Raises ConfigError when
        Telegram refuses the token. Every other failure is waited out.
        """
        while not stopping.is_set():
            await insist(lambda: self._fetch(stopping), stopping, "polling_failed")
            await self._barrier(stopping)
        await self._intake.drain(limit)
        left = len(self._in_hand)
        await self._confirm()
        return left

    async def _fetch(self, stopping: asyncio.Event) -> None:
        """Take the next updates in hand; return with nothing as soon as the bot is to stop."""
        request = asyncio.create_task(self._get(LONG_POLL, 100))
        stop = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({request, stop}, return_when=asyncio.FIRST_COMPLETED)
            found = request.result() if request.done() else []
        finally:
            request.cancel()
            stop.cancel()
            await asyncio.gather(request, stop, return_exceptions=True)
        for raw in found:
            number = raw["update_id"]
            if number in self._in_hand or number in self._done:
                continue
            self._next = max(self._next, number + 1)
            self._in_hand[number] = turn = asyncio.create_task(self._intake.see_through(raw))
            turn.add_done_callback(partial(self._finished, number))

    async def _barrier(self, stopping: asyncio.Event) -> None:
        """Wait until all is handled, or for the time after which others must not wait longer."""
        if self._in_hand and not stopping.is_set():
            await asyncio.wait(self._in_hand.values(), timeout=BARRIER)

    async def _confirm(self) -> None:
        """Confirm what was handled last, so that the next start does not see it again."""
        try:
            await self._get(0, 1)
        except TelegramError as error:
            log.warning("last_offset_not_confirmed", error=type(error).__name__)

    async def _get(self, timeout: int, limit: int) -> list[dict[str, Any]]:  # noqa: ASYNC109 - Telegram's
        offset = min(self._in_hand, default=self._next)
        self._done = {number for number in self._done if number >= offset}
        body = orjson.dumps(
            {
                "offset": offset,
                "limit": limit,
                "timeout": timeout,
                "allowed_updates": ALLOWED_UPDATES,
            }
        )
        payload = await self._request.send_bytes("getUpdates", body, timeout + 10.0)
        result: list[dict[str, Any]] = self._request.parse_json_payload(payload)["result"]
        return result

    def _finished(self, number: int, task: asyncio.Task[None]) -> None:
        if task.cancelled() or isinstance(task.exception(), NotHandledError):
            return  # it stays in hand, so that nothing past it is confirmed
        if error := task.exception():
            log.error("update_lost", error=type(error).__name__)
        del self._in_hand[number]
        self._done.add(number)
