"""Transactions and whole rewritings, on either database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

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
from bot.store.tables import ReaderRow

_TABLE = ReaderRow.__tablename__
# Others queue behind a rewriting that itself waits, so it gives up soon.
_LOCK_PATIENCE = "1s"


class Database:
    """An engine with the manners of this program; every failure is a StorageError.

    Methods may be called at the same time; SQLite's single writer is queued for.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._sqlite = engine.dialect.name == "sqlite"
        self.insert: Any = sqlite.insert if self._sqlite else postgresql.insert
        self._writer: AbstractAsyncContextManager[object] = (
            asyncio.Lock() if self._sqlite else nullcontext()
        )

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Begin a transaction that only reads."""
        return self._transaction(READING)

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Begin a transaction that writes; all of it is kept, or nothing."""
        return self._transaction(WRITING)

    async def size(self) -> int:
        """Return the bytes that `rewrite` would go through."""
        question = (
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            if self._sqlite
            else f"SELECT pg_total_relation_size('{_TABLE}')"
        )
        async with self.reading() as connection:
            return int(await connection.scalar(text(question)) or 0)

    async def rewrite(self) -> None:
        """Write what is kept about readers anew, so that no copy of a deleted row is left.

        On SQLite that is the whole file, and the write-ahead log is emptied: `secure_delete`
        overlooks copies where a page was split or merged. On PostgreSQL it is the table with
        its indexes (VACUUM alone leaves the bytes in place); copies in its own write-ahead log
        last until the server uses those files again. Others wait meanwhile.
        """
        await (self._rewrite_file() if self._sqlite else self._rewrite_table())

    async def _rewrite_file(self) -> None:
        async with self._transaction(ALONE) as connection:
            await connection.execute(text("VACUUM"))
            busy = (await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).one()[0]
            if busy:
                raise StorageError("the write-ahead log is in use and could not be emptied")

    async def _rewrite_table(self) -> None:
        async with told_as_storage_error(), self.engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text(f"SET lock_timeout = '{_LOCK_PATIENCE}'"))
            try:
                await connection.execute(text(f"VACUUM (FULL) {_TABLE}"))
            finally:
                await connection.execute(text("RESET lock_timeout"))

    @asynccontextmanager
    async def _transaction(self, begin: str) -> AsyncIterator[AsyncConnection]:
        turn = nullcontext() if begin == READING else self._writer
        async with turn, told_as_storage_error(), self.engine.connect() as plain:
            connection = await plain.execution_options(**{BEGIN: begin})
            async with connection.begin():
                yield connection


@asynccontextmanager
async def open_database(url: str, *, patience: float = 5.0) -> AsyncIterator[Database]:
    """Have a database for the time of an `async with`; nothing is connected yet.

    `patience`: seconds to wait for a lock or a connection. ConfigError when `url` is no
    address of a database that can be used.
    """
    engine = make_engine(database_url(url), patience=patience)
    try:
        yield Database(engine)
    finally:
        await engine.dispose()
