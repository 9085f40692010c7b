"""What the store remembers, for how long, and in what order of events."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import Changes, Counted, Store, Stored, open_store, reader_key, schema

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


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "var" / "clearleaf.db"


@pytest.fixture
def clock() -> Timeline:
    return Timeline()


@pytest_asyncio.fixture
async def store(file: Path, clock: Timeline) -> AsyncIterator[Store]:
    url = f"sqlite+aiosqlite:///{file}"
    schema.upgrade(url)
    async with open_store(url, KEY, clock) as opened:
        yield opened


def rows(file: Path, table: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(file)
    try:
        return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 -- ours
    finally:
        connection.close()


async def test_a_stranger_leaves_no_row(store: Store, file: Path) -> None:
    assert await store.reader(AMINA) is None
    assert rows(file, "reader") == []


async def test_choices_are_merged_one_by_one(store: Store) -> None:
    first = await store.keep(AMINA, audience="patient", locale="en")
    assert first == Stored(
        audience="patient",
        level=None,
        locale="en",
        region=None,
        view="classic",
        remember=False,
        last_used=NOON.date(),
        expires_at=NOON + timedelta(hours=24),
    )
    second = await store.keep(AMINA, level="simple", locale=None)
    assert (second.audience, second.level, second.locale) == ("patient", "simple", None)
    assert await store.reader(AMINA) == second
    assert await store.reader(BO) is None


async def test_the_telegram_id_is_nowhere_only_its_keyed_hash(store: Store, file: Path) -> None:
    await store.keep(AMINA, audience="caregiver")
    assert [row[0] for row in rows(file, "reader")] == [reader_key(KEY, AMINA)]
    everything = b"".join(part.read_bytes() for part in file.parent.iterdir())
    assert str(AMINA).encode() not in everything
    assert AMINA.to_bytes(8, "big") not in everything


def test_the_hash_depends_on_key_and_id() -> None:
    assert len({reader_key(KEY, AMINA), reader_key(KEY, BO), reader_key(b"other", AMINA)}) == 3
    assert len(reader_key(KEY, AMINA)) == 64


async def test_an_unknown_choice_is_a_mistake_of_the_caller(store: Store, file: Path) -> None:
    with pytest.raises(TypeError, match="username"):
        await store.keep(AMINA, username="amina")  # type: ignore[call-arg]
    assert rows(file, "reader") == []


async def test_without_remember_a_row_lasts_24_hours(
    store: Store, clock: Timeline, file: Path
) -> None:
    await store.keep(AMINA, audience="patient")
    clock.passes(hours=24, microseconds=-1)
    assert await store.reader(AMINA) is not None
    clock.passes(microseconds=1)
    assert await store.reader(AMINA) is None
    assert rows(file, "reader") == []


async def test_each_new_choice_renews_the_24_hours(store: Store, clock: Timeline) -> None:
    await store.keep(AMINA, audience="patient")
    clock.passes(hours=20)
    await store.keep(AMINA)
    clock.passes(hours=20)
    assert await store.reader(AMINA) is not None


async def test_a_choice_after_expiry_does_not_revive_the_old_ones(
    store: Store, clock: Timeline
) -> None:
    await store.keep(AMINA, audience="patient", region="gb", view="rich")
    clock.passes(hours=24)
    back = await store.keep(AMINA, level="simple")
    assert (back.audience, back.region, back.view, back.level) == (
        None, None, "classic", "simple",
    )  # fmt: skip


async def test_with_remember_a_row_lasts_12_idle_months(store: Store, clock: Timeline) -> None:
    await store.keep(AMINA, audience="patient", remember=True)
    clock.passes(days=364)
    assert await store.reader(AMINA) is not None
    await store.keep(AMINA, level="simple")
    clock.passes(days=364)
    assert await store.reader(AMINA) is not None
    clock.passes(days=1)
    assert await store.reader(AMINA) is None


async def test_a_remembered_row_tells_the_day_of_last_use_but_not_the_hour(
    store: Store, clock: Timeline, file: Path
) -> None:
    morning = await store.keep(AMINA, remember=True)
    clock.passes(hours=9)
    assert await store.keep(AMINA) == morning
    assert morning.last_used == date(2030, 3, 1)
    assert rows(file, "reader")[0][-2:] == ("2030-03-01", "2031-03-01 00:00:00.000000")


async def test_taking_remember_back_shortens_the_row_to_24_hours(store: Store) -> None:
    await store.keep(AMINA, remember=True)
    kept = await store.keep(AMINA, remember=False)
    assert kept.expires_at == NOON + timedelta(hours=24)
    assert (await store.keep(AMINA)).expires_at == NOON + timedelta(hours=24)


async def test_a_clock_in_another_zone_changes_nothing(store: Store, clock: Timeline) -> None:
    clock.now = NOON.astimezone(timezone(timedelta(hours=-13)))
    kept = await store.keep(AMINA)
    assert kept.last_used == NOON.date()
    assert kept.expires_at == NOON + timedelta(hours=24)


async def test_the_retention_job_takes_what_is_past_its_time_and_no_more(
    store: Store, clock: Timeline, file: Path
) -> None:
    await store.keep(AMINA, audience="patient")
    await store.keep(BO, audience="caregiver", remember=True)
    await store.first_time(1)
    clock.passes(hours=24)
    await store.first_time(2)
    assert await store.expire() == 1
    assert [row[0] for row in rows(file, "reader")] == [reader_key(KEY, BO)]
    clock.passes(hours=25)
    assert await store.expire() == 0
    assert [row[0] for row in rows(file, "seen_update")] == [2]
    assert rows(file, "seen_update")[0][1] == "2030-03-02 12:00:00.000000"


async def test_forget_takes_one_reader_and_says_how_many_rows(store: Store) -> None:
    await store.keep(AMINA, audience="patient", remember=True)
    await store.keep(BO, audience="caregiver")
    assert await store.forget(AMINA) == 1
    assert await store.forget(AMINA) == 0
    assert await store.reader(AMINA) is None
    assert await store.reader(BO) is not None


async def test_an_update_is_new_exactly_once(store: Store) -> None:
    answers = await asyncio.gather(*(store.first_time(81_000_000_000) for _ in range(20)))
    assert sorted(answers) == [False] * 19 + [True]


async def test_counters_add_up_by_day_and_name_no_reader(store: Store, clock: Timeline) -> None:
    await asyncio.gather(*(store.count("page", "back-spasm") for _ in range(10)))
    await store.count("page", "back-spasm", 5)
    await store.count("start")
    clock.passes(days=1)
    await store.count("page", "back-spasm")
    first, second = NOON.date(), NOON.date() + timedelta(days=1)
    assert await store.counters() == [
        Counted(first, "page", "back-spasm", 15),
        Counted(first, "start", "", 1),
        Counted(second, "page", "back-spasm", 1),
    ]


async def test_fifty_choices_at_once_make_one_row(store: Store, file: Path) -> None:
    await asyncio.gather(*(store.keep(AMINA, level=f"level-{n}") for n in range(50)))
    assert len(rows(file, "reader")) == 1
    await asyncio.gather(
        *(store.keep(AMINA, audience="patient") for _ in range(25)),
        *(store.keep(AMINA, locale="pt-BR", remember=True) for _ in range(25)),
    )
    kept = await store.reader(AMINA)
    assert kept is not None
    assert (kept.audience, kept.locale, kept.remember) == ("patient", "pt-BR", True)
    assert kept.expires_at - NOON > timedelta(days=364)


async def test_two_stores_on_one_file_do_not_trip_over_each_other(
    store: Store, file: Path, clock: Timeline
) -> None:
    async with open_store(f"sqlite+aiosqlite:///{file}", KEY, clock) as other:
        await asyncio.gather(
            *(one.keep(reader, level="simple") for reader in range(20) for one in (store, other))
        )
    assert len(rows(file, "reader")) == 20


choices = st.fixed_dictionaries(
    {},
    optional={
        "audience": st.sampled_from(["patient", "caregiver", None]),
        "level": st.sampled_from(["simple", "detailed", None]),
        "view": st.sampled_from(["classic", "rich"]),
        "remember": st.booleans(),
    },
)
steps = st.one_of(
    st.tuples(st.just("keep"), st.sampled_from([AMINA, BO]), choices),
    st.tuples(st.just("forget"), st.sampled_from([AMINA, BO]), st.none()),
    st.tuples(st.just("expire"), st.none(), st.none()),
    st.tuples(st.just("passes"), st.sampled_from([0.5, 12, 23, 24, 24 * 200]), st.none()),
)


class Model:
    """The same promises, kept in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[int, Stored] = {}

    def reader(self, who: int, now: datetime) -> Stored | None:
        kept = self.rows.get(who)
        return kept if kept and kept.expires_at > now else None

    def keep(self, who: int, changes: Changes, now: datetime) -> Stored:
        old = self.reader(who, now)
        remember = changes.get("remember", old.remember if old else False)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self.rows[who] = Stored(
            audience=changes.get("audience", old.audience if old else None),
            level=changes.get("level", old.level if old else None),
            locale=None,
            region=None,
            view=changes.get("view", old.view if old else "classic"),
            remember=remember,
            last_used=now.date(),
            expires_at=midnight + timedelta(days=365) if remember else now + timedelta(hours=24),
        )
        return self.rows[who]

    def expire(self, now: datetime) -> int:
        before = len(self.rows)
        self.rows = {who: row for who, row in self.rows.items() if row.expires_at > now}
        return before - len(self.rows)


async def live(file: Path, script: list[tuple[str, float | None, Changes | None]]) -> None:
    clock, model = Timeline(), Model()
    url = f"sqlite+aiosqlite:///{file}"
    schema.upgrade(url)
    async with open_store(url, KEY, clock) as store:
        for verb, what, changes in script:
            match verb, what, changes:
                case "keep", int(who), dict():
                    assert await store.keep(who, **changes) == model.keep(who, changes, clock())
                case "forget", int(who), _:
                    gone = 1 if model.rows.pop(who, None) else 0
                    assert await store.forget(who) == gone
                case "expire", _, _:
                    assert await store.expire() == model.expire(clock())
                case _:
                    clock.passes(hours=what or 0)
            for who in (AMINA, BO):
                expected = model.reader(who, clock())
                assert await store.reader(who) == expected
                if expected is None:
                    model.rows.pop(who, None)  # the store deletes what it finds expired
    assert {row[0] for row in rows(file, "reader")} == {reader_key(KEY, who) for who in model.rows}


@settings(max_examples=40, deadline=None)
@given(st.lists(steps, max_size=15))
def test_any_life_of_two_readers_matches_a_dictionary(
    script: list[tuple[str, float | None, Changes | None]],
) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder) / "life.db", script))
