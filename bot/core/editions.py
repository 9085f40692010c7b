"""In which language something is shown: whole in the reader's, or whole in the source language.

A page with one sentence untranslated would mix two languages in words about medicine, so it
comes in the source language as a whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot.core.address import Address, View
from bot.core.catalogs.coverage import frame_keys, page_keys
from bot.core.catalogs.templates import Templates
from bot.core.catalogs.texts import keys_beside
from bot.core.extras import Extra, Extras
from bot.core.i18n import SOURCE_LOCALE, Catalogs
from bot.core.library import Library
from bot.core.model import Audience, Level
from bot.core.render import Snapshot
from bot.core.translations import Key, Worth

_KEPT = 4096
_OF_A_PAGE = (View.PAGE, View.SOURCES, View.WORDS, View.ALOUD, View.SHARE)


@dataclass(frozen=True, slots=True)
class Edition:
    """The language something is shown in.

    `frozen`: some of its words are older than the source's. `checked`: somebody fluent has
    checked every word of the translation; the source language is its own.
    """

    locale: str
    frozen: bool = False
    checked: bool = True


class Editions:
    """Knows for every screen in which language it can be shown whole."""

    def __init__(self, library: Library, catalogs: Catalogs, files: Snapshot) -> None:
        """Judge by the templates as they stood when `files` was made."""
        self._library = library
        self._catalogs = catalogs
        self.templates = Templates(library.directory, files)
        self._edition = lru_cache(maxsize=_KEPT)(self._judge)
        self._keys = lru_cache(maxsize=_KEPT)(self._keys_of)

    def of(self, address: Address, today: date) -> Edition:
        """Return the edition of the screen at an address, for its reader."""
        locale = self._catalogs[address.locale].locale
        if locale == SOURCE_LOCALE:
            return Edition(SOURCE_LOCALE)
        return self._edition(_about(address), locale, today)

    def having(self, address: Address, today: date) -> tuple[str, ...]:
        """Return the languages that have this screen whole, the source language among them."""
        return tuple(
            catalog.locale
            for catalog in self._catalogs
            if self.of(replace(address, locale=catalog.locale), today).locale == catalog.locale
        )

    def share(self, locale: str, today: date) -> tuple[int, int]:
        """Return how many pages a language has whole, and how many there are."""
        pages = [
            Address(View.PAGE, locale, audience, level, topic=topic.slug)
            for topic in self._library.topics.values()
            if topic.file.review.status != "retired"
            for level in Level
            for audience in Audience
            if topic.template(level, audience)
        ]
        whole = sum(self.of(page, today).locale == locale for page in pages)
        return whole, len(pages)

    def _judge(self, about: Address, locale: str, today: date) -> Edition:
        catalog = self._catalogs[locale]
        keys = self._keys(about, today)
        worth = {catalog.worth(key, today) for key in keys}
        if worth - {Worth.WHOLE, Worth.FROZEN}:
            return Edition(SOURCE_LOCALE)
        checked = all(catalog.is_checked(key) for key in keys)
        return Edition(locale, frozen=Worth.FROZEN in worth, checked=checked)

    def _keys_of(self, about: Address, today: date) -> frozenset[Key]:
        if about.view is View.PAGE:
            topic = self._library.topics.get(about.topic)
            if topic is None:
                return frozenset()
            page = topic, about.reading_level, about.reading_audience
            return frozenset(page_keys(self._library, self.templates, page, today))
        return frozenset(self._beside(about, today))

    def _beside(self, about: Address, today: date) -> Iterator[Key]:
        extras = self._library.extras
        alone: dict[View, tuple[Extra | None, Extras]] = {
            View.COMPARE: (extras.comparison, Extras(comparison=extras.comparison)),
            View.VISIT: (extras.visit, Extras(visit=extras.visit)),
            View.QUIZ: (extras.quiz, Extras(quiz=extras.quiz)),
        }
        extra, only = alone.get(about.view, (None, Extras()))
        if extra is not None:
            yield from keys_beside(only)
            state, audience = extra.review.state(today), about.reading_audience
            yield from frame_keys(self._library, self.templates, state, extra.disclaimer, audience)


def _about(address: Address) -> Address:
    """Return what decides the edition of a screen: one address for all parts of a page."""
    level, audience = address.reading_level, address.reading_audience
    if address.view not in _OF_A_PAGE:
        return Address(address.view, audience=audience)
    if address.view is View.ALOUD:
        level, audience = Level.SIMPLE, Audience.PATIENT
    return Address(View.PAGE, topic=address.topic, level=level, audience=audience)
