"""/forget and expiry leave no byte of a reader in the files of the database."""

import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.errors import StorageError
from bot.store import Store, open_store, reader_key, schema

KEY = b"a key that lives outside the database"
NOW = datetime(2030, 3, 1, 12, tzinfo=UTC)
AMINA = 7_000_000_001
REGION = "a-region-nobody-else-has"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clearleaf.db"


@pytest.fixture
def url(file: Path) -> str:
    url = f"sqlite+aiosqlite:///{file}"
    schema.upgrade(url)
    return url


def on_disk(file: Path) -> dict[str, bytes]:
    """Read every file of the database: main file, write-ahead log and its index."""
    return {part.suffix: part.read_bytes() for part in file.parent.iterdir()}


def found(what: str, files: dict[str, bytes]) -> bool:
    return any(what.encode() in content for content in files.values())


async def test_after_forget_neither_hash_nor_choices_are_in_any_file(file: Path, url: str) -> None:
    async with open_store(url, KEY) as store:
        await store.keep(AMINA, audience="patient", remember=True)
        await store.keep(AMINA, region=REGION)
        before = on_disk(file)
        assert found(reader_key(KEY, AMINA), before)
        assert found(REGION, before)
        assert await store.forget(AMINA) == 1
        after = on_disk(file)
        assert not found(reader_key(KEY, AMINA), after)
        assert not found(REGION, after)
        assert after[".db-wal"] == b""


async def test_copies_that_secure_deletion_overlooks_are_erased_too(file: Path, url: str) -> None:
    # Where SQLite splits and merges pages it can leave old cells in the gaps. With this seed
    # and SQLite 3.40 two hashes of 1,500 stayed in the file although secure_delete was on.
    dice = random.Random(26)  # noqa: S311 -- the same life of the file every time
    keys = [reader_key(KEY, reader) for reader in range(3000)]
    born = [(key, f"2030-03-02 12:00:00.{n:06}") for n, key in enumerate(keys)]
    changed = [
        (
            dice.choice(["patient", "health-professional", None]),
            f"2030-03-{dice.randrange(10, 30)} 12:00:00.000000",
            dice.choice(keys),
        )
        for _ in range(6000)
    ]
    leaving = dice.sample(keys, 1500)
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA secure_delete = ON")
        raw.executemany(
            "INSERT INTO reader VALUES"
            " (?, 'patient', 'simple', 'en', 'gb', 'classic', 1, '2030-03-01', ?)",
            born,
        )
        raw.executemany("UPDATE reader SET audience = ?, expires_at = ? WHERE key = ?", changed)
        raw.executemany("DELETE FROM reader WHERE key = ?", [(key,) for key in leaving])
        raw.commit()
    async with open_store(url, KEY) as store:
        await store.keep(AMINA)
        assert await store.forget(AMINA) == 1
        rest = on_disk(file)
    assert [key for key in leaving if found(key, rest)] == []
    assert sum(found(key, rest) for key in keys) == 1500


async def test_expired_readers_leave_no_byte_after_the_retention_job(file: Path, url: str) -> None:
    now = [NOW]
    async with open_store(url, KEY, lambda: now[0]) as store:
        await store.keep(AMINA, region=REGION)
        now[0] += timedelta(hours=25)
        assert await store.reader(AMINA) is None  # deleted here, row by row
        assert await store.expire() == 0  # erased here
        rest = on_disk(file)
        assert not found(reader_key(KEY, AMINA), rest)
        assert not found(REGION, rest)


async def test_a_forget_that_cannot_erase_says_so_and_the_next_one_does(
    file: Path, url: str
) -> None:
    async with open_store(url, KEY) as store:
        await store.keep(AMINA, region=REGION)
        with fails_on(store, "VACUUM"), pytest.raises(StorageError):
            await store.forget(AMINA)
        assert await store.reader(AMINA) is None
        assert await store.forget(AMINA) == 0
        assert not found(REGION, on_disk(file))


async def test_a_row_that_survives_its_deletion_undoes_the_forgetting(url: str) -> None:
    async with open_store(url, KEY) as store:
        await store.keep(AMINA, region=REGION)
        async with store._database.engine.begin() as connection:
            await connection.exec_driver_sql(
                "CREATE TRIGGER stubborn AFTER DELETE ON reader BEGIN INSERT INTO reader"
                " VALUES (old.key, old.audience, old.level, old.locale, old.region, old.view,"
                " old.remember, old.last_used, old.expires_at); END"
            )
        with pytest.raises(StorageError, match="outlived"):
            await store.forget(AMINA)
        assert await store.reader(AMINA) is not None


class fails_on:  # noqa: N801 -- reads as a verb
    """Have SQLite refuse one statement by its first word for the time of a `with`."""

    def __init__(self, store: Store, word: str) -> None:
        self._engine = store._database.engine.sync_engine
        self._word = word

    def _refuse(self, *arguments: object) -> None:
        if str(arguments[2]).startswith(self._word):
            raise OSError("disk full")

    def __enter__(self) -> None:
        event.listen(self._engine, "before_cursor_execute", self._refuse)

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._refuse)
