"""What a maintainer does with a page: record a review, note a check, retire it.

Only files are written: git is the history, and the pull request the gate.
"""

import calendar
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.core.extras import Extra
from bot.core.library import Library
from bot.core.reviews import BESIDE, Review, fingerprint, place_of
from bot.studio.edits import RefusedError, Value, with_entry, with_key, write_checked
from bot.studio.revisions import LastChange, Revisions

MONTHS = {"high": 6, "medium": 12, "low": 12}
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Record:
    """A review as a reviewer hands it in."""

    page: str
    role: str
    reviewer: str
    statement: str
    reviewed: date
    due: date


def review_of(library: Library, page: str) -> Review:
    """Return where a page stands; RefusedError where there is no such page."""
    extra = _beside(library).get(page)
    if extra is not None:
        return extra.review
    topic = library.topics.get(page)
    if topic is None:
        raise RefusedError(f"there is no page {page!r}")
    return topic.file.review


def risk_of(library: Library, page: str) -> str:
    """Return how much harm a mistake on a page could do: low, medium or high."""
    extra = _beside(library).get(page)
    return extra.risk if extra is not None else library.topics[page].file.risk


def pages_of(library: Library) -> list[str]:
    """Return every page that can be reviewed."""
    return [*library.topics, *(name for name, extra in _beside(library).items() if extra)]


def latest_due(reviewed: date, risk: str) -> date:
    """Return the last day on which a page of this risk may be looked at again."""
    months = reviewed.month - 1 + MONTHS[risk]
    year, month = reviewed.year + months // _YEAR, months % _YEAR + 1
    return date(year, month, min(reviewed.day, calendar.monthrange(year, month)[1]))


def approve(content: Path, library: Library, revisions: Revisions, record: Record) -> None:
    """Write an approval into reviews.toml, bound to the text as it is now.

    RefusedError, with nothing written, for an incomplete record, and where the reviewer owns the
    page or made its last change, or nobody can tell who did.
    """
    review = review_of(library, record.page)
    place = place_of(content, record.page)
    _complete(library, record, risk_of(library, record.page))
    if review.status == "retired":
        raise RefusedError("a retired page is not served; there is nothing to approve")
    if _same(record.reviewer, review.owner):
        raise RefusedError(f"{record.reviewer} owns the page: have somebody else review it")
    _not_the_author(record.reviewer, revisions.last_change(place))
    file = content / "reviews.toml"
    entry: dict[str, Value] = {
        "page": record.page,
        "content": fingerprint(place),
        "role": record.role,
        "reviewer": record.reviewer,
        "reviewed": record.reviewed,
        "due": record.due,
        "statement": record.statement,
    }
    text = with_entry(file.read_text("utf-8"), "approval", entry)

    def holds(after: Library) -> bool:
        found = review_of(after, record.page)
        return found.status == "approved" and found.role is not None

    write_checked({file: text.encode()}, content, holds)


def note_check(content: Path, library: Library, page: str, today: date) -> date:
    """Move the day of the next check of a page that was looked at and needs no change.

    Returns that day. RefusedError for an approved page: its days are its reviewer's to move.
    """
    review = review_of(library, page)
    if review.status == "approved":
        raise RefusedError("an approval's days are its reviewer's: record a review instead")
    if review.status == "retired":
        raise RefusedError("a retired page has no next check")
    due = latest_due(today, risk_of(library, page))
    file = _file(content, page)
    text = with_key(file.read_text("utf-8"), "review", "checked", today)
    text = with_key(text, "review", "due", due)
    write_checked({file: text.encode()}, content, lambda after: review_of(after, page).due == due)
    return due


def retire(content: Path, library: Library, page: str, moved_to: str) -> tuple[str, ...]:
    """Take a topic out of service, its links leading to another one (empty: to none).

    Returns the topics that still name it, for the maintainer to mend.
    """
    topic = library.topics.get(page)
    if topic is None:
        raise RefusedError(f"there is no topic {page!r}; what stands beside topics cannot retire")
    if topic.file.review.status == "retired":
        raise RefusedError("it is retired already")
    if moved_to:
        target = library.topics.get(moved_to)
        if target is None or moved_to == page or target.file.review.status == "retired":
            raise RefusedError("links can lead to another topic that is served, not to this one")
    file = _file(content, page)
    text = with_key(file.read_text("utf-8"), "review", "status", "retired")
    if moved_to:
        text = with_key(text, "review", "moved_to", moved_to)
    gone = {file: text.encode()}
    write_checked(gone, content, lambda after: after.topics[page].file.review.status == "retired")
    return tuple(
        slug
        for slug, other in library.topics.items()
        if page in other.file.related or other.file.review.moved_to == page
    )


def _beside(library: Library) -> dict[str, Extra | None]:
    extras = library.extras
    found = extras.comparison, extras.visit, extras.quiz
    return dict(zip(BESIDE, found, strict=True))


def _file(content: Path, page: str) -> Path:
    place = place_of(content, page)
    return place if place.is_file() else place / "topic.toml"


def _complete(library: Library, record: Record, risk: str) -> None:
    if record.role not in library.labels.get("role", {}):
        known = ", ".join(library.labels.get("role", {}))
        raise RefusedError(f"the role is one of labels.toml: {known}")
    if not record.reviewer.strip() or not record.statement.strip():
        raise RefusedError("give the reviewer's name, and what was checked against what")
    if not record.reviewed < record.due <= latest_due(record.reviewed, risk):
        last = latest_due(record.reviewed, risk)
        raise RefusedError(f"the next check of a page of {risk} risk is due by {last}, not before")


def _not_the_author(reviewer: str, last: LastChange) -> None:
    if last.commit is None or last.uncommitted:
        raise RefusedError(
            "the page has changes that are not committed, so nobody can tell who made them: "
            "commit them first"
        )
    for author in last.authors:
        if _same(reviewer, author):
            raise RefusedError(
                f"{author} made the last change of this page ({last.commit.short}): have "
                "somebody else review it"
            )


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
