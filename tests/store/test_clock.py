"""A machine whose clock jumps does not cost readers what they asked the bot to remember."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.store import open_store
from bot.store.clock import SteadyClock, uptime, utc_now
from tests.store.conftest import AMINA, KEY, NOON, Home


@dataclass
class Machine:
    """A wall clock that can be set, and a count of seconds that cannot."""

    wall: datetime = NOON
    seconds: float = 5.0

    def passes(self, **span: float) -> None:
        self.wall += timedelta(**span)
        self.seconds += timedelta(**span).total_seconds()

    def steady(self) -> SteadyClock:
        return SteadyClock(lambda: self.wall, lambda: self.seconds)


def test_time_that_passes_is_the_time_that_shows() -> None:
    machine = Machine()
    clock = machine.steady()
    for _ in range(100):
        machine.passes(hours=7)
        machine.wall += timedelta(seconds=40)  # a clock that runs fast is followed
        assert clock() == machine.wall


def test_a_jump_is_not_believed_and_going_back_ends_it() -> None:
    machine = Machine()
    clock = machine.steady()
    for jump in (timedelta(days=800), timedelta(days=-800)):
        right = machine.wall
        machine.wall += jump
        assert clock() == right
        machine.passes(minutes=50)
        assert clock() == right + timedelta(minutes=50)
        machine.wall -= jump
        machine.passes(minutes=50)
        assert clock() == machine.wall


def test_a_jump_that_holds_for_an_hour_is_the_new_time() -> None:
    machine = Machine()
    clock = machine.steady()
    machine.wall += timedelta(days=30)
    assert clock() == NOON
    machine.passes(minutes=61)
    assert clock() == machine.wall
    machine.passes(days=3)
    assert clock() == machine.wall


async def test_remembered_choices_outlive_a_clock_that_shows_another_year(home: Home) -> None:
    machine = Machine()
    async with open_store(home.url, KEY, machine.steady()) as store:
        kept = await store.keep(AMINA, audience="patient", remember=True)
        for jump in (timedelta(days=800), timedelta(days=-800)):
            machine.wall += jump
            assert await store.reader(AMINA) == kept
            assert await store.expire() == 0
            assert await store.keep(AMINA) == kept
            machine.wall -= jump
            assert await store.reader(AMINA) == kept
        machine.passes(days=365)
        assert await store.expire() == 1


def test_the_clocks_of_this_machine_are_the_ones_used() -> None:
    assert abs(SteadyClock()() - datetime.now(UTC)) < timedelta(seconds=5)
    assert utc_now().tzinfo is UTC
    assert uptime() <= uptime()
