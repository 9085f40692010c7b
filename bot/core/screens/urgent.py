"""Urgent help: what is happening, and a card with the number first.

Cards are new messages and are never edited away. The number is the one of the reader's country;
where that is not known, the card says so in general words and offers the countries.
"""

from markupsafe import Markup

from bot.core.address import Address, View
from bot.core.model import Block, Heading, Open, Screen, Text
from bot.core.safety.contacts import Contact
from bot.core.safety.rules import Kind
from bot.core.screens.desk import Desk

_NUMBERS_SHOWN = 2


def urgent(desk: Desk, address: Address) -> Screen:
    """Draw the card of the kind in `section`, or the question what is happening."""
    if address.topic == "" and address.section in set(Kind):
        return card(desk, address, address.section)
    here = address.to(View.URGENT, topic="", section="")
    labels = desk.library.urgent_labels["button"]
    words = desk.words(address)
    kinds = (
        Open(words.catalog.text(labels[kind], "button"), here.to(View.URGENT, section=kind))
        for kind in Kind
        if kind in labels
    )
    blocks = desk.renderer.message("urgent/choose", words.locale, **_lines(desk, address))
    rows = (
        *((kind,) for kind in kinds),
        (_country(desk, here),),
        (desk.menu(address),),
    )
    return desk.screen(address, blocks, rows)


def card(desk: Desk, address: Address, kind: str) -> Screen:
    """Draw the card of one kind of danger."""
    words = desk.words(address)
    here = address.to(View.URGENT, topic="", section=kind)
    blocks = desk.renderer.message(f"urgent/{kind}", words.locale, **_lines(desk, address))
    rows = (
        (_country(desk, here),),
        (desk.open(here, "other_urgent", View.URGENT, section=""),),
        (desk.menu(address),),
    )
    return desk.screen(address, blocks, rows)


def possible(desk: Desk, address: Address, kind: str) -> Screen:
    """Draw the short concern with the numbers and one question; reading stays open."""
    words = desk.words(address)
    here = address.to(View.URGENT, topic="", section=kind)
    heading: tuple[Block, ...] = ()
    label = desk.library.urgent_labels["button"].get(kind)
    if label:
        heading = (Heading(1, (Text(words.catalog.text(label, "button")),)),)
    blocks = desk.renderer.message("urgent/possible", words.locale, **_lines(desk, address))
    rows = (
        (desk.open(here, "yes_now", View.URGENT, section=kind),),
        (desk.open(here, "not_urgent", View.MENU, section=""),),
        (_country(desk, here),),
    )
    return desk.screen(address, (*heading, *blocks), rows)


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
    return desk.open(here, "country", View.COUNTRY, section=here.section or "choose")
