"""Review states: who found a page right, when, and that it is still that page."""

import hashlib
import json
import re
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.core.files import Entry, Reading, line_of
from bot.core.model import Status
from bot.errors import ConfigError, Problem

BESIDE = ("compare", "visit", "quiz")
"""The files of content/ that readers see and that are no topics."""
_SHOWN = ("title", "button", "disclaimer")


class Review(Entry):
    """Where a topic stands. `approved`, `role` and `reviewed` come from reviews.toml alone.

    `checked` is the last day on which somebody found that nothing need change.
    """

    status: Literal["submitted", "under_review", "approved", "retired"]
    written: date
    due: date
    owner: str
    checked: date | None = None
    moved_to: str | None = None
    role: str | None = None
    reviewed: date | None = None

    @property
    def looked_at(self) -> date:
        """Return the last day on which the text was written, checked or reviewed."""
        return max(filter(None, (self.written, self.checked, self.reviewed)))

    def state(self, today: date) -> Status:
        """Return the state a reader is shown on `today`: past its due day a page is overdue."""
        if self.status != "retired" and today > self.due:
            return Status.OVERDUE
        return Status(self.status)


class Approval(Entry):
    """A review that found a page right, bound to the text it was made of.

    `page` is the slug of a topic, or `compare`, `visit` or `quiz`. It holds while `content`
    equals the page's `fingerprint`; any edit ends it.
    """

    page: str
    content: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    role: str
    reviewer: str
    reviewed: date
    due: date
    statement: str


def place_of(directory: Path, page: str) -> Path:
    """Return the folder of a topic, or the file of what stands beside the topics.

    ConfigError where `directory`, the content folder, has neither.
    """
    place = directory / f"{page}.toml" if page in BESIDE else directory / "topics" / page
    if not re.fullmatch("[a-z0-9-]+", page) or not place.exists():
        known = ", ".join(BESIDE)
        raise ConfigError(f"there is no page {page!r}: name a folder of topics/, or {known}")
    return place


def fingerprint(place: Path) -> str:
    """Return the SHA-256 of all that readers see of a page: what an approval is bound to.

    Of a topic's folder these are its templates, title, button and disclaimer; of a file beside
    the topics everything but its own [review].
    """
    digest = hashlib.sha256()
    if place.is_file():
        told = {key: value for key, value in _table(place).items() if key != "review"}
        digest.update(json.dumps(told, sort_keys=True).encode())
        return digest.hexdigest()
    table = _table(place / "topic.toml")
    digest.update(json.dumps([table.get(key) for key in _SHOWN]).encode())
    for file in sorted(place.glob("*.md.j2")):
        digest.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def approvals_in(directory: Path, reading: Reading) -> dict[str, list[Approval]]:
    """Return the approvals of `reviews.toml` by page."""
    file = directory / "reviews.toml"
    found: dict[str, list[Approval]] = {}
    for value in reading.table(file).get("approval", ()):
        approval = reading.entry(Approval, value, file, "")
        if approval:
            found.setdefault(approval.page, []).append(approval)
    return found


def approved(
    review: Review, place: Path, reviews: Path, approvals: Sequence[Approval], reading: Reading
) -> Review:
    """Return the review state of the page at `place`, approved where an approval holds.

    An approval holds when it was made of just this text and by somebody who does not own it.
    `reviews` is the file that the approvals stand in.
    """
    file = place if place.is_file() else place / "topic.toml"
    if review.status == "approved" or review.role or review.reviewed:
        cure = "set status to submitted; record the approval in reviews.toml"
        line = line_of(file.read_text("utf-8"), "[review]")
        reading.problems.append(Problem(file, line, "review", "says itself it is approved", cure))
        return review
    text = fingerprint(place) if approvals else ""
    for approval in approvals:
        if approval.reviewer == review.owner:
            what = f"{approval.reviewer} cannot approve what they own"
            cure = "have somebody else review it"
            line = line_of(reviews.read_text("utf-8"), approval.content)
            reading.problems.append(Problem(reviews, line, "review", what, cure))
        elif approval.content == text and review.status != "retired":
            told = {
                "status": "approved",
                "role": approval.role,
                "reviewed": approval.reviewed,
                "due": approval.due,
            }
            return review.model_copy(update=told)
    return review


def _table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))
