"""The database at the start of the program.

Its shape is looked at without Alembic, which would cost every start 0.1 s and 8 MB and finds
nothing to do in nearly all of them.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, inspect, text

from bot.store.engine import (
    BEGIN,
    READING,
    WRITING,
    database_url,
    is_sqlite,
    make_engine,
    sqlite_file,
    told_as_storage_error,
)

T = TypeVar("T")
_WORKER, _PATIENCE = "_connection_worker_thread", 0.5

# The last of bot/store/migrations, which a test compares.
NEWEST = "0002"
# Any number will do as long as every version of this program takes the same.
MIGRATION_LOCK = 0x436C6561726C6561  # "Clearlea"


def prepare(url: str) -> None:
    """Make sure the database fits before the program serves readers.

    A SQLite file is brought forward; of a PostgreSQL, which others may share, it is only
    checked, and ConfigError names the cure. StorageError when it cannot be reached.
    """
    if current(url) == NEWEST:
        return
    from bot.store import schema  # noqa: PLC0415 - see above

    if is_sqlite(database_url(url)):
        schema.upgrade(url)
    else:
        schema.check(url)


def current(url: str) -> str | None:
    """Return the revision the database stands at; None for one that was never set up."""
    parsed = database_url(url)
    if is_sqlite(parsed) and (file := sqlite_file(parsed)) and not file.exists():
        return None  # to ask is not to create
    return run(url, READING, _revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def run(url: str, begin: str, work: Callable[[Connection], T]) -> T:
    """Do work in a transaction of its own; a missing SQLite file is made for one that writes.

    Inside a running event loop it is done in a thread of its own, and waited for.
    """
    parsed = database_url(url)

    async def connected() -> T:
        engine = make_engine(parsed, create=begin == WRITING)
        try:
            async with told_as_storage_error(), engine.connect() as plain:
                connection = await plain.execution_options(**{BEGIN: begin})
                async with connection.begin():
                    if begin == WRITING and not is_sqlite(parsed):
                        lock = text("SELECT pg_advisory_xact_lock(:number)")
                        await connection.execute(lock, {"number": MIGRATION_LOCK})
                    return await connection.run_sync(work)
        except BaseException:
            _let_drivers_end()
            raise
        finally:
            await engine.dispose()

    return _await(connected)


def _let_drivers_end() -> None:
    """Wait for the thread of a connection that failed: it still has to tell this loop its end.

    aiosqlite does not wait for it, and a loop closed in between makes the thread die of an error.
    """
    for thread in threading.enumerate():
        if _WORKER in thread.name:
            thread.join(_PATIENCE)


def _await(work: Callable[[], Coroutine[None, None, T]]) -> T:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()
