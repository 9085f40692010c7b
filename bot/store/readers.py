"""What is remembered about a reader, and the store the rest of the program talks to."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypedDict, Unpack

from sqlalchemy import Delete, Select, case, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.errors import StorageError
from bot.store import counters
from bot.store.clock import Clock, SteadyClock
from bot.store.database import Database, open_database
from bot.store.erasure import Erasure
from bot.store.keys import Keys
from bot.store.tables import ReaderRow, UpdateRow

SHORT = timedelta(hours=24)
LONG = timedelta(days=365)
_HEALTHY = 2.0


@dataclass(frozen=True, slots=True)
class Stored:
    """All that is kept about one reader; None means the reader never chose."""

    audience: str | None
    level: str | None
    locale: str | None
    region: str | None
    view: str
    visit: str | None
    remember: bool
    last_used: date
    expires_at: datetime


class Changes(TypedDict, total=False):
    """The choices a reader can make; one left out stays as it was."""

    audience: str | None
    level: str | None
    locale: str | None
    region: str | None
    view: str
    visit: str | None
    remember: bool


class Store:
    """The database as the service sees it; made by `open_store`.

    Every method raises StorageError when the database cannot do its part. Methods may be
    called at the same time; SQLite's single writer is queued for.
    """

    def __init__(self, database: Database, keys: Keys, clock: Clock) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock
        self._erasure = Erasure(database, clock)

    async def reader(self, telegram_id: int) -> Stored | None:
        """Return what is kept about a reader; an expired row counts as none and is deleted.

        A row that stands under the previous key is found, and moved to the one in use.
        """
        keys, now = self._keys.of(telegram_id), self._now()
        async with self._database.reading() as connection:
            found = (await connection.execute(_rows(keys))).all()
        by_key = {key: Stored(*stored) for key, *stored in found}
        current = next((by_key[key] for key in keys if key in by_key), None)
        if current is None:
            return None
        if current.expires_at <= now or set(by_key) - {keys[0]}:
            # The answer is known; if this fails, the next time or `expire` will do it.
            with suppress(StorageError):
                async with self._database.writing() as connection:
                    await self._settle(connection, keys, now)
        return current if current.expires_at > now else None

    async def keep(self, telegram_id: int, **changes: Unpack[Changes]) -> Stored:
        """Merge the changes into the reader's row, made if needed, and renew its expiry.

        Without `remember` that is 24 hours from now; with it 365 days, counted from the day
        alone, so that the expiry does not tell the hour of the last use.
        """
        if unknown := changes.keys() - Changes.__annotations__.keys():
            raise TypeError(f"not a choice that is kept: {', '.join(sorted(unknown))}")
        keys, now = self._keys.of(telegram_id), self._now()
        upsert = self._upsert(keys[0], changes, now)
        async with self._database.writing() as connection:
            await self._settle(connection, keys, now)
            await connection.execute(upsert)
            _, *stored = (await connection.execute(_rows(keys[:1]))).one()
            return Stored(*stored)

    async def forget(self, telegram_id: int) -> int:
        """Erase every row about a reader, under either key; return how many there were.

        What it promises about copies is in `Erasure.forget`.
        """
        return await self._erasure.forget(self._keys.of(telegram_id))

    async def expire(self) -> int:
        """Delete all that is past its time; return how many readers were let go of."""
        return await self._erasure.expire()

    async def first_time(self, update_id: int) -> bool:
        """Tell whether this update comes for the first time, and remember that it came."""
        hour = self._now().replace(minute=0, second=0, microsecond=0)
        guard = (
            self._database.insert(UpdateRow)
            .values(update_id=update_id, seen_at=hour)
            .on_conflict_do_nothing(index_elements=["update_id"])
        )
        async with self._database.writing() as connection:
            return bool((await connection.execute(guard)).rowcount)

    async def seen(self, update_id: int) -> bool:
        """Tell whether an update came before, and remember nothing."""
        found = select(exists().where(col(UpdateRow.update_id) == update_id))
        async with self._database.reading() as connection:
            return bool(await connection.scalar(found))

    async def count(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Add to today's counters, by event and detail, all in one transaction or none."""
        if not counts:
            return
        today = self._now().date()
        async with self._database.writing() as connection:
            for statement in counters.additions(self._database.insert, today, counts):
                await connection.execute(statement)

    async def healthy(self) -> bool:
        """Tell whether a reader's row could be read within 2 seconds; raises nothing."""
        try:
            async with asyncio.timeout(_HEALTHY), self._database.reading() as connection:
                await connection.execute(select(col(ReaderRow.key)).limit(1))
        except (StorageError, TimeoutError):
            return False
        return True

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)

    async def _settle(
        self, connection: AsyncConnection, keys: tuple[str, ...], now: datetime
    ) -> None:
        """Drop what expired and move what is left under the key in use, which wins."""
        await self._erasure.remove(connection, _expired(now, keys))
        for old in keys[1:]:
            taken = aliased(ReaderRow)
            free = ~exists().where(col(taken.key) == keys[0])
            here = col(ReaderRow.key) == old
            move = update(ReaderRow).where(here, free).values(key=keys[0])
            await self._erasure.remove(connection, move)
            await self._erasure.remove(connection, delete(ReaderRow).where(here))

    def _upsert(self, key: str, changes: Changes, now: datetime) -> Any:  # noqa: ANN401 - either dialect's
        short = now + SHORT
        long = datetime.combine(now.date(), time.min, UTC) + LONG
        chosen: dict[str, Any] = {**changes, "last_used": now.date()}
        expiry = long if changes.get("remember") else short
        new = {"key": key, "view": "classic", "remember": False, "expires_at": expiry} | chosen
        if "remember" in changes:
            renewed = chosen | {"expires_at": expiry}
        else:
            renewed = chosen | {"expires_at": case((col(ReaderRow.remember), long), else_=short)}
        insert = self._database.insert(ReaderRow).values(**new)
        return insert.on_conflict_do_update(index_elements=["key"], set_=renewed)


@asynccontextmanager
async def open_store(
    url: str,
    key: bytes,
    clock: Clock | None = None,
    *,
    previous: bytes | None = None,
    patience: float = 5.0,
) -> AsyncIterator[Store]:
    """Open the store for the time of an `async with`.

    Nothing is connected yet, so a database that is down fails the calls, not the start. The
    tables are made by `schema.upgrade`. `previous`: the key in use before this one; `clock`:
    a `SteadyClock` if left out; `patience`: seconds to wait for a lock or a connection.
    ConfigError when `url` is no address of a database that can be used.
    """
    async with open_database(url, patience=patience) as database:
        yield Store(database, Keys(key, previous), clock or SteadyClock())


def _rows(keys: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    columns = [col(getattr(ReaderRow, field.name)) for field in fields(Stored)]
    return select(col(ReaderRow.key), *columns).where(col(ReaderRow.key).in_(keys))


def _expired(now: datetime, keys: tuple[str, ...]) -> Delete:
    mine = col(ReaderRow.key).in_(keys)
    return delete(ReaderRow).where(mine, col(ReaderRow.expires_at) <= now)
