"""Urgent help: what is happening, and a card with the number first.

Cards are new messages and are never edited away. The number is the one of the reader's country;
where that is not known, the card says so in general words and offers the countries.
"""

from markupsafe import Markup

from bot.core.address import Address, View
from bot.core.model import Open, Screen
from bot.core.safety.contacts import Contact
from bot.core.safety.rules import Kind
from bot.core.screens.desk import Desk

_NUMBERS_SHOWN = 2
# On the list of countries: come back to the question what is happening.
FROM_CHOICE = "choose"


def urgent(desk: Desk, address: Address) -> Screen:
    """Draw the card of the kind in `section`, or the question what is happening."""
    if address.topic == "" and address.section in set(Kind):
        return card(desk, address, address.section)
    here = address.to(View.URGENT, topic="", section="")
    blocks = desk.renderer.message("urgent/choose", here.locale, **_lines(desk, here))
    rows = (
        *((_open(desk, here, "button", kind, View.URGENT, section=kind),) for kind in Kind),
        (_country(desk, here),),
        (desk.menu(address),),
    )
    return desk.screen(here, blocks, rows)


def card(desk: Desk, address: Address, kind: str) -> Screen:
    """Draw the card of one kind of danger."""
    here = address.to(View.URGENT, topic="", section=kind)
    blocks = desk.renderer.message(f"urgent/{kind}", here.locale, **_lines(desk, here))
    rows = (
        (_country(desk, here),),
        (_open(desk, here, "answer", "other", View.URGENT, section=""),),
        (_open(desk, here, "answer", "not_urgent", View.MENU, section=""),),
    )
    return desk.screen(here, blocks, rows)


def possible(desk: Desk, address: Address, kind: str) -> Screen:
    """Draw the short concern with the numbers and one question; reading stays open."""
    here = address.to(View.URGENT, topic="", section=kind)
    blocks = desk.renderer.message("urgent/possible", here.locale, **_lines(desk, here))
    rows = (
        (_open(desk, here, "answer", "yes", View.URGENT),),
        (_open(desk, here, "answer", "no", View.MENU, section=""),),
        (_country(desk, here),),
    )
    return desk.screen(here, blocks, rows)


def _lines(desk: Desk, address: Address) -> dict[str, Markup]:
    """Return the lines that name a number, for the country of the address or in general words."""
    locale = desk.words(address).locale
    numbers = desk.contacts.for_region(address.region)
    lines: dict[str, Markup] = {}
    for name in ("emergency", "crisis", "poison"):
        known: tuple[Contact, ...] = getattr(numbers, name) if numbers else ()
        line = f"urgent/lines/{name}"
        if known:
            shown = ", ".join(contact.number for contact in known[:_NUMBERS_SHOWN])
            text = desk.renderer.markdown(f"{line}.known", locale, number=shown)
        else:
            text = desk.renderer.markdown(f"{line}.unknown", locale)
        lines[f"{name}_line"] = text
    return lines


def _country(desk: Desk, here: Address) -> Open:
    section = here.section or FROM_CHOICE
    return _open(desk, here, "answer", "country", View.COUNTRY, section=section)


def _open(desk: Desk, here: Address, table: str, label: str, view: View, **changes: str) -> Open:
    """Return a button whose label stands with the safety texts."""
    text = desk.library.urgent_labels[table][label]
    return Open(desk.words(here).catalog.text(text, "button"), here.to(view, **changes))
