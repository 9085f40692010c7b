"""Deletion of what is kept about readers, on request and by time, down to the bytes."""

from collections.abc import Iterable
from datetime import UTC, timedelta

from sqlalchemy import Delete, Update, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from bot.errors import StorageError
from bot.store.clock import Clock
from bot.store.database import Database
from bot.store.tables import ReaderRow, UpdateRow

# Telegram itself gives up an undelivered update after 24 hours.
UPDATE_MEMORY = timedelta(hours=48)
# Rewriting takes 5 to 20 ms for each MiB, and others wait (256 bytes a reader, by measurement):
# up to here while one reader waits for the answer to /forget, up to there once an hour. Beyond,
# only where `expire` is told to.
AT_ONCE = 16 * 2**20
HOURLY = 256 * 2**20


class Erasure:
    """Erases readers; remembers whether copies of deleted rows may still be on the disk."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._traces = True  # nobody knows how the last run ended

    async def remove(self, connection: AsyncConnection, what: Delete | Update) -> int:
        """Take rows or hashes away in the caller's transaction; return how many there were."""
        gone: int = (await connection.execute(what)).rowcount
        self._traces = self._traces or gone > 0
        return gone

    async def forget(self, keys: Iterable[str]) -> int:
        """Erase the rows under these hashes and return how many there were.

        The transaction looks again before it ends: a row left over undoes it and raises. Copies
        on the disk go too, at once or, where the table is large, with the next `expire`. An
        error after that point means copies may remain; to ask again is safe.
        """
        mine = col(ReaderRow.key).in_(tuple(keys))
        async with self._database.writing() as connection:
            gone = await self.remove(connection, delete(ReaderRow).where(mine))
            if await connection.scalar(select(func.count()).where(mine)):
                raise StorageError("a row about the reader outlived its deletion")
        await self._scrub(AT_ONCE)
        return gone

    async def expire(self, *, whatever_size: bool = False) -> int:
        """Delete all that is past its time; return how many readers were let go of.

        Copies on the disk go too unless the table is larger than `HOURLY`; with
        `whatever_size` it is rewritten however long that takes.
        """
        now = self._clock().astimezone(UTC)
        late = delete(ReaderRow).where(col(ReaderRow.expires_at) <= now)
        stale = delete(UpdateRow).where(col(UpdateRow.seen_at) < now - UPDATE_MEMORY)
        async with self._database.writing() as connection:
            gone = await self.remove(connection, late)
            await connection.execute(stale)
        await self._scrub(None if whatever_size else HOURLY)
        return gone

    async def clear(self) -> int:
        """Erase every reader and return how many there were.

        For a backup that was brought back, which may hold readers who left since, and for a key
        that has leaked.
        """
        async with self._database.writing() as connection:
            gone = await self.remove(connection, delete(ReaderRow))
        await self._scrub(None)
        return gone

    async def _scrub(self, at_most: int | None) -> None:
        if not self._traces:
            return
        if at_most is not None and await self._database.size() > at_most:
            return
        await self._database.rewrite()
        self._traces = False
