"""The shape of the database, moved forward and back by Alembic from Python alone.

All calls are synchronous; inside a running event loop they do their work in a thread of their
own and block until it is done, so they belong to the start of the program.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from bot.errors import ConfigError
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

# Any number will do as long as every version of this program takes the same.
_MIGRATION_LOCK = 0x436C6561726C6561  # "Clearlea"

MIGRATIONS = Path(__file__).with_name("migrations")
CURE = "run `python -m bot db upgrade`"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database forward, all of the steps or none; it is made if it is missing.

    Processes that call this at once take turns, and the later ones find nothing left to do.
    """
    _run(url, WRITING, lambda connection: command.upgrade(_config(connection), revision))


def prepare(url: str) -> None:
    """Make sure the database fits before the program serves readers.

    A SQLite file is brought forward; of a PostgreSQL, which others may share, it is only
    checked, and ConfigError names the cure. StorageError when it cannot be reached.
    """
    if is_sqlite(database_url(url)):
        upgrade(url)
    else:
        check(url)


def downgrade(url: str, revision: str) -> None:
    """Take the database back to a revision, `-1` or `base`; what newer tables held is lost."""
    _run(url, WRITING, lambda connection: command.downgrade(_config(connection), revision))


def current(url: str) -> str | None:
    """Return the revision the database stands at; None for one that was never set up."""
    parsed = database_url(url)
    if is_sqlite(parsed) and (file := sqlite_file(parsed)) and not file.exists():
        return None  # to ask is not to create
    return _run(url, READING, _revision)


def newest() -> str:
    """Return the revision this version of the program works with."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if head is None:
        raise ConfigError(f"no migrations in {MIGRATIONS}: install the package again")
    return head


def check(url: str) -> None:
    """Raise ConfigError with the cure unless the database fits this version of the program."""
    found, wanted = current(url), newest()
    if found == wanted:
        return
    if found is None:
        raise ConfigError(f"the database has no tables yet: {CURE}")
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if found not in known:
        raise ConfigError(
            f"the database is at {found}, which this version ({wanted}) does not know: "
            "start the version that made it"
        )
    raise ConfigError(f"the database is at {found}, this version needs {wanted}: {CURE}")


def draft(url: str, message: str) -> None:
    """Write a new migration from the difference between tables.py and an up-to-date database."""

    def compare(connection: Connection) -> None:
        command.revision(_config(connection), message, autogenerate=True)

    _run(url, READING, compare)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _run(url: str, begin: str, work: Callable[[Connection], T]) -> T:
    parsed = database_url(url)

    async def connected() -> T:
        engine = make_engine(parsed, create=begin == WRITING)
        try:
            async with told_as_storage_error(), engine.connect() as plain:
                connection = await plain.execution_options(**{BEGIN: begin})
                async with connection.begin():
                    if begin == WRITING and not is_sqlite(parsed):
                        lock = text("SELECT pg_advisory_xact_lock(:number)")
                        await connection.execute(lock, {"number": _MIGRATION_LOCK})
                    return await connection.run_sync(work)
        except BaseException:
            _let_drivers_end()
            raise
        finally:
            await engine.dispose()

    try:
        return _await(connected)
    except CommandError as fault:
        raise ConfigError(f"the migration cannot be done: {fault}") from fault


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
