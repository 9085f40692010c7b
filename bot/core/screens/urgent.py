"""Urgent help: what is happening, and a card with the number first.

Cards are new messages and are never edited away. The number is the one of the reader's country;
where that is not known, the card says so in general words and offers the countries.
"""

from markupsafe import Markup

from bot.core.address import Address, View
from bot.core.markdown import literal
from bot.core.model import Open, Screen
from bot.core.safety.contacts import Confidence, Contact
from bot.core.safety.rules import Kind
from bot.core.screens.desk import Desk

_NUMBERS_SHOWN = 3
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
    """Draw the short concern with the numbers and one question; reading stays open.

    Without a kind, "yes" asks what is happening.
    """
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
    numbers = desk.contacts.for_region(address.region)
    emergency = numbers.emergency[:1] if numbers else ()
    return {
        "emergency_line": _line(desk, address, "emergency", emergency),
        "poison_line": _line(desk, address, "poison", numbers.poison if numbers else ()),
        "crisis_line": _line(desk, address, "crisis", numbers.crisis if numbers else ()),
    }


def _line(desk: Desk, address: Address, kind: str, contacts: tuple[Contact, ...]) -> Markup:
    locale = desk.words(address).locale
    line = f"urgent/lines/{kind}"
    if not contacts:
        return desk.renderer.markdown(f"{line}.unknown", locale)
    shown = Markup("; ").join(_number(desk, address, one) for one in contacts[:_NUMBERS_SHOWN])
    return desk.renderer.markdown(f"{line}.known", locale, number=shown)


def _number(desk: Desk, address: Address, contact: Contact) -> Markup:
    """Return a number with what a caller has to know: whose it is, when, where, how sure."""
    translated = desk.words(address).catalog.text
    unsure = desk.library.urgent_labels["text"]["check_locally"]
    told = (
        contact.name,
        contact.hours,
        contact.note,
        unsure if contact.confidence is Confidence.FAIRLY_SURE else "",
    )
    details = ", ".join(translated(text) for text in told if text)
    number = literal(contact.number)
    return Markup("{} ({})").format(number, literal(details)) if details else number


def _country(desk: Desk, here: Address) -> Open:
    section = here.section or FROM_CHOICE
    return _open(desk, here, "answer", "country", View.COUNTRY, section=section)


def _open(desk: Desk, here: Address, table: str, label: str, view: View, **changes: str) -> Open:
    """Return a button whose label stands with the safety texts."""
    text = desk.library.urgent_labels[table][label]
    return Open(desk.words(here).catalog.text(text, "button"), here.to(view, **changes))
