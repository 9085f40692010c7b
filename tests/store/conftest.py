"""Both databases, fresh for each test, and a clock that a test moves."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.bench.postgres import Postgres, postgres
from bot.errors import ConfigError
from bot.store import Store, open_store, schema

KEY = b"a key that lives outside the database"
NOON = datetime(2030, 3, 1, 12, 34, 56, 789, UTC)
AMINA, BO = 7_000_000_001, 7_000_000_002


@dataclass
class Timeline:
    """A clock that moves only when a test says so."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class SqliteFile:
    """A database in a file of its own, in a folder that is not there yet."""

    folder: Path
    dialect: str = "sqlite"

    @property
    def file(self) -> Path:
        return self.folder / "clearleaf.db"

    @property
    def url(self) -> str:
        return f"sqlite+aiosqlite:///{self.file}"

    def tell(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements as another program would; return the rows of the last one."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as other:
            for statement in statements[:-1]:
                other.execute(statement)
            return other.execute(statements[-1]).fetchall()

    def bytes(self) -> bytes:
        """Read every file of the database: main file, write-ahead log and its index."""
        return b"".join(part.read_bytes() for part in self.folder.iterdir())

    def stop(self) -> None:
        """Take the whole folder away, as an unmounted disk does."""
        self.folder.rename(self.folder.with_name("unmounted"))

    def start(self) -> None:
        self.folder.with_name("unmounted").rename(self.folder)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Have another program hold the file for the time of a `with`."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")


@dataclass
class PostgresDatabase:
    """A database of its own in a real server that belongs to the test run."""

    server: Postgres
    name: str
    dialect: str = "postgresql"
    _stopped: bool = field(default=False)

    @property
    def url(self) -> str:
        return self.server.address(self.name)

    def tell(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements as another program would; return the rows of the last one."""
        return self.server.tell(*statements, database=self.name)

    def bytes(self) -> bytes:
        """Read every table and index of this database; its write-ahead log is not read."""
        mine = "SELECT oid FROM pg_database WHERE datname = current_database()"
        [(number,)] = self.tell("CHECKPOINT", mine)
        folder = self.server.data() / "base" / str(number)
        return b"".join(part.read_bytes() for part in folder.iterdir())

    def stop(self) -> None:
        self.server.stop()
        self._stopped = True

    def start(self) -> None:
        self.server.start()
        self._stopped = False

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Have the server stop answering, with its connections open."""
        self.server.freeze()
        try:
            yield
        finally:
            self.server.thaw()

    def end(self) -> None:
        if self._stopped:
            self.start()
        self.server.drop(self.name)


Home = SqliteFile | PostgresDatabase


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """Return a PostgreSQL that runs as long as the tests do."""
    running = postgres()
    try:
        started = running.__enter__()
    except ConfigError as fault:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {fault}")
    try:
        yield started
    finally:
        running.__exit__(None, None, None)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """Return a place for a database with no table in it."""
    if request.param == "sqlite":
        yield SqliteFile(tmp_path / "var")
    else:
        yield from _made(request.getfixturevalue("server"))


def _made(server: Postgres) -> Iterator[PostgresDatabase]:
    home = PostgresDatabase(server, server.create())
    yield home
    home.end()


@pytest.fixture
def postgres_home(server: Postgres) -> Iterator[PostgresDatabase]:
    """Return a PostgreSQL with its tables, for what SQLite has not."""
    for home in _made(server):
        schema.upgrade(home.url)
        yield home


@pytest.fixture
def home(bare: Home) -> Home:
    """Return a database with its tables."""
    schema.upgrade(bare.url)
    return bare


@pytest.fixture
def clock() -> Timeline:
    return Timeline()


@pytest_asyncio.fixture
async def store(home: Home, clock: Timeline) -> AsyncIterator[Store]:
    async with open_store(home.url, KEY, clock) as opened:
        yield opened
