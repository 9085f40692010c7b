"""How much pages are read and what readers said of them, as `python -m bot report --csv` tells it.

Nothing else about readers reaches the studio: it reads that report from a file, or has it made
from the database's counters, and so hides small numbers just as the report does.
"""

import asyncio
import csv
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from bot.core.library import Topic
from bot.core.model import Level
from bot.core.screens.feedback import HELPFUL, REASONS
from bot.errors import BotError, ConfigError
from bot.store.upkeep import summed
from bot.store.usage import COLUMNS, FEEDBACK, FEWEST, PAGES, as_csv, usage

Measure = Literal["hard", "unhelpful"]
Source = Callable[[], "Readership"]
DAYS: Final = 30
"""How far back the database's counters are read, as `report` does."""
_FRESH = 60.0
_ALL = 100


@dataclass(frozen=True, slots=True)
class Rating:
    """What readers said of one revision of a page at a level in a language.

    `answers` is the number as it may be shown; `shares` are per cent of it, empty where there are
    too few to say.
    """

    topic: str
    level: str
    locale: str
    revision: str
    answers: str
    shares: Mapping[str, int]

    def share(self, measure: str) -> int | None:
        """Return the share of a kind of answer in per cent; None where too few answered."""
        if measure == "unhelpful":
            helped = self.shares.get(HELPFUL)
            return None if helped is None else _ALL - helped
        return self.shares.get(measure)


@dataclass(frozen=True, slots=True)
class Worst:
    """The highest share among a topic's pages; `earlier` where it was said of an earlier text."""

    share: int
    page: str
    earlier: bool


@dataclass(frozen=True, slots=True)
class Readership:
    """A report, as far as the studio shows it; `told` says in a line where it is from."""

    told: str
    views: Mapping[str, str] = field(default_factory=dict)
    ratings: tuple[Rating, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anything has been counted."""
        return bool(self.views or self.ratings)

    def opened(self, topic: str) -> int:
        """Return how often a topic was opened, 0 where the number is small or not known."""
        number = self.views.get(topic, "")
        return int(number) if number.isdecimal() else 0

    def of(self, topic: str, level: Level, locale: str) -> tuple[Rating, ...]:
        """Return what was said of a page, each revision apart."""
        wanted = topic, level, locale
        return tuple(r for r in self.ratings if (r.topic, r.level, r.locale) == wanted)

    def worst(self, topic: Topic, measure: Measure) -> Worst | None:
        """Return the highest share among the pages as they are now, else as they were before.

        None where too few answered on every page. Pages are never added up: beside a page's own
        number a sum would give the hidden ones away.
        """
        found = [
            Worst(share, f"{r.level}, {r.locale}", r.revision != topic.revision)
            for r in self.ratings
            if r.topic == topic.slug and (share := r.share(measure)) is not None
        ]
        own = [worst for worst in found if not worst.earlier]
        return max(own or found, key=lambda worst: (worst.share, worst.page), default=None)


def nobody() -> Readership:
    """Return what is known where nobody says where counters are."""
    return Readership("Readers' answers are not known here: start with --report FILE.")


def parse(text: str, told: str) -> Readership:
    """Read a report; ConfigError for what is none."""
    head, *rows = csv.reader(text.splitlines() or [""])
    if tuple(head) != COLUMNS:
        raise ConfigError("it is no report: make one with `python -m bot report --csv`")
    views: dict[str, str] = {}
    ratings: list[Rating] = []
    for row in rows:
        if len(row) != len(COLUMNS):
            raise ConfigError(f"it is no whole report: {','.join(row)!r}")
        section, name, number, *shares = row
        if section == PAGES:
            views[name] = number
        elif section == FEEDBACK:
            match name.split("."):
                case topic, level, locale, revision:
                    said = _shares(shares)
                    ratings.append(Rating(topic, level, locale, revision, number, said))
                case _:
                    raise ConfigError(f"it is no report: there is no page {name!r}")
    return Readership(told, views, tuple(ratings))


def report_of(file: Path) -> Source:
    """Return what reads a report again whenever its file changes."""

    @lru_cache(maxsize=1)
    def read(changed: int) -> Readership:  # noqa: ARG001 - the cache's key
        told = f"Readers' answers from {file.name}; shares only of at least {FEWEST} answers."
        return parse(file.read_text("utf-8"), told)

    def source() -> Readership:
        try:
            return read(file.stat().st_mtime_ns)
        except (OSError, UnicodeError) as error:
            return Readership(f"Readers' answers: {file} cannot be read ({type(error).__name__}).")
        except (ConfigError, csv.Error) as error:
            return Readership(f"Readers' answers: {file.name}: {error}.")

    return source


def database_of(url: str) -> Source:
    """Return what makes a report of a database's counters, at most once a minute."""

    @lru_cache(maxsize=1)
    def read(minute: int) -> Readership:  # noqa: ARG001 - the cache's key
        try:
            text = as_csv(usage(asyncio.run(summed(url, DAYS))))
        except BotError:
            return Readership(
                "Readers' answers: no counters in the database of the settings; a production "
                "machine's `report --csv` can be given with --report FILE."
            )
        told = f"Readers' answers of {DAYS} days; shares only of at least {FEWEST} answers."
        return parse(text, told)

    return lambda: read(int(time.monotonic() / _FRESH))


def _shares(cells: Iterable[str]) -> dict[str, int]:
    told = zip((HELPFUL, *REASONS), cells, strict=True)
    return {name: int(cell[:-2]) for name, cell in told if cell.endswith(" %")}


def in_order(ratings: Iterable[Rating], newest_first: Iterable[str]) -> list[Rating]:
    """Return ratings by the age of their revision, the newest first, unknown ones last."""
    ages = {revision: age for age, revision in enumerate(newest_first)}
    return sorted(ratings, key=lambda r: (ages.get(r.revision, len(ages)), r.revision))
