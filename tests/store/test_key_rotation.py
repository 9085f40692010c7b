"""A new key: readers keep what they chose, and are forgotten under the old key too."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.store import Store, open_store, reader_key
from bot.store.keys import Keys
from tests.store.conftest import AMINA, BO, KEY, Home, Timeline

NEW = b"the key that comes after the old one"


def hashes(home: Home) -> set[str]:
    return {key for (key,) in home.tell("SELECT key FROM reader")}


@pytest_asyncio.fixture
async def rotated(store: Store, home: Home, clock: Timeline) -> AsyncIterator[Store]:
    """Return a store with the new key, over rows of Amina and Bo under the old one."""
    await store.keep(AMINA, audience="patient", remember=True)
    await store.keep(BO, audience="caregiver")
    async with open_store(home.url, NEW, clock, previous=KEY) as opened:
        yield opened


async def test_a_row_moves_to_the_new_key_when_its_reader_comes_back(
    rotated: Store, store: Store, home: Home
) -> None:
    before = await store.reader(AMINA)
    assert await rotated.reader(AMINA) == before
    assert hashes(home) == {reader_key(NEW, AMINA), reader_key(KEY, BO)}
    assert await rotated.reader(AMINA) == before
    kept = await rotated.keep(BO, level="simple")
    assert (kept.audience, kept.level) == ("caregiver", "simple")
    assert hashes(home) == {reader_key(NEW, AMINA), reader_key(NEW, BO)}


async def test_all_at_once_makes_one_row_and_loses_no_choice(rotated: Store, home: Home) -> None:
    await asyncio.gather(
        *(rotated.keep(BO, level="simple") for _ in range(5)),
        *(rotated.reader(BO) for _ in range(5)),
    )
    kept = await rotated.reader(BO)
    assert kept is not None
    assert (kept.audience, kept.level) == ("caregiver", "simple")
    assert hashes(home) == {reader_key(KEY, AMINA), reader_key(NEW, BO)}


async def test_a_row_made_meanwhile_by_a_process_with_the_old_key_gives_way(
    rotated: Store, store: Store, home: Home
) -> None:
    await rotated.keep(AMINA, level="detailed")
    await store.keep(AMINA, level="simple")
    found = await rotated.reader(AMINA)
    assert found is not None
    assert (found.audience, found.level) == ("patient", "detailed")
    assert hashes(home) == {reader_key(NEW, AMINA), reader_key(KEY, BO)}


async def test_forget_and_expiry_reach_rows_under_the_old_key(
    rotated: Store, store: Store, home: Home, clock: Timeline
) -> None:
    assert await rotated.forget(AMINA) == 1
    await rotated.keep(AMINA, level="simple")
    await store.keep(AMINA, level="simple")
    assert await rotated.forget(AMINA) == 2
    clock.passes(hours=24)
    assert await rotated.reader(BO) is None
    await store.keep(BO)
    clock.passes(hours=24)
    assert await rotated.expire() == 1
    assert hashes(home) == set()
    assert reader_key(KEY, AMINA).encode() not in home.bytes()


async def test_without_the_previous_key_the_rows_are_strangers_until_they_expire(
    rotated: Store, home: Home, clock: Timeline
) -> None:
    async with open_store(home.url, NEW, clock) as alone:
        assert await alone.reader(AMINA) is None
        clock.passes(days=366)
        assert await alone.expire() == 2


def test_keys_stay_out_of_everything_printed() -> None:
    assert "key" not in repr(Keys(KEY, NEW)).replace("Keys", "")


@pytest.mark.parametrize("keys", [Keys(NEW), Keys(NEW, KEY)])
def test_the_hash_under_the_key_in_use_comes_first(keys: Keys) -> None:
    assert keys.of(AMINA)[0] == reader_key(NEW, AMINA)
