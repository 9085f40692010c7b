"""Every screen is a pure function of its address (and, for `/mydata`, of what is held)."""

from collections.abc import Callable
from typing import assert_never

from bot.core.address import Address, View
from bot.core.i18n import Catalogs
from bot.core.library import Library
from bot.core.model import Held, Screen
from bot.core.safety.contacts import Contacts
from bot.core.screens import aloud, choices, compare, data, quiz, reading, share, urgent, visit
from bot.core.screens.desk import Desk, Options

__all__ = ["Options", "Screens"]


class Screens:
    """All screens of one library."""

    def __init__(
        self, library: Library, catalogs: Catalogs, contacts: Contacts, options: Options
    ) -> None:
        self.desk = Desk(library, catalogs, contacts, options)

    def draw(self, address: Address, held: Held | None = None) -> Screen:
        """Return the screen at this address.

        Raises AddressError where the address names a topic that is gone.
        """
        if address.view in (View.MY_DATA, View.EXPORT):
            return data.my_data(self.desk, address, held)
        return _drawing(address.view)(self.desk, address)


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
        case View.MY_DATA | View.EXPORT:
            raise ValueError("drawn with what is held")
        case _:
            assert_never(view)
