"""Sends that a reader sees once, although updates may be delivered twice.

Telegram has no way to say "send this unless you did": when a process dies in the middle of a
send, nobody can know whether the message arrived. So each update that is answered with a send
leaves two marks in the database, one before (its number) and one after (its number, negated):

    no mark           it comes for the first time: the answer is sent
    both marks        it was answered, only the acknowledgement was lost: nothing is sent
    the first mark    the answer may be in the chat or not: the reader is sent the apology, which
                      asks to try again, once; never the same answer twice, never silence

Urgent cards leave no marks. For them twice is better than not at all, and no database may stand
between a reader in danger and the card: after a crash one may come again. Edits need none either,
since to edit twice shows the same. With the database down answers go out unguarded.
"""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum, auto

import structlog

from bot.errors import StorageError

# Seconds that a reader's answer waits for the guard.
PATIENCE = 1.0

log = structlog.get_logger()


class Verdict(Enum):
    """What may be sent for an update."""

    ANSWER = auto()
    APOLOGY = auto()
    NOTHING = auto()


class Once:
    """The guard, over `first_time(number)`: true for a number's first call, ever."""

    def __init__(self, first_time: Callable[[int], Awaitable[bool]]) -> None:
        self._first_time = first_time
        self._not_sent: set[int] = set()

    async def begin(self, update_id: int) -> Verdict:
        """Tell what may be sent for this update, and mark that it is about to be."""
        if update_id in self._not_sent:
            self._not_sent.discard(update_id)
            return Verdict.ANSWER
        try:
            async with asyncio.timeout(PATIENCE):
                if await self._first_time(update_id):
                    return Verdict.ANSWER
                unclear = await self._first_time(-update_id)
        except (StorageError, TimeoutError):
            log.warning("storage_failed", action="guard")
            return Verdict.ANSWER
        return Verdict.APOLOGY if unclear else Verdict.NOTHING

    async def sent(self, update_id: int) -> None:
        """Mark that all arrived."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._first_time(-update_id)
        except (StorageError, TimeoutError):
            log.warning("storage_failed", action="guard")

    def not_sent(self, update_id: int) -> None:
        """Take note that nothing arrived, for certain: the same process may try again."""
        self._not_sent.add(update_id)
