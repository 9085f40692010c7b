"""All content as it was at one moment, and the screens drawn from it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path

from bot.core.address import Address, View
from bot.core.catalogs import load_locale_rules
from bot.core.catalogs.templates import Templates
from bot.core.checks.locate import Locator, Places
from bot.core.i18n import DOMAINS, SOURCE_LOCALE, Catalogs, load_catalogs
from bot.core.library import Library, Topic, load_library
from bot.core.model import Audience, Level, Screen
from bot.core.readability import ReadingRules, load_rules
from bot.core.readability.words import Lexicon
from bot.core.safety.contacts import Contacts
from bot.core.screens import Options, Screens
from bot.core.writers import classic
from bot.errors import AddressError, ContentError, Problem
from bot.studio.placing import CatalogSource
from bot.studio.rereading import reread_catalogs, reread_library
from bot.studio.trees import LOCALES, Tree

_CONTACT = "the contact that BOT_CONTACT names"
# What a change of any file may break, apart from the pages of a topic that itself changed.
_SURFACE: tuple[View, ...] = (View.START, View.MENU, View.READING, View.HELP, View.PRIVACY)
_SURFACE += (View.SETTINGS, View.COMPARE, View.VISIT, View.QUIZ, View.URGENT, View.COUNTRY)
Labels = Mapping[str, Mapping[str, str]]
_EXTENDS = re.compile(r"""\{%-?\s*extends\s+["']([^"']+)["']""")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a page as the reader gets it, and its size in Telegram's units."""

    section: str
    heading: str
    address: Address
    screen: Screen
    units: int


class Snapshot:
    """One state of all content."""

    def __init__(
        self,
        tree: Tree,
        today: Callable[[], date],
        labels: Labels | None = None,
        before: "Snapshot | None" = None,
    ) -> None:
        """Read a frozen tree; what is as it was in the snapshot `before` is taken from there.

        `labels` stand in for those that the tree does not have. ContentError lists every file
        that cannot be read, by its real place.
        """
        self.tree, self.today = tree, today
        with _real_places(tree):
            self.catalogs: Catalogs
            if before:
                self.catalogs = reread_catalogs(tree, before.tree, before.catalogs)
                library = reread_library(tree, before.tree, before.library)
            else:
                self.catalogs = load_catalogs(tree.locales)
                library = load_library(tree.content)
            self.library: Library = _with_labels(library, labels or {})
            self.contacts = Contacts.load(tree.content / "urgent" / "contacts.toml")
        options = Options(today=today, contact=_CONTACT)
        self.screens = Screens(self.library, self.catalogs, self.contacts, options)
        self.desk = self.screens.desk
        self.places = Places(tree.content)
        self._known_rules: dict[str, ReadingRules | None] = {}
        self._catalog_places: dict[str, Locator] = {}
        if before and not any(map(_of_rules, tree.since(before.tree))):
            self._known_rules = before._known_rules  # noqa: SLF001 - our own

    @property
    def templates(self) -> Templates:
        """The templates' syntax trees, for the texts they ask of a translator."""
        return self.desk.editions.templates

    def next(self, tree: Tree) -> "Snapshot":
        """Return the snapshot of a later tree, of which only what changed is read."""
        return Snapshot(tree, self.today, before=self)

    def draw(self, address: Address) -> Screen:
        """Return the screen of an address; AddressError for a topic that is gone.

        ContentError, by real places, for content that cannot be shown.
        """
        with _real_places(self.tree):
            try:
                return self.screens.draw(address)
            except KeyError as error:
                labels = self.tree.content / "labels.toml"
                what = f"has no {error.args[0]!r}, which a screen shows"
                problem = Problem(labels, 0, "label", what, "add it to its table")
                raise ContentError([problem]) from error

    def messages(self, address: Address) -> tuple[Message, ...]:
        """Return all messages of a page, in the order in which a reader taps through them."""
        topic = self.desk.topic(address)
        if not self.desk.serves(topic):
            return (self._message(replace(address, section=""), "", ""),)
        with _real_places(self.tree):
            page = self.desk.page(address)
        return tuple(
            self._message(replace(address, view=View.PAGE, section=part.id), part.id, part.heading)
            for part in page.parts
        )

    def _message(self, address: Address, section: str, heading: str) -> Message:
        screen = self.draw(address)
        units = classic.units(classic.write(screen.document))
        return Message(section, heading, address, screen, units)

    def pages(self, topic: Topic) -> Iterator[Address]:
        """Yield the address of each page of a topic in the source language, each template once."""
        seen: set[str] = set()
        for level in Level:
            for audience in (Audience.GENERAL, *Audience):
                template = topic.template(level, audience)
                if template and template not in seen:
                    seen.add(template)
                    yield Address(View.PAGE, SOURCE_LOCALE, audience, level, topic=topic.slug)

    def prove(self, slugs: Iterable[str], seen: Iterable[Address], *, alone: bool) -> None:
        """Draw what a change may have broken; ContentError lists what cannot be shown.

        `slugs` are the topics that changed, `seen` the screens somebody looks at; with `alone`
        nothing but these topics changed.
        """
        known = (self.library.topics[slug] for slug in slugs if slug in self.library.topics)
        surface = () if alone else (Address(view) for view in _SURFACE)
        problems: set[Problem] = set()
        for address in chain(chain.from_iterable(map(self.pages, known)), surface, seen):
            try:
                if address.view is View.PAGE:
                    self.messages(address)
                else:
                    self.draw(address)
            except ContentError as error:
                problems.update(error.problems)
            except AddressError:
                continue  # a screen of a topic that is gone
        if problems:
            raise ContentError(problems)

    def rules(self, locale: str) -> ReadingRules | None:
        """Return what texts of a language are measured against; None where nothing is written."""
        if locale not in self._known_rules:
            file = self.tree.locales / locale / "reading.toml"
            with _real_places(self.tree):
                self._known_rules[locale] = load_rules(file) if file.exists() else None
        return self._known_rules[locale]

    def catalog_places(self, locale: str) -> Locator:
        """Return where a language's words stand in its catalogs."""
        if locale not in self._catalog_places:
            folder = self.tree.locales / locale / "LC_MESSAGES"
            files = (folder / f"{domain}.po" for domain in reversed(DOMAINS))
            self._catalog_places[locale] = Locator(map(CatalogSource, files))
        return self._catalog_places[locale]

    def units(self, locale: str) -> Lexicon:
        """Return the words of a language that make a number a dose."""
        return load_locale_rules(self.tree.locales, locale).units

    def source(self, template: str) -> Iterator[tuple[Path, str]]:
        """Yield the real place and the text of a template and of those it extends."""
        name: str | None = template
        while name:
            file = self.tree.content / name
            text = file.read_text("utf-8")
            yield self.tree.real(file), text
            extends = _EXTENDS.search(text)
            name = extends[1] if extends else None


def _of_rules(name: str) -> bool:
    return name.startswith(f"{LOCALES}/") and not name.endswith(".po")


def _with_labels(library: Library, labels: Labels) -> Library:
    tables = labels.keys() | library.labels.keys()
    both = {name: {**labels.get(name, {}), **library.labels.get(name, {})} for name in tables}
    return replace(library, labels=both)


class _real_places:  # noqa: N801 - a context manager reads as a verb
    """Turns the problems that are raised inside into problems of the files people edit."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ContentError):
            raise ContentError(map(self._tree.told, error.problems)) from error
