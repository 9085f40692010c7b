"""A database that is down, full, locked, gone or foreign: one kind of error, no data in it."""

import sqlite3
import traceback
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import event

from bot.errors import ConfigError, StorageError
from bot.store import Store, open_store, reader_key, schema
from tests.store.conftest import AMINA, KEY, Home

CHOICE = "a-choice-that-must-not-show"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clearleaf.db"


@pytest.fixture
def url(file: Path) -> str:
    url = f"sqlite+aiosqlite:///{file}"
    schema.upgrade(url)
    return url


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with open_store(url, KEY, patience=0.1) as opened:
        yield opened


def on_disk(file: Path) -> bytes:
    return b"".join(part.read_bytes() for part in file.parent.iterdir())


async def told(store: Store) -> str:
    with pytest.raises(StorageError) as caught:
        await store.keep(AMINA, audience=CHOICE)
    assert caught.value.__cause__ is not None
    everything = "".join(traceback.format_exception(caught.value))
    for private in (CHOICE, str(AMINA), reader_key(KEY, AMINA), KEY.decode()):
        assert private not in everything
    return str(caught.value)


async def test_locked_by_another_program_and_back_by_itself(store: Store, file: Path) -> None:
    await store.keep(AMINA)
    other = sqlite3.connect(file, isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        assert "SQLITE_BUSY" in await told(store)
        assert await store.reader(AMINA) is not None  # reading goes on beside a writer
        assert await store.healthy()
        other.execute("ROLLBACK")
        assert (await store.keep(AMINA, audience="patient")).audience == "patient"
    finally:
        other.close()


async def test_a_long_reading_elsewhere_is_no_silent_half_erasure(
    store: Store, file: Path
) -> None:
    await store.keep(AMINA)
    other = sqlite3.connect(file, isolation_level=None)
    try:
        other.execute("BEGIN")
        other.execute("SELECT * FROM reader").fetchall()
        with pytest.raises(StorageError):
            await store.forget(AMINA)
        other.execute("ROLLBACK")
    finally:
        other.close()
    assert await store.forget(AMINA) == 0
    assert reader_key(KEY, AMINA).encode() not in on_disk(file)


async def test_tables_never_made(bare: Home) -> None:
    async with open_store(bare.url, KEY) as store:
        assert not await store.healthy()
        await told(store)
        with pytest.raises(StorageError):
            await store.reader(AMINA)
        with pytest.raises(StorageError):
            await store.forget(AMINA)


async def test_a_store_never_makes_a_file_where_there_is_none(tmp_path: Path) -> None:
    async with open_store(f"sqlite+aiosqlite:///{tmp_path}/var/x.db", KEY) as store:
        assert "FileNotFoundError" in await told(store)
    assert not (tmp_path / "var").exists()


async def test_file_taken_away_while_open_is_noticed_and_back_by_itself(
    store: Store, file: Path, url: str
) -> None:
    await store.keep(AMINA)
    assert await store.healthy()
    for part in file.parent.iterdir():
        part.unlink()
    assert not await store.healthy()
    await told(store)
    schema.upgrade(url)
    assert await store.healthy()
    await store.keep(AMINA)


async def test_a_folder_or_a_picture_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "picture.db").write_bytes(b"\x89PNG" * 1000)
    for path, reason in ((tmp_path, "SQLITE_CANTOPEN"), (tmp_path / "picture.db", "NOTADB")):
        async with open_store(f"sqlite+aiosqlite:///{path}", KEY) as store:
            assert reason in await told(store)
            assert not await store.healthy()


async def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file, not a folder", "utf-8")
    async with open_store(f"sqlite+aiosqlite:///{tmp_path}/var/x.db", KEY) as store:
        assert "NotADirectoryError" in await told(store)


async def test_connection_refused(store: Store) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError(111, "nobody listens at db.internal:5432")

    event.listen(store._database.engine.sync_engine, "do_connect", refuse)
    said = await told(store)
    assert "ConnectionRefusedError" in said
    assert "db.internal" not in said


async def test_an_expired_row_that_cannot_be_deleted_is_still_no_answer(
    store: Store, file: Path
) -> None:
    await store.keep(AMINA)
    async with store._database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE reader SET expires_at = '2001-01-01 00:00:00'")
    other = sqlite3.connect(file, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        assert await store.reader(AMINA) is None
        other.execute("ROLLBACK")
    finally:
        other.close()


async def test_an_update_id_no_database_can_hold(store: Store) -> None:
    with pytest.raises(StorageError):
        await store.first_time(10**30)


@pytest.mark.parametrize(
    "url",
    [
        "not an address with hunter2",
        "sqlite:///var/hunter2.db",
        "nosuch+driver://bot:hunter2@db/x",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "postgresql://bot:hunter2@db/x",
    ],
)
async def test_an_address_that_cannot_work_is_explained_without_its_password(url: str) -> None:
    with pytest.raises(ConfigError, match="BOT_DATABASE_URL") as caught:
        async with open_store(url, KEY):
            pass
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))
