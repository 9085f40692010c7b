"""Review states: who found a page right, when, and that it is still that page."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bot.core.files import Entry, Reading, line_of
from bot.core.model import Status
from bot.errors import Problem


class Review(Entry):
    """Where a topic stands. `approved`, `role` and `reviewed` come from reviews.toml alone."""

    status: Literal["submitted", "under_review", "approved", "retired"]
    written: date
    due: date
    owner: str
    moved_to: str | None = None
    role: str | None = None
    reviewed: date | None = None

    def state(self, today: date) -> Status:
        """Return the state a reader is shown on `today`: past its due day a page is overdue."""
        if self.status != "retired" and today > self.due:
            return Status.OVERDUE
        return Status(self.status)


class Approval(Entry):
    """A review that found a topic right, bound to the text it was made of.

    It holds while `content` equals the topic's `fingerprint`; any edit ends it.
    """

    topic: str
    content: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    role: str
    reviewer: str
    reviewed: date
    due: date
    statement: str


def fingerprint(directory: Path) -> str:
    """Return the SHA-256 of all templates of a topic, by name: what an approval is bound to."""
    digest = hashlib.sha256()
    for file in sorted(directory.glob("*.md.j2")):
        digest.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def approvals_in(directory: Path, reading: Reading) -> dict[str, list[Approval]]:
    """Return the approvals of `reviews.toml` by topic."""
    file = directory / "reviews.toml"
    found: dict[str, list[Approval]] = {}
    for value in reading.table(file).get("approval", ()):
        approval = reading.entry(Approval, value, file, "")
        if approval:
            found.setdefault(approval.topic, []).append(approval)
    return found


def approved(review: Review, folder: Path, approvals: list[Approval], reading: Reading) -> Review:
    """Return the review state of the topic in `folder`, approved where an approval holds.

    An approval holds when it was made of just this text and by somebody who does not own it.
    """
    file = folder / "topic.toml"
    if review.status == "approved" or review.role or review.reviewed:
        cure = "set status to submitted; record the approval in reviews.toml"
        line = line_of(file.read_text("utf-8"), "[review]")
        reading.problems.append(Problem(file, line, "review", "says itself it is approved", cure))
        return review
    text = fingerprint(folder) if approvals else ""
    for approval in approvals:
        if approval.reviewer == review.owner:
            reviews = folder.parent.parent / "reviews.toml"
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
