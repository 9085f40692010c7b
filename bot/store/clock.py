"""A wall clock that does not believe every jump."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

# What a clock may be put right by at once, and how long a larger jump must hold to be believed.
TRUSTED = timedelta(hours=1)


def utc_now() -> datetime:
    """Return what the machine's wall clock shows, aware."""
    return datetime.now(UTC)


def uptime() -> float:
    """Return seconds of a clock nobody sets; where there is a choice, one that counts sleep."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class SteadyClock:
    """The present moment; a jump of more than `TRUSTED` counts only once it held as long.

    Retention deletes by the clock, so a machine that shows next year for a minute must not cost
    every reader their remembered choices. A clock that is wrong when the program starts, or for
    longer than that, is believed: there is no other to ask.
    """

    def __init__(self, wall: Clock = utc_now, elapsed: Callable[[], float] = uptime) -> None:
        self._wall = wall
        self._elapsed = elapsed
        self._moment, self._at = wall(), elapsed()
        self._doubted_since: float | None = None

    def __call__(self) -> datetime:
        """Return the moment it is, aware."""
        at, shown = self._elapsed(), self._wall()
        expected = self._moment + timedelta(seconds=at - self._at)
        if abs(shown - expected) <= TRUSTED:
            self._doubted_since = None
        elif self._doubted_since is None:
            self._doubted_since = at
        held = self._doubted_since is not None and at - self._doubted_since > TRUSTED.seconds
        if held:
            self._doubted_since = None
        if self._doubted_since is not None:
            return expected
        self._moment, self._at = shown, at
        return shown
