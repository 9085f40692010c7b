"""Who changed and approved what: git's log of content/ and the approvals in reviews.toml.

Git is the log, to which commits only add; an approval that was taken out of the file again is
found in its history.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from bot.core.reviews import BESIDE, Approval, place_of
from bot.studio.revisions import Commit, Revisions

COLUMNS = ("day", "what", "page", "who", "commit", "told")
_REVIEWS = "reviews.toml"
_SHORT = 8


@dataclass(frozen=True, slots=True)
class Given:
    """An approval, the commit that brought it (None: in none yet), and whether it still stands."""

    approval: Approval
    commit: Commit | None
    stands: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that somebody did; `what` is `changed` or `approved`, or says more of the latter.

    `page` is a slug, `compare`, `visit` or `quiz`; empty for what belongs to no single page.
    """

    day: date
    what: str
    page: str
    who: str
    commit: str
    told: str


def approvals_given(content: Path, revisions: Revisions) -> list[Given]:
    """Return every approval there ever was, the oldest first. RevisionError without git."""
    file = content / _REVIEWS
    now = _approvals(file.read_bytes())
    first: dict[Approval, Commit | None] = {}
    for commit, _ in reversed(list(revisions.touched(file))):
        for approval in _approvals(revisions.files_at(commit.name, file).get(_REVIEWS, b"")):
            first.setdefault(approval, commit)
    for approval in now:
        first.setdefault(approval, None)
    return [Given(approval, commit, approval in now) for approval, commit in first.items()]


def history(content: Path, revisions: Revisions, page: str = "") -> list[Event]:
    """Return what was done to a page, or to all content, the newest first.

    ConfigError for a page there is not, RevisionError where git cannot tell.
    """
    place = place_of(content, page) if page else content
    events = [
        Event(commit.day, "changed", name, commit.author, commit.short, commit.subject)
        for commit, files in revisions.touched(place)
        for name in sorted({_page(file) for file in files})
    ]
    events += [
        _event(given)
        for given in approvals_given(content, revisions)
        if page in ("", given.approval.page)
    ]
    return sorted(events, key=lambda event: event.day, reverse=True)


def as_lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield events for people to read."""
    for event in events:
        commit = event.commit or "-"
        yield (
            f"{event.day}  {event.what:<9} {event.page or '-':<22} {commit:<{_SHORT}}  "
            f"{event.who}: {event.told}"
        )


def as_csv(events: Iterable[Event]) -> str:
    """Return events as CSV with the columns `COLUMNS`."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(COLUMNS)
    for event in events:
        out.writerow([event.day, event.what, event.page, event.who, event.commit, event.told])
    return text.getvalue()


def _event(given: Given) -> Event:
    approval = given.approval
    what = "approved" if given.stands else "approval taken out"
    told = f"text {approval.content[:_SHORT]}, next check {approval.due}: {approval.statement}"
    who = f"{approval.reviewer} ({approval.role})"
    commit = given.commit.short if given.commit else ""
    return Event(approval.reviewed, what, approval.page, who, commit, told)


def _approvals(data: bytes) -> list[Approval]:
    """Return the approvals of one state of the file; what cannot be read is passed over."""
    try:
        entries = tomllib.loads(data.decode("utf-8")).get("approval", ())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return []
    found = []
    for entry in entries:
        try:
            found.append(Approval.model_validate(entry))
        except ValidationError:
            continue
    return found


def _page(file: str) -> str:
    """Return the page that a file of content/ belongs to; empty for none."""
    first, _, rest = file.partition("/")
    if first == "topics":
        return rest.partition("/")[0]
    name = first.removesuffix(".toml")
    return name if name in BESIDE and not rest else ""
