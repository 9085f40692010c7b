"""One way to reach a database, for the store and for the migrations alike."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DisconnectionError, InvalidRequestError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import ConfigError, StorageError

_CURE = (
    "BOT_DATABASE_URL: {fault}. Expected sqlite+aiosqlite:///<file> "
    "or postgresql+asyncpg://<user>:<password>@<host>/<name>"
)

# How a SQLite transaction begins. Writers ask for the lock first: one that reads and then wants
# to write can be refused at once, whatever the busy timeout says. Checkpoints want no BEGIN.
BEGIN = "begin"
READING, WRITING, ALONE = "BEGIN", "BEGIN IMMEDIATE", ""


def database_url(text: str) -> URL:
    """Parse BOT_DATABASE_URL; ConfigError (without the text: it may hold a password) if wrong."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise ConfigError(_CURE.format(fault="is not a database address")) from None
    if is_sqlite(url) and sqlite_file(url) is None:
        raise ConfigError(_CURE.format(fault="a database in memory forgets its tables"))
    return url


def is_sqlite(url: URL) -> bool:
    """Tell whether the address is one of SQLite."""
    return url.get_backend_name() == "sqlite"


def sqlite_file(url: URL) -> Path | None:
    """Return the file of a SQLite address, None where there is no file."""
    name = url.database
    return None if not name or name == ":memory:" or name.startswith("file:") else Path(name)


def make_engine(url: URL, *, patience: float = 5.0, create: bool = False) -> AsyncEngine:
    """Prepare an engine without connecting; `patience` is how many seconds a lock is waited for.

    A SQLite file gets write-ahead log, zeroed deletions and explicit transactions (schema
    changes included); only with `create` is a missing one made, and its folder. A connection
    to PostgreSQL is tried before use, so that one which died is replaced unseen. ConfigError
    when no driver fits the address.
    """
    options: dict[str, Any] = {"hide_parameters": True, "pool_timeout": patience}
    if is_sqlite(url):
        options |= {"connect_args": {"timeout": patience}}
    else:
        options |= {"pool_pre_ping": True, "max_overflow": 5}
    if url.drivername == "postgresql+asyncpg":
        options |= {"connect_args": {"timeout": patience, "command_timeout": 2 * patience}}
    try:
        engine = create_async_engine(url, **options)
    except (SQLAlchemyError, ImportError) as fault:
        known = isinstance(fault, InvalidRequestError | ImportError)
        what = "its driver is not installed or not asynchronous" if known else "is not usable"
        raise ConfigError(_CURE.format(fault=what)) from None
    file = sqlite_file(url) if is_sqlite(url) else None
    if file is not None:
        _prepare_sqlite(engine, file, create=create)
    return engine


@asynccontextmanager
async def told_as_storage_error() -> AsyncIterator[None]:
    """Turn every failure of a database into a StorageError that repeats no data."""
    try:
        yield
    except (SQLAlchemyError, OSError, OverflowError) as fault:
        raise StorageError(f"the database did not do it: {_reason(fault)}") from fault


def _reason(fault: BaseException) -> str:
    # Names only: a driver's sentence may quote the row it stumbled over.
    origin = getattr(fault, "orig", None) or fault
    code = getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None)
    return f"{type(origin).__name__} {code}" if code else type(origin).__name__


def _prepare_sqlite(engine: AsyncEngine, file: Path, *, create: bool) -> None:
    pool = engine.sync_engine

    @event.listens_for(pool, "do_connect")
    def _find(*_: object) -> None:
        if create:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        else:
            # SQLite would make an empty file, and its log would spoil the one brought back.
            file.stat()

    @event.listens_for(pool, "connect")
    def _configure(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # BEGIN is ours, see `_begin`
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "temp_store=MEMORY",  # VACUUM must not spill rows into a temporary file
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        record.info["inode"] = _inode(file)

    @event.listens_for(pool, "checkout")
    def _same_file(_: DBAPIConnection, record: ConnectionPoolEntry, *__: object) -> None:
        # A deleted or replaced file would go on taking writes that nobody ever sees.
        if record.info["inode"] != _inode(file):
            raise DisconnectionError("the database file was removed or replaced")

    @event.listens_for(pool, "begin")
    def _begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get(BEGIN, WRITING)
        if statement:
            connection.exec_driver_sql(statement)


def _inode(file: Path) -> int | None:
    try:
        return file.stat().st_ino
    except OSError:
        return None
