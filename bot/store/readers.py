"""What is remembered about a reader, and how it is forgotten."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypedDict, Unpack

from sqlalchemy import Delete, Select, case, delete, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel import col

from bot.errors import StorageError
from bot.store.engine import (
    ALONE,
    BEGIN,
    READING,
    WRITING,
    database_url,
    make_engine,
    told_as_storage_error,
)
from bot.store.tables import CounterRow, ReaderRow, UpdateRow

Clock = Callable[[], datetime]

SHORT = timedelta(hours=24)
LONG = timedelta(days=365)
# Telegram itself gives up an undelivered update after 24 hours.
UPDATE_MEMORY = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Stored:
    """All that is kept about one reader; None means the reader never chose."""

    audience: str | None
    level: str | None
    locale: str | None
    region: str | None
    view: str
    remember: bool
    last_used: date
    expires_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class Counted:
    """How often an event happened on a day (UTC)."""

    day: date
    event: str
    detail: str
    count: int


class Changes(TypedDict, total=False):
    """The choices a reader can make; one left out stays as it was."""

    audience: str | None
    level: str | None
    locale: str | None
    region: str | None
    view: str
    remember: bool


def reader_key(key: bytes, telegram_id: int) -> str:
    """Return the 64 hexadecimal digits that stand for a Telegram id: HMAC-SHA-256 under `key`."""
    return hmac.digest(key, f"reader:{telegram_id}".encode(), "sha256").hex()


def utc_now() -> datetime:
    """Return the present moment, aware."""
    return datetime.now(UTC)


class Store:
    """The database as the service sees it; made by `open_store`.

    Every method raises StorageError when the database cannot do its part. Methods may be
    called at the same time; SQLite's single writer is queued for.
    """

    def __init__(self, engine: AsyncEngine, key: bytes, clock: Clock) -> None:
        self._engine = engine
        self._key = key
        self._clock = clock
        self._sqlite = engine.dialect.name == "sqlite"
        self._insert: Any = sqlite.insert if self._sqlite else postgresql.insert
        self._writer: AbstractAsyncContextManager[object] = (
            asyncio.Lock() if self._sqlite else nullcontext()
        )
        self._traces = True  # nobody knows how the last run ended

    async def reader(self, telegram_id: int) -> Stored | None:
        """Return what is kept about a reader; an expired row counts as none and is deleted."""
        key = reader_key(self._key, telegram_id)
        async with self._transaction(READING) as connection:
            found = (await connection.execute(_one(key))).one_or_none()
        if found is None:
            return None
        stored = Stored(*found)
        if stored.expires_at > self._now():
            return stored
        # The answer is known; if this fails, `expire` comes by later.
        with suppress(StorageError):
            async with self._transaction(WRITING) as connection:
                await self._delete(connection, _expired(self._now(), key))
        return None

    async def keep(self, telegram_id: int, **changes: Unpack[Changes]) -> Stored:
        """Merge the changes into the reader's row, made if needed, and renew its expiry.

        Without `remember` that is 24 hours from now; with it 365 days, counted from the day
        alone, so that the expiry does not tell the hour of the last use.
        """
        if unknown := changes.keys() - Changes.__annotations__.keys():
            raise TypeError(f"not a choice that is kept: {', '.join(sorted(unknown))}")
        key, now = reader_key(self._key, telegram_id), self._now()
        short = now + SHORT
        long = datetime.combine(now.date(), time.min, UTC) + LONG
        chosen: dict[str, Any] = {**changes, "last_used": now.date()}
        expiry = long if changes.get("remember") else short
        new = {"key": key, "view": "classic", "remember": False, "expires_at": expiry} | chosen
        if "remember" in changes:
            renewed = chosen | {"expires_at": expiry}
        else:
            renewed = chosen | {"expires_at": case((col(ReaderRow.remember), long), else_=short)}
        upsert = self._insert(ReaderRow).values(**new)
        upsert = upsert.on_conflict_do_update(index_elements=["key"], set_=renewed)
        async with self._transaction(WRITING) as connection:
            await self._delete(connection, _expired(now, key))
            await connection.execute(upsert)
            return Stored(*(await connection.execute(_one(key))).one())

    async def forget(self, telegram_id: int) -> int:
        """Erase every row about a reader and return how many there were.

        The transaction looks again before it ends: a row left over undoes it and raises. On
        SQLite the file is rewritten as well, since freed pages and the write-ahead log may
        hold copies. An error after that point means copies may remain; to ask again is safe.
        """
        key = reader_key(self._key, telegram_id)
        mine = col(ReaderRow.key) == key
        async with self._transaction(WRITING) as connection:
            gone = await self._delete(connection, delete(ReaderRow).where(mine))
            left = await connection.scalar(select(func.count()).where(mine))
            if left:
                raise StorageError("a row about the reader outlived its deletion")
        await self._scrub()
        return gone

    async def expire(self) -> int:
        """Delete all that is past its time; return how many readers were let go of."""
        now = self._now()
        async with self._transaction(WRITING) as connection:
            gone = await self._delete(connection, _expired(now))
            await connection.execute(
                delete(UpdateRow).where(col(UpdateRow.seen_at) < now - UPDATE_MEMORY)
            )
        await self._scrub()
        return gone

    async def first_time(self, update_id: int) -> bool:
        """Tell whether this update comes for the first time, and remember that it came."""
        hour = self._now().replace(minute=0, second=0, microsecond=0)
        guard = (
            self._insert(UpdateRow)
            .values(update_id=update_id, seen_at=hour)
            .on_conflict_do_nothing(index_elements=["update_id"])
        )
        async with self._transaction(WRITING) as connection:
            return bool((await connection.execute(guard)).rowcount)

    async def count(self, event: str, detail: str = "", n: int = 1) -> None:
        """Add `n` to today's counter of an event."""
        statement = self._insert(CounterRow).values(
            day=self._now().date(), event=event, detail=detail, count=n
        )
        statement = statement.on_conflict_do_update(
            index_elements=["day", "event", "detail"],
            set_={"count": col(CounterRow.count) + statement.excluded.count},
        )
        async with self._transaction(WRITING) as connection:
            await connection.execute(statement)

    async def counters(self) -> list[Counted]:
        """List every counter, oldest day first; hiding small numbers is the reporter's duty."""
        query = select(
            col(CounterRow.day),
            col(CounterRow.event),
            col(CounterRow.detail),
            col(CounterRow.count),
        ).order_by(col(CounterRow.day), col(CounterRow.event), col(CounterRow.detail))
        async with self._transaction(READING) as connection:
            return [Counted(*row) for row in await connection.execute(query)]

    async def healthy(self) -> bool:
        """Tell whether a reader's row could be read now; raises nothing."""
        try:
            async with self._transaction(READING) as connection:
                await connection.execute(select(col(ReaderRow.key)).limit(1))
        except StorageError:
            return False
        return True

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC)

    @asynccontextmanager
    async def _transaction(self, begin: str) -> AsyncIterator[AsyncConnection]:
        turn = nullcontext() if begin == READING else self._writer
        async with turn, told_as_storage_error(), self._engine.connect() as plain:
            connection = await plain.execution_options(**{BEGIN: begin})
            async with connection.begin():
                yield connection

    async def _delete(self, connection: AsyncConnection, what: Delete) -> int:
        gone: int = (await connection.execute(what)).rowcount
        self._traces = self._traces or gone > 0
        return gone

    async def _scrub(self) -> None:
        """Leave no copy of a deleted row in a SQLite file: 2 ms at 1,000 rows, 0.2 s at 100,000.

        `secure_delete` alone is not enough: copies survive where a page was split or merged.
        """
        if not (self._sqlite and self._traces):
            return
        async with self._transaction(ALONE) as connection:
            await connection.execute(text("VACUUM"))
            busy = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).one()[0]
            if busy:
                raise StorageError("the write-ahead log is in use and could not be emptied")
            self._traces = False


@asynccontextmanager
async def open_store(
    url: str, key: bytes, clock: Clock = utc_now, *, patience: float = 5.0
) -> AsyncIterator[Store]:
    """Open the store for the time of an `async with`.

    Nothing is connected yet, so a database that is down fails the calls, not the start. The
    tables are made by `schema.upgrade`. `patience`: seconds to wait for a lock or a
    connection. ConfigError when `url` is no address of a database that can be used.
    """
    engine = make_engine(database_url(url), patience=patience)
    try:
        yield Store(engine, key, clock)
    finally:
        await engine.dispose()


def _one(key: str) -> Select[*tuple[Any, ...]]:
    columns = [col(getattr(ReaderRow, field.name)) for field in fields(Stored)]
    return select(*columns).where(col(ReaderRow.key) == key)


def _expired(now: datetime, key: str | None = None) -> Delete:
    late = delete(ReaderRow).where(col(ReaderRow.expires_at) <= now)
    return late if key is None else late.where(col(ReaderRow.key) == key)
