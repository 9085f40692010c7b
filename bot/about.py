"""What is being served: which program, which content, and what of it has come of age."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from bot.core.library import Library
from bot.core.model import Status
from bot.core.reviews import Review
from bot.core.safety.contacts import Contacts

SHOWN = 12


@dataclass(frozen=True, slots=True)
class About:
    """Content as an operator asks after it; `content` is its `content_version`."""

    content: str
    library: Library
    contacts: Contacts
    locales: Collection[str]

    def pages(self, today: date) -> Counter[Status]:
        """Return how many pages stand in each review state; what stands beside them too."""
        return Counter(review.state(today) for _, review in self._reviews())

    def overdue(self, today: date) -> tuple[str, ...]:
        """Return the pages whose review was due before `today`."""
        reviews = self._reviews()
        return tuple(name for name, review in reviews if review.state(today) is Status.OVERDUE)

    @property
    def oldest_check(self) -> date | None:
        """Return the first day of the month in which the oldest contact entry was checked."""
        checked = [region.checked for region in self.contacts.regions]
        return date.fromisoformat(f"{min(checked)}-01") if checked else None

    def unchecked_regions(self, today: date) -> int:
        """Return the number of countries whose last check is older than the table's limit."""
        return len(self.contacts.problems(today))

    def _reviews(self) -> Iterator[tuple[str, Review]]:
        for slug, topic in self.library.topics.items():
            yield slug, topic.file.review
        extras = self.library.extras
        beside = {"compare": extras.comparison, "visit": extras.visit, "quiz": extras.quiz}
        for name, extra in beside.items():
            if extra is not None:
                yield name, extra.review


def content_version(*folders: Path) -> str:
    """Return the first digits of the SHA-256 over every file of these folders, by name.

    Two processes that say the same version serve the same words.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.name.startswith("."):
                name = file.relative_to(folder).as_posix()
                digest.update(f"{name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:SHOWN]


def seconds_since(day: date, now: datetime) -> float:
    """Return the seconds from the beginning of a day (UTC) until `now`."""
    return (now - datetime(day.year, day.month, day.day, tzinfo=UTC)).total_seconds()
