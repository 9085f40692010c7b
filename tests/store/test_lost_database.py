"""A database that goes away and comes back while people use the bot."""

import asyncio
import itertools
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

import bot.service
from bot.core.address import Address, Choice, View
from bot.core.conversation import Conversation
from bot.core.model import Audience, Command, Level, Say, Tap
from bot.core.writers import plain
from bot.errors import StorageError
from bot.limits import Limits
from bot.service import Answer, Service
from bot.store import Store, open_store, reader_key, schema
from tests.store.conftest import AMINA, BO, KEY, Home, PostgresDatabase, SqliteFile


def tap(address: Address) -> Tap:
    return Tap(address.pack())


CHOOSES = tap(Address(View.MENU, locale="en", audience=Audience.CAREGIVER, choice=Choice.AUDIENCE))
FORGETS = tap(Address(View.FORGOTTEN, locale="en"))
SEES_DATA = Command("mydata")


def words(answer: Answer) -> str:
    return "\n".join(plain.write(screen.document) for screen in answer.turn.screens)


@pytest_asyncio.fixture
async def store(home: Home) -> AsyncIterator[Store]:
    async with open_store(home.url, KEY, patience=1) as opened:
        yield opened


@pytest.fixture
def service(store: Store, conversation: Conversation) -> Service:
    return Service(conversation, store)


async def test_stopped_and_started_three_times_readers_read_and_choices_say_sorry(
    service: Service, store: Store, home: Home, conversation: Conversation
) -> None:
    topic = next(iter(conversation.screens.desk.library.topics))
    page = tap(Address(View.PAGE, locale="en", topic=topic, level=Level.SIMPLE))
    assert "Sorry" not in words(await service.answer(AMINA, "en", CHOOSES))
    mine = words(await service.answer(AMINA, "en", SEES_DATA))
    assert "This is all of it" in mine
    for _ in range(3):
        home.stop()
        read, told, danger, sorry, kept = await asyncio.gather(
            service.answer(AMINA, "en", page),
            service.answer(BO, "en", Say("how do I stop taking it?")),
            service.answer(BO, "en", Say("he took the whole box and will not wake up")),
            service.answer(BO, "en", CHOOSES),
            service.answer(AMINA, "en", FORGETS),
        )
        assert read.turn.screens
        assert "Sorry" not in words(read) + words(told) + words(danger)
        assert danger.turn.urgent
        assert "could not be saved" in words(sorry)
        assert len(sorry.turn.screens) == 2  # the menu that was asked for is shown all the same
        assert "could not be saved or deleted" in words(kept)
        assert "DONE" not in words(kept)
        assert not await store.healthy()
        home.start()
        assert "Sorry" not in words(await service.answer(BO, "en", CHOOSES))
        assert await store.healthy()
        assert words(await service.answer(AMINA, "en", SEES_DATA)) == mine
        assert "DONE" in words(await service.answer(BO, "en", FORGETS))
    home.stop()
    home.start()  # and nobody came by in between
    assert "Sorry" not in words(await service.answer(AMINA, "en", CHOOSES))
    assert {key for (key,) in home.tell("SELECT key FROM reader")} == {reader_key(KEY, AMINA)}


async def test_stopped_and_started_five_times_under_load_each_choice_is_kept_or_refused(
    store: Store, home: Home, conversation: Conversation
) -> None:
    service = Service(conversation, store, Limits(burst=1e9))
    over = asyncio.Event()
    refused = 0

    async def choose_on_and_on(reader: int) -> set[Level]:
        """Return what may be stored in the end: the last choice kept, or one refused after it."""
        nonlocal refused
        possible: set[Level] = set()
        for level in itertools.cycle(Level):
            last = over.is_set()
            page = Address(View.MENU, locale="en", level=level, choice=Choice.LEVEL)
            answer = await service.answer(reader, "en", tap(page))
            assert len(answer.turn.screens) == (2 if "could not be saved" in words(answer) else 1)
            if len(answer.turn.screens) == 1:
                possible = {level}
            else:
                refused += 1
                possible.add(level)  # a commit whose answer got lost may have been done
            if last:
                return possible
            await asyncio.sleep(0.01)
        raise AssertionError

    people = [asyncio.create_task(choose_on_and_on(reader)) for reader in range(10)]
    for _ in range(5):
        await asyncio.sleep(0.3)
        await asyncio.to_thread(home.stop)
        await asyncio.sleep(0.2)
        await asyncio.to_thread(home.start)
    over.set()
    for reader, possible in enumerate(await asyncio.gather(*people)):
        kept = await store.reader(reader)
        assert kept is not None
        assert len(possible) == 1, "the last choice came when the database was back"
        assert kept.level in possible
    assert refused > 0


async def test_counters_wait_for_the_database_and_arrive_once(
    service: Service, home: Home
) -> None:
    await service.answer(AMINA, "en", Command("help"))
    home.stop()
    await service.answer(AMINA, "en", Command("help"))
    await service.flush()
    await service.flush()
    home.start()
    await service.flush()
    await service.flush()
    assert home.tell("SELECT event, count FROM counter") == [("help", 2)]


async def test_a_server_that_takes_no_more_connections_is_one_kind_of_error(
    postgres_home: PostgresDatabase,
) -> None:
    home = postgres_home
    home.tell(f'ALTER DATABASE "{home.name}" CONNECTION LIMIT 0')
    # The limit does not hold for the superuser that tests use, so a plain one connects.
    home.tell("CREATE ROLE plain LOGIN", "GRANT ALL ON ALL TABLES IN SCHEMA public TO plain")
    try:
        async with open_store(home.url.replace("postgres@", "plain@"), KEY, patience=1) as full:
            assert not await full.healthy()
            with pytest.raises(StorageError, match="53300"):
                await full.keep(AMINA, level="simple")
            home.tell(f'ALTER DATABASE "{home.name}" CONNECTION LIMIT 9')
            assert await full.healthy()
            assert (await full.keep(AMINA, level="simple")).level == "simple"
    finally:
        home.tell("DROP OWNED BY plain", "DROP ROLE plain")


async def test_a_database_that_hangs_keeps_nobody_waiting_for_long(
    home: Home, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.service, "KEEPING_PATIENCE", 1.0)
    async with open_store(home.url, KEY) as store:
        service = Service(conversation, store)
        await service.answer(AMINA, "en", CHOOSES)
        began = time.monotonic()
        with home.hanging():
            sorry, danger = await asyncio.gather(
                service.answer(AMINA, "en", CHOOSES),
                service.answer(BO, "en", Say("he took the whole box and will not wake up")),
            )
            waited = time.monotonic() - began
            began = time.monotonic()
            assert await store.healthy() == (home.dialect == "sqlite")  # a lock stops no reader
            asked = time.monotonic() - began
        assert asked < 5
        assert "could not be saved" in words(sorry)
        assert danger.turn.urgent
        assert waited < 7  # SQLite itself waits 5 s for a lock, PostgreSQL would hang for ever
        assert "Sorry" not in words(await service.answer(AMINA, "en", CHOOSES))


async def test_a_disk_that_is_full_refuses_choices_and_nothing_else(
    tmp_path: Path, conversation: Conversation
) -> None:
    home = SqliteFile(tmp_path / "small")
    schema.upgrade(home.url)
    async with open_store(home.url, KEY, patience=1) as store:
        service = Service(conversation, store)
        await service.answer(AMINA, "en", CHOOSES)

        async def limit(pages: int) -> None:
            # SQLite's own limit gives the very error a full disk gives, SQLITE_FULL.
            async with store._database.engine.connect() as connection:
                await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        await limit(1)
        for reader in range(500):  # until the pages there are hold no more rows
            answer = await service.answer(reader, "en", CHOOSES)
            if "could not be saved" in words(answer):
                break
        else:
            pytest.fail("the disk never got full")
        assert "This is all of it" in words(await service.answer(AMINA, "en", SEES_DATA))
        await limit(10**6)
        assert "Sorry" not in words(await service.answer(BO, "en", CHOOSES))
        with closing(sqlite3.connect(home.file)) as other:
            assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert other.execute("SELECT count(*) FROM reader").fetchall() == [(reader + 2,)]
