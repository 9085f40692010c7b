"""Sends that a reader sees once, although updates may be delivered twice.

Telegram has no way to say "send this unless you did": when a process dies in the middle of a
send, nobody can know whether the message arrived. So each update that is answered with a send
leaves two marks in the database, one before (its number) and one after (its number, negated):

    no mark           it comes for the first time: the answer is sent
    both marks        it was answered, only the acknowledgement was lost: nothing is sent
    the first mark    the answer may be in the chat or not: the reader is sent the apology, which
                      asks to try again; never the same answer twice, never silence

Urgent cards leave no marks. For them twice is better than not at all, and no database may stand
between a reader in danger and the card: after a crash one may come again. Edits need none either,
since to edit twice shows the same. With the database down answers go out unguarded.
"""

import asyncio
from enum import Enum, auto
from typing import Protocol

import structlog

from bot.errors import StorageError

# Seconds that a reader's answer waits for the guard.
PATIENCE = 3.0

log = structlog.get_logger()


class Verdict(Enum):
    """What may be sent for an update."""

    ANSWER = auto()
    APOLOGY = auto()
    NOTHING = auto()


class Marks(Protocol):
    """Numbers that stay marked, whoever dies; each may raise StorageError."""

    async def first_time(self, update_id: int) -> bool:
        """Mark a number; tell whether it was not marked before."""
        ...

    async def seen(self, update_id: int) -> bool:
        """Tell whether a number is marked."""
        ...


class Once:
    """The guard."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._not_sent: set[int] = set()

    async def begin(self, update_id: int) -> Verdict:
        """Tell what may be sent for this update, and mark that it is about to be."""
        if update_id in self._not_sent:
            self._not_sent.discard(update_id)
            return Verdict.ANSWER
        try:
            async with asyncio.timeout(PATIENCE):
                if await self._marks.first_time(update_id):
                    return Verdict.ANSWER
                answered = await self._marks.seen(-update_id)
        except (StorageError, TimeoutError):
            log.warning("storage_failed", action="guard")
            return Verdict.ANSWER
        return Verdict.NOTHING if answered else Verdict.APOLOGY

    async def sent(self, update_id: int) -> None:
        """Mark that all arrived."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._marks.first_time(-update_id)
        except (StorageError, TimeoutError):
            log.warning("storage_failed", action="guard")

    def not_sent(self, update_id: int) -> None:
        """Take note that nothing arrived, for certain: the same process may try again."""
        self._not_sent.add(update_id)
