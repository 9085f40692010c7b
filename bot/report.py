"""How the bot is used, from counters that know no reader: what `python -m bot report` prints.

Small numbers are hidden in every form, and a share is given only where it says nothing of one
person: of at least `FEWEST` answers, rounded to `STEP` per cent.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from bot.core.screens.feedback import HELPFUL, REASONS
from bot.store.counters import shown

FEWEST = 20
STEP = 5
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
            return "too few"
        return f"{STEP * round(100 * self.answers[answer] / self.total / STEP)} %"


@dataclass(slots=True)
class Usage:
    """The counters of some days, put in order."""

    pages: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    locales: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    feedback: list[Page] = field(default_factory=list)


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


def table(found: Usage) -> str:
    """Return the report as text."""
    lines: list[str] = []
    for title, numbers in _sections(found):
        lines += [title, *(f"{shown(n):>8}  {name or '-'}" for name, n in numbers.most_common())]
        lines.append("")
    lines.append("What readers said of pages (page.level.language.revision)")
    for page in sorted(found.feedback, key=lambda page: -page.total):
        told = ", ".join(f"{reason} {page.share(reason)}" for reason in REASONS)
        lines.append(f"{shown(page.total):>8}  {page.name}  helped {page.share(HELPFUL)}; {told}")
    return "\n".join(lines)


def as_csv(found: Usage) -> str:
    """Return the report as CSV: section, name, number as it may be shown, share that helped."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(("section", "name", "number", "helped"))
    for title, numbers in _sections(found):
        out.writerows((title, name, shown(n), "") for name, n in numbers.most_common())
    for page in found.feedback:
        out.writerow(("feedback", page.name, shown(page.total), page.share(HELPFUL)))
    return text.getvalue()


def picture(found: Usage) -> str:
    """Return the pages opened as an SVG picture of bars; small numbers have no bar."""
    rows = [(name, n) for name, n in found.pages.most_common() if not shown(n).startswith("<")]
    height, left, width = 22, 190, 420
    most = max((n for _, n in rows), default=1)
    bars = [
        f'<text x="{left - 8}" y="{at * height + 43}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{left}" y="{at * height + 30}" height="16" width="{width * n / most:.0f}"/>'
        f'<text x="{left + width * n / most + 6:.0f}" y="{at * height + 43}">{n}</text>'
        for at, (name, n) in enumerate(rows)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 80}" '
        f'height="{len(rows) * height + 50}" font-family="sans-serif" font-size="13" '
        'role="img" aria-label="Pages opened">'
        '<rect width="100%" height="100%" fill="#fff"/>'
        '<text x="8" y="18" font-weight="bold">Pages opened</text>'
        f'<g fill="#2a6f97">{"".join(bars)}</g></svg>\n'
    )


def _sections(found: Usage) -> Iterator[tuple[str, Counter[str]]]:
    yield "Pages opened", found.pages
    yield "Levels", found.levels
    yield "Languages", found.locales
    for event, title in _BY_KIND.items():
        if event in found.kinds:
            yield title, found.kinds[event]
