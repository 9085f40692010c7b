"""What has to be looked at when: the digest for owners, and what to look at first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import log10

from bot.core.library import Library
from bot.studio.reviewing import pages_of, review_of, risk_of

RISKS = ("high", "medium", "low")
_HALVES_IN = 90


@dataclass(frozen=True, slots=True)
class Due:
    """A page whose next check is near or over; `days` until then, below 0 when it is over."""

    page: str
    title: str
    owner: str
    risk: str
    day: date
    days: int


def weight(days: int, risk: str, opened: int) -> float:
    """Return how much a page wants to be looked at: due day x risk x views, without a unit.

    It doubles for each 90 days nearer to the due day or past it, with each step of risk, and with
    each tenfold number of views. A convention of this project, from no source.
    """
    return float(2 ** (-days / _HALVES_IN - RISKS.index(risk))) * (1 + log10(1 + opened))


def due(library: Library, today: date, within: int) -> list[Due]:
    """Return the pages that are overdue or due within so many days; no retired ones.

    In order of owner, then highest risk first, then the earliest day.
    """
    found = []
    for page in pages_of(library):
        review = review_of(library, page)
        days = (review.due - today).days
        if review.status != "retired" and days <= within:
            topic = library.topics.get(page)
            title = topic.file.title if topic else page
            found.append(Due(page, title, review.owner, risk_of(library, page), review.due, days))
    return sorted(found, key=lambda one: (one.owner, RISKS.index(one.risk), one.day, one.page))


def digest(found: list[Due], within: int) -> Iterator[str]:
    """Yield what each owner has to look at, as lines."""
    if not found:
        yield f"No page is overdue or due within {within} days."
    owner = ""
    for one in found:
        if one.owner != owner:
            yield from ("",) if owner else ()
            owner = one.owner
            yield owner
        yield f"  {one.day}  {_when(one.days):<20}  {one.risk:<6}  {one.page}: {one.title}"


def _when(days: int) -> str:
    if days < 0:
        return f"overdue by {_days(-days)}"
    return f"due in {_days(days)}" if days else "due today"


def _days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"
