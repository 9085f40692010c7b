"""Every screen is a pure function of its address (and, for `/mydata`, of what is held)."""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from bot.core.address import Address, Choice, View
from bot.core.i18n import Catalogs
from bot.core.library import Library
from bot.core.model import Held, Open, Screen
from bot.core.safety.contacts import Contacts
from bot.core.screens import (
    aloud,
    choices,
    compare,
    data,
    feedback,
    quiz,
    reading,
    share,
    urgent,
    visit,
)
from bot.core.screens.desk import Desk, Options

__all__ = ["Options", "Screens"]


class Screens:
    """All screens of one library."""

    def __init__(
        self, library: Library, catalogs: Catalogs, contacts: Contacts, options: Options
    ) -> None:
        self.desk = Desk(library, catalogs, contacts, options)

    def draw(self, address: Address, held: Held | None = None) -> Screen:
        """Return the screen at this address, whole in one language.

        What is not whole in the reader's language comes in the source language, under a line in
        the reader's own that says so; the buttons stay the reader's. Raises AddressError where
        the address names a topic that is gone.
        """
        if address.view in (View.MY_DATA, View.EXPORT):
            return data.my_data(self.desk, address, held)
        draw = _drawing(address.view)
        screen = draw(self.desk, address)
        if not screen.medical:
            return screen
        edition = self.desk.editions.of(address, self.desk.today())
        if edition.locale != self.desk.words(address).locale:
            whole = draw(self.desk, replace(address, locale=edition.locale)).document
            return self._explained(address, replace(screen, document=whole))
        if edition.checked:
            return screen
        note = self.desk.message("translation_unchecked", address)
        return replace(screen, document=screen.document.followed_by(note))

    def _explained(self, address: Address, screen: Screen) -> Screen:
        """Return a screen under a line on why it is in another language, and the way to others."""
        catalogs = self.desk.catalogs
        having = self.desk.editions.having(address, self.desk.today())
        names = {locale: catalogs[locale].name for locale in having}
        languages = tuple(
            (Open(name, replace(address, locale=locale, choice=Choice.LOCALE)),)
            for locale, name in names.items()
        )
        shown_in = catalogs[screen.document.locale].name
        note = self.desk.message("not_in_language", address, language=shown_in)
        return Screen(
            screen.document.preceded_by(note),
            (*screen.rows[:-1], *languages, *screen.rows[-1:]),
            medical=True,
        )


def _drawing(view: View) -> Callable[[Desk, Address], Screen]:  # noqa: C901, PLR0911, PLR0912 - a table
    match view:
        case View.START:
            return choices.start
        case View.READING:
            return choices.reading
        case View.MENU:
            return choices.menu
        case View.GROUP:
            return choices.group
        case View.PAGE:
            return reading.page
        case View.SOURCES:
            return reading.sources
        case View.WORDS:
            return reading.glossary
        case View.LANGUAGE:
            return choices.language
        case View.SETTINGS:
            return choices.settings
        case View.COUNTRY:
            return choices.country
        case View.PRIVACY:
            return data.privacy
        case View.FORGET:
            return data.forget
        case View.FORGOTTEN:
            return data.forgotten
        case View.HELP:
            return data.help_
        case View.URGENT:
            return urgent.urgent
        case View.COMPARE:
            return compare.compare
        case View.VISIT:
            return visit.visit
        case View.QUIZ:
            return quiz.quiz
        case View.ALOUD:
            return aloud.aloud
        case View.SHARE:
            return share.share
        case View.FEEDBACK:
            return feedback.feedback
        case View.MY_DATA | View.EXPORT:
            raise ValueError("drawn with what is held")
        case _:
            assert_never(view)
