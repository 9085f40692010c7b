"""What readers would see changed since a git revision, for the people who read a pull request.

Printed as Markdown: a change that many pages share, such as a label, is told once with the pages
that have it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from bot.core.address import Address, View
from bot.core.i18n import SOURCE_LOCALE
from bot.core.model import Audience, Level
from bot.errors import ContentError
from bot.studio.bubbles import lines
from bot.studio.differences import Difference, compare
from bot.studio.picking import AUDIENCES, LEVELS
from bot.studio.revisions import Revisions
from bot.studio.snapshot import Snapshot
from bot.studio.trees import Tree

_NAMED = 6
_BESIDE: tuple[View, ...] = (View.START, View.READING, View.MENU, View.HELP, View.PRIVACY)
_BESIDE += (View.SETTINGS, View.COMPARE, View.VISIT, View.QUIZ, View.URGENT)
_UNDRAWABLE = "(cannot be shown)"
_GONE = "No longer there"

Words = list[str] | None
"""The lines of a screen; None where a language has no such screen of its own."""


@dataclass(slots=True)
class Changes:
    """Lines that differ, each with the names of the screens that show it."""

    lines: dict[Difference, list[str]] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    gone: dict[str, list[str]] = field(default_factory=dict)
    """What became of screens that are no longer there, each with their names."""
    in_english: list[str] = field(default_factory=list)
    looked_at: int = 0

    def report(self) -> Iterator[str]:
        """Yield the changes as lines of Markdown."""
        changed = {name for names in self.lines.values() for name in names}
        gone = sum(map(len, self.gone.values()))
        told_in_english = f", {len(self.in_english)} in English" if self.in_english else ""
        yield (
            f"{self.looked_at} screens compared: {len(changed)} changed, "
            f"{len(self.added)} new, {gone} gone{told_in_english}"
        )
        english = "In English until translated", self.in_english
        for title, names in (("New", self.added), english, *self.gone.items()):
            if names:
                yield f"\n**{title}**: {_some(names)}"
        told: dict[tuple[str, ...], list[Difference]] = {}
        for difference, names in self.lines.items():
            told.setdefault(tuple(names), []).append(difference)
        for screens, differences in told.items():
            yield f"\n**{_some(list(screens))}**\n```diff"
            for difference in differences:
                yield from _signed("-", difference.before)
                yield from _signed("+", difference.after)
            yield "```"


def changes_since(
    content: Path, locales: Path, revision: str, today: Callable[[], date]
) -> Changes:
    """Compare the folders as they are with a git revision of them.

    RevisionError where git knows no such revision, ContentError where either cannot be read.
    """
    newest = Snapshot(Tree.of(content, locales), today)
    revisions = Revisions(content, locales, today)
    before = revisions.at(revisions.resolve(revision), newest.library)
    return changes(before, newest, today())


def changes(before: Snapshot, after: Snapshot, today: date) -> Changes:
    """Compare every page in every language that has it whole, and the screens beside them."""
    found = Changes()
    for address in dict.fromkeys((*_addresses(before), *_addresses(after))):
        old, new = _words(before, address, today), _words(after, address, today)
        if old is None and new is None:
            continue
        found.looked_at += 1
        name = _name(address)
        if old is None:
            found.added.append(name)
        elif new is None and _in_english(after, address, today):
            found.in_english.append(name)
        elif new is None:
            found.gone.setdefault(_became(after, address), []).append(name)
        elif old != new:
            for difference in compare(old, new).differences:
                names = found.lines.setdefault(difference, [])
                if name not in names:
                    names.append(name)
    return found


def _addresses(snapshot: Snapshot) -> Iterator[Address]:
    for catalog in snapshot.catalogs:
        for view in _BESIDE:
            yield Address(view, catalog.locale, Audience.PATIENT, Level.SIMPLE)
        for topic in snapshot.library.topics.values():
            for page in snapshot.pages(topic):
                yield replace(page, locale=catalog.locale)


def _words(snapshot: Snapshot, address: Address, today: date) -> Words:
    if address.locale not in {catalog.locale for catalog in snapshot.catalogs}:
        return None
    try:
        if address.view is not View.PAGE:
            return lines(snapshot.draw(address).document)
        if not _has(snapshot, address, today):
            return None
        return [line for m in snapshot.messages(address) for line in lines(m.screen.document)]
    except ContentError:
        return [_UNDRAWABLE]


def _has(snapshot: Snapshot, address: Address, today: date) -> bool:
    topic = snapshot.library.topics.get(address.topic)
    if topic is None or not snapshot.desk.serves(topic):
        return False
    if not topic.template(address.reading_level, address.reading_audience):
        return False
    return address.locale in snapshot.desk.editions.having(address, today)


def _in_english(snapshot: Snapshot, address: Address, today: date) -> bool:
    """Tell whether readers of this language now get the page in the source language."""
    if address.locale not in {catalog.locale for catalog in snapshot.catalogs}:
        return False
    source = replace(address, locale=SOURCE_LOCALE)
    return address.view is View.PAGE and _has(snapshot, source, today)


def _became(snapshot: Snapshot, address: Address) -> str:
    if address.topic not in snapshot.library.retired:
        return _GONE
    moved_to = snapshot.library.topics[address.topic].file.review.moved_to
    return f"Retired, its readers are led to {moved_to or 'no other page'}"


def _name(address: Address) -> str:
    if address.view is not View.PAGE:
        return f"{address.view.name.lower()} ({address.locale})"
    level, audience = LEVELS[address.reading_level], AUDIENCES[address.reading_audience]
    return f"{address.topic}, {level.lower()}, {audience.lower()} ({address.locale})"


def _some(names: list[str]) -> str:
    rest = len(names) - _NAMED
    return "; ".join(names[:_NAMED]) + (f"; and {rest} more" if rest > 0 else "")


def _signed(sign: str, text: str | None) -> Iterator[str]:
    if text is not None:
        yield from (f"{sign} {line}" for line in text.splitlines() or [""])
