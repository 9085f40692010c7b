"""What the store remembers, for how long, and in what order of events, on both databases."""

import asyncio
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import Changes, Store, Stored, open_store, reader_key, schema
from bot.store.counters import BATCH, Counted, shown, totals
from tests.store.conftest import AMINA, BO, KEY, NOON, Home, SqliteFile, Timeline


def keys(home: Home) -> set[str]:
    return {key for (key,) in home.tell("SELECT key FROM reader")}


async def test_a_stranger_leaves_no_row(store: Store, home: Home) -> None:
    assert await store.reader(AMINA) is None
    assert keys(home) == set()


async def test_choices_are_merged_one_by_one(store: Store) -> None:
    first = await store.keep(AMINA, audience="patient", locale="en")
    assert first == Stored(
        audience="patient",
        level=None,
        locale="en",
        region=None,
        view="classic",
        visit=None,
        remember=False,
        last_used=NOON.date(),
        expires_at=NOON + timedelta(hours=24),
    )
    second = await store.keep(AMINA, level="simple", locale=None)
    assert (second.audience, second.level, second.locale) == ("patient", "simple", None)
    assert await store.reader(AMINA) == second
    assert await store.reader(BO) is None


async def test_the_telegram_id_is_nowhere_only_its_keyed_hash(store: Store, home: Home) -> None:
    await store.keep(AMINA, audience="caregiver")
    assert keys(home) == {reader_key(KEY, AMINA)}
    everything = home.bytes()
    assert str(AMINA).encode() not in everything
    assert AMINA.to_bytes(8, "big") not in everything


def test_the_hash_depends_on_key_and_id() -> None:
    assert len({reader_key(KEY, AMINA), reader_key(KEY, BO), reader_key(b"other", AMINA)}) == 3
    assert len(reader_key(KEY, AMINA)) == 64


async def test_an_unknown_choice_is_a_mistake_of_the_caller(store: Store, home: Home) -> None:
    with pytest.raises(TypeError, match="username"):
        await store.keep(AMINA, username="amina")  # type: ignore[call-arg]
    assert keys(home) == set()


async def test_without_remember_a_row_lasts_24_hours(
    store: Store, clock: Timeline, home: Home
) -> None:
    await store.keep(AMINA, audience="patient")
    clock.passes(hours=24, microseconds=-1)
    assert await store.reader(AMINA) is not None
    clock.passes(microseconds=1)
    assert await store.reader(AMINA) is None
    assert keys(home) == set()


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
    store: Store, clock: Timeline, home: Home
) -> None:
    morning = await store.keep(AMINA, remember=True)
    clock.passes(hours=9)
    assert await store.keep(AMINA) == morning
    assert morning.last_used == date(2030, 3, 1)
    assert morning.expires_at == datetime(2031, 3, 1, tzinfo=morning.expires_at.tzinfo)
    [(day, end)] = home.tell(
        "SELECT CAST(last_used AS VARCHAR), CAST(expires_at AS VARCHAR) FROM reader"
    )
    assert (day, end[:19]) == ("2030-03-01", "2031-03-01 00:00:00")


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
    store: Store, clock: Timeline, home: Home
) -> None:
    await store.keep(AMINA, audience="patient")
    await store.keep(BO, audience="caregiver", remember=True)
    await store.first_time(1)
    clock.passes(hours=24)
    await store.first_time(2)
    assert await store.expire() == 1
    assert keys(home) == {reader_key(KEY, BO)}
    clock.passes(hours=25)
    assert await store.expire() == 0
    [(number, hour)] = home.tell("SELECT update_id, CAST(seen_at AS VARCHAR) FROM seen_update")
    assert number == 2
    assert hour.startswith("2030-03-02 12:00:00")


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


async def test_counters_add_up_by_day_and_name_no_reader(
    store: Store, home: Home, clock: Timeline
) -> None:
    await asyncio.gather(*(store.count({("page", "back-spasm"): 1}) for _ in range(10)))
    await store.count({("page", "back-spasm"): 5, ("start", ""): 1})
    clock.passes(days=1)
    await store.count({("page", "back-spasm"): 1})
    await store.count({})
    assert home.tell(
        "SELECT CAST(day AS VARCHAR), event, detail, count FROM counter ORDER BY day, event"
    ) == [
        ("2030-03-01", "page", "back-spasm", 15),
        ("2030-03-01", "start", "", 1),
        ("2030-03-02", "page", "back-spasm", 1),
    ]


async def test_many_counters_at_once_from_two_processes_all_arrive(
    store: Store, home: Home, clock: Timeline
) -> None:
    many = {("page", f"topic-{number}"): 2 for number in range(2 * BATCH + 1)}
    backwards = dict(reversed(many.items()))
    async with open_store(home.url, KEY, clock) as other:
        await asyncio.gather(
            *(
                one.count(some)
                for _ in range(3)
                for one, some in ((store, many), (other, backwards))
            )
        )
    assert home.tell("SELECT count(*), min(count), max(count) FROM counter") == [
        (len(many), 12, 12)
    ]


def test_a_small_number_is_shown_as_small_whatever_it_is() -> None:
    assert [shown(number) for number in (0, 1, 4, 5, 1200)] == ["<5", "<5", "<5", "5", "1200"]
    days = [NOON.date() + timedelta(days=n) for n in range(3)]
    counted = [Counted(day, "page", "tapering", 2) for day in days]
    counted += [Counted(days[0], "urgent", "overdose", 1)]
    assert totals(counted) == [("page", "tapering", "6"), ("urgent", "overdose", "<5")]


async def test_fifty_choices_at_once_make_one_row(store: Store, home: Home) -> None:
    await asyncio.gather(*(store.keep(AMINA, level=f"level-{n}") for n in range(50)))
    assert len(keys(home)) == 1
    await asyncio.gather(
        *(store.keep(AMINA, audience="patient") for _ in range(25)),
        *(store.keep(AMINA, locale="pt-BR", remember=True) for _ in range(25)),
    )
    kept = await store.reader(AMINA)
    assert kept is not None
    assert (kept.audience, kept.locale, kept.remember) == ("patient", "pt-BR", True)
    assert kept.expires_at - NOON > timedelta(days=364)


async def test_two_stores_on_one_database_do_not_trip_over_each_other(
    store: Store, home: Home, clock: Timeline
) -> None:
    async with open_store(home.url, KEY, clock) as other:
        await asyncio.gather(
            *(one.keep(reader, level="simple") for reader in range(20) for one in (store, other))
        )
    assert len(keys(home)) == 20


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
            visit=changes.get("visit", old.visit if old else None),
            remember=remember,
            last_used=now.date(),
            expires_at=midnight + timedelta(days=365) if remember else now + timedelta(hours=24),
        )
        return self.rows[who]

    def expire(self, now: datetime) -> int:
        before = len(self.rows)
        self.rows = {who: row for who, row in self.rows.items() if row.expires_at > now}
        return before - len(self.rows)


async def live(folder: Path, script: list[tuple[str, float | None, Changes | None]]) -> None:
    clock, model, home = Timeline(), Model(), SqliteFile(folder)
    schema.upgrade(home.url)
    async with open_store(home.url, KEY, clock) as store:
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
    assert keys(home) == {reader_key(KEY, who) for who in model.rows}


@settings(max_examples=40, deadline=None)
@given(st.lists(steps, max_size=15))
def test_any_life_of_two_readers_matches_a_dictionary(
    script: list[tuple[str, float | None, Changes | None]],
) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder), script))
