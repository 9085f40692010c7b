"""Every page in every language on one table: served, behind, overdue, failing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.core.address import Address, View
from bot.core.i18n import SOURCE_LOCALE
from bot.core.library import Topic
from bot.core.model import Audience, Level, Status
from bot.studio.due import RISKS, weight
from bot.studio.picking import AUDIENCES, LEVELS, STATES
from bot.studio.readership import Readership, Worst
from bot.studio.workbench import Workbench

STANDINGS = {
    "served": "Served",
    "behind": "Behind",
    "overdue": "Overdue",
    "failing": "Failing",
    "closed": "Not served",
}
SIGNS = {"served": "✓", "behind": "◐", "overdue": "⏱", "failing": "✕", "closed": "–"}
_RISK = {risk: rank for rank, risk in enumerate(RISKS)}
SORTS = {
    "first": "What to look at first",
    "due": "Next check due",
    "risk": "Risk",
    "hard": "Too hard for readers",
    "unhelpful": "Not helpful to readers",
    "menu": "Menu",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One page in one language."""

    address: Address
    locale: str
    standing: str
    own: bool
    why: str

    @property
    def sign(self) -> str:
        """Return the mark that stands for the standing."""
        return SIGNS[self.standing]

    @property
    def told(self) -> str:
        """Say in words what the cell shows."""
        level, audience = LEVELS[self.address.reading_level], self.address.reading_audience
        own = "" if self.own else ", the general text"
        return f"{level}, {AUDIENCES[audience]}, {self.locale}: {self.why}{own}"


@dataclass(frozen=True, slots=True)
class Row:
    """One topic: its review, what readers said of it, and its pages column by column.

    `first` is the weight by which it wants to be looked at; `views` as they may be shown.
    """

    topic: Topic
    state: str
    due: date
    first: float
    views: str
    hard: Worst | None
    unhelpful: Worst | None
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the table is wanted; empty: all."""

    audience: str = ""
    level: str = ""
    locale: str = ""
    standing: str = ""
    group: str = ""
    sort: str = "due"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filter":
        """Return the filter that a query asks for."""
        names = ("audience", "level", "locale", "standing", "group")
        found = cls(*(query.get(name, "") for name in names))
        sort = query.get("sort", "")
        return replace(found, sort=sort) if sort in SORTS else found


class Overview:
    """The table as it stands now."""

    def __init__(self, bench: Workbench, wanted: Filter, readers: Readership) -> None:
        self._bench, self._snapshot, self._wanted = bench, bench.snapshot, wanted
        self._readers = readers
        topics = self._snapshot.library.topics.values()
        own = {name for topic in topics for name in topic.variants}
        patients = any(".patient." in name for name in own)
        audiences = [Audience.GENERAL, *([Audience.PATIENT] if patients else [])]
        audiences += [Audience.CAREGIVER, Audience.PROFESSIONAL]
        self.columns = [
            (level, audience)
            for audience in audiences
            for level in Level
            if wanted.audience in ("", audience) and wanted.level in ("", level)
        ]
        offered = [c.locale for c in self._snapshot.catalogs if wanted.locale in ("", c.locale)]
        self.locales = sorted(offered, key=lambda locale: (locale != SOURCE_LOCALE, locale))

    def heads(self) -> list[tuple[str, int]]:
        """Return the audiences over the columns, and how many columns each has."""
        names = [AUDIENCES[audience] for _, audience in self.columns]
        return [(name, names.count(name)) for name in dict.fromkeys(names)]

    def rows(self) -> list[Row]:
        """Return the topics that have a page in the wanted standing, in the wanted order."""
        rows = [
            row
            for topic in self._snapshot.library.topics.values()
            if self._wanted.group in ("", topic.file.group)
            for row in [self._row(topic)]
            if any(row.cells)
        ]
        orders: dict[str, Callable[[Row], Any]] = {
            "first": lambda row: (-row.first, row.due, row.topic.slug),
            "hard": lambda row: (-row.hard.share if row.hard else 1, row.due, row.topic.slug),
            "unhelpful": lambda row: (
                -row.unhelpful.share if row.unhelpful else 1,
                row.due,
                row.topic.slug,
            ),
            "due": lambda row: (row.due, _RISK[row.topic.file.risk], row.topic.slug),
            "risk": lambda row: (_RISK[row.topic.file.risk], row.due, row.topic.slug),
            "menu": lambda row: (row.topic.file.group, row.topic.file.order, row.topic.slug),
        }
        return sorted(rows, key=orders[self._wanted.sort])

    def counts(self) -> dict[str, int]:
        """Return how many pages stand how, before narrowing by standing."""
        found = dict.fromkeys(STANDINGS, 0)
        for topic in self._snapshot.library.topics.values():
            for level, audience in self.columns:
                for cell in self._cells(topic, level, audience):
                    found[cell.standing] += 1
        return found

    def _row(self, topic: Topic) -> Row:
        wanted = self._wanted.standing
        cells = tuple(
            tuple(
                cell
                for cell in self._cells(topic, level, audience)
                if wanted in ("", cell.standing)
            )
            for level, audience in self.columns
        )
        review = topic.file.review
        today, readers = self._snapshot.today(), self._readers
        opened = readers.opened(topic.slug)
        first = weight((review.due - today).days, topic.file.risk, opened)
        return Row(
            topic,
            STATES[review.state(today)],
            review.due,
            0.0 if review.status == "retired" else first,
            readers.views.get(topic.slug, ""),
            readers.worst(topic, "hard"),
            readers.worst(topic, "unhelpful"),
            cells,
        )

    def _cells(self, topic: Topic, level: Level, audience: Audience) -> Iterator[Cell]:
        desk, today = self._snapshot.desk, self._snapshot.today()
        own = f"{level}.{audience}.md.j2" in topic.variants
        checks = self._bench.checked(topic)
        for locale in self.locales:
            address = Address(View.PAGE, locale, audience, level, topic=topic.slug)
            edition = desk.editions.of(address, today)
            check = checks.of(level, audience, locale) if checks else None
            if topic.file.review.status == "retired":
                standing, why = "closed", "retired"
            elif not desk.serves(topic):
                standing, why = "closed", "closed by its review state"
            elif check and check.failed:
                faults = sum(not problem.warning for problem in check.problems)
                standing, why = "failing", f"{faults} faults"
            elif topic.file.review.state(today) is Status.OVERDUE:
                standing, why = "overdue", "its check is overdue"
            elif edition.locale != locale:
                standing, why = "behind", "not whole, comes in English"
            elif edition.frozen:
                standing, why = "behind", "shows words older than the English ones"
            else:
                standing, why = "served", "served"
            whole = topic.template(level, audience) is not None
            if whole:
                yield Cell(address, locale, standing, own or audience is Audience.GENERAL, why)
