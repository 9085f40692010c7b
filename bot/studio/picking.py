"""From the pickers of a page to the address of a screen, and back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from bot.core.address import Address, View
from bot.core.i18n import SOURCE_LOCALE
from bot.core.model import Audience, Level, Status
from bot.errors import AddressError
from bot.studio.snapshot import Snapshot

AUDIENCES = {
    Audience.GENERAL: "Everybody",
    Audience.PATIENT: "Patient",
    Audience.CAREGIVER: "Caregiver",
    Audience.PROFESSIONAL: "Health professional",
}
LEVELS = {Level.SIMPLE: "Simple", Level.STANDARD: "Standard", Level.DETAILED: "Detailed"}
STATES = {
    Status.SUBMITTED: "Submitted",
    Status.UNDER_REVIEW: "Under review",
    Status.APPROVED: "Approved",
    Status.OVERDUE: "Overdue",
    Status.RETIRED: "Retired",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a picker."""

    value: str
    label: str
    chosen: bool = False


def address_in(query: Mapping[str, str], snapshot: Snapshot, prefix: str = "") -> Address:
    """Return the address that a query names: `at` packed, and pickers that change it.

    AddressError for one that names nothing. Without any, the first topic at its simplest.
    """

    def asked(name: str) -> str:
        return query.get(f"{prefix}{name}", "")

    first = next(iter(snapshot.library.topics), "")
    start = Address(View.PAGE, SOURCE_LOCALE, Audience.PATIENT, Level.SIMPLE, topic=first)
    address = Address.unpack(asked("at")) if asked("at") else start
    try:
        picked: dict[str, object] = {}
        if asked("audience"):
            picked["audience"] = Audience(asked("audience"))
        if asked("level"):
            picked["level"] = Level(asked("level"))
    except ValueError as error:
        raise AddressError(str(error)) from error
    picked |= {name: asked(name) for name in ("topic", "locale", "section") if asked(name)}
    if f"{prefix}region" in query:
        picked["region"] = asked("region")
    address = replace(address, **picked)  # type: ignore[arg-type]
    address.pack()
    return address


def page_url(address: Address, **more: str) -> str:
    """Return where the studio shows the screen of an address."""
    return f"/page?{urlencode({'at': address.pack(), **more})}"


def fact_url(name: str) -> str:
    """Return where the studio shows a fact and who uses it."""
    return f"/fact?{urlencode({'name': name})}"


@dataclass(frozen=True, slots=True)
class Pickers:
    """The pickers of a page as they stand for one address."""

    snapshot: Snapshot
    address: Address
    state: str = ""

    def topics(self) -> Iterator[tuple[str, list[Option]]]:
        """Yield the groups of the menu with their topics, those of one review state if asked."""
        library, today = self.snapshot.library, self.snapshot.today()
        for name, group in library.groups.items():
            options = []
            for topic in sorted(library.topics.values(), key=lambda topic: topic.file.order):
                chosen = topic.slug == self.address.topic
                state = topic.file.review.state(today)
                if topic.file.group == name and (chosen or self.state in ("", state)):
                    options.append(Option(topic.slug, topic.file.title, chosen))
            if options:
                yield group.title, options

    def levels(self) -> list[Option]:
        """Return the reading levels."""
        return [Option(n, told, n == self.address.reading_level) for n, told in LEVELS.items()]

    def audiences(self) -> list[Option]:
        """Return who may be reading."""
        here = self.address.reading_audience
        return [Option(n, told, n == here) for n, told in AUDIENCES.items()]

    def locales(self) -> list[Option]:
        """Return the languages that are offered."""
        here = self.snapshot.catalogs[self.address.locale].locale
        return [Option(c.locale, c.name, c.locale == here) for c in self.snapshot.catalogs]

    def regions(self) -> list[Option]:
        """Return the countries whose numbers are known, and none."""
        here = self.address.region
        known = [
            Option(r.region, r.name, r.region == here) for r in self.snapshot.contacts.regions
        ]
        return [Option("", "No country", not here), *known]

    def states(self) -> list[Option]:
        """Return the review states that narrow the topics."""
        told = [Option(n, label, n == self.state) for n, label in STATES.items()]
        return [Option("", "Any", not self.state), *told]
