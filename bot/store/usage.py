"""Counters put in order, and what may leave of them: small numbers are hidden in every form.

A share is given only where it says nothing of one person: of at least `FEWEST` answers, rounded
to `STEP` per cent. What `as_csv` writes is all that the studio ever sees of readers.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.core.screens.feedback import HELPFUL, REASONS
from bot.store.counters import shown

FEWEST = 20
STEP = 5
TOO_FEW: Final = "too few"
PAGES, FEEDBACK = "Pages opened", "feedback"
"""The sections of the CSV that the studio reads."""
COLUMNS = ("section", "name", "number", "helped", *REASONS)
_FEEDBACK = "feedback_"
# Events whose number stands for itself, with the title of their section.
_BY_KIND = {
    "matched": "Typed questions answered with a page",
    "offered": "Typed questions answered with a choice of pages",
    "missed": "Typed questions without a page",
    "not_typed": "Typed words in a language without typed questions",
    "refused": "Requests refused, by kind",
    "urgent_clear": "Urgent cards at once, by kind",
    "urgent_possible": "Concerns shown, by kind",
}

Sums = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Page:
    """What readers said of one revision of a page at a level in a language."""

    name: str
    answers: Counter[str]

    @property
    def total(self) -> int:
        """How many answers there were."""
        return self.answers.total()

    def share(self, answer: str) -> str:
        """Return the share of an answer in per cent, or that there are too few to say."""
        if self.total < FEWEST:
            return TOO_FEW
        return f"{STEP * round(100 * self.answers[answer] / self.total / STEP)} %"


@dataclass(slots=True)
class Usage:
    """The counters of some days, put in order."""

    pages: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    locales: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    feedback: list[Page] = field(default_factory=list)

    def sections(self) -> Iterator[tuple[str, Counter[str]]]:
        """Yield each title with its numbers, to be shown through `shown` alone."""
        yield PAGES, self.pages
        yield "Levels", self.levels
        yield "Languages", self.locales
        for event, title in _BY_KIND.items():
            if event in self.kinds:
                yield title, self.kinds[event]


def usage(sums: Sums) -> Usage:
    """Return the sums of event and detail as `bot.core.conversation` counts them, in order."""
    found = Usage()
    answers: dict[str, Counter[str]] = defaultdict(Counter)
    for (event, detail), number in sorted(sums.items()):
        if event == "page":
            topic, _, rest = detail.partition(".")
            level, _, locale = rest.partition(".")
            found.pages[topic] += number
            found.levels[level] += number
            found.locales[locale] += number
        elif event.startswith(_FEEDBACK):
            answers[detail][event.removeprefix(_FEEDBACK)] += number
        elif event in _BY_KIND:
            found.kinds.setdefault(event, Counter())[detail] += number
    found.feedback = [Page(name, told) for name, told in sorted(answers.items())]
    return found


def as_csv(found: Usage) -> str:
    """Return the report as CSV: `COLUMNS`, the number as it may be shown, the share of answers."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(COLUMNS)
    none = ("",) * (1 + len(REASONS))
    for title, numbers in found.sections():
        out.writerows((title, name, shown(n), *none) for name, n in numbers.most_common())
    for page in found.feedback:
        shares = map(page.share, (HELPFUL, *REASONS))
        out.writerow((FEEDBACK, page.name, shown(page.total), *shares))
    return text.getvalue()
