"""What is kept about a reader: told, shown, copied, deleted. And help."""

from bot.core.address import Address, View
from bot.core.model import Held, Items, Open, Screen, Text
from bot.core.screens.desk import Desk
from bot.core.screens.visit import LIST


def help_(desk: Desk, address: Address) -> Screen:
    """Draw what the chat can and cannot do."""
    rows = desk.grid(
        address,
        (desk.back(address), desk.open(address, "settings", View.SETTINGS)),
        (desk.open(address, "privacy", View.PRIVACY),),
        (desk.urgent(address),),
    )
    return desk.screen(address, desk.message("help", address), rows)


def privacy(desk: Desk, address: Address) -> Screen:
    """Draw the privacy notice."""
    rows = desk.grid(
        address,
        (
            desk.open(address, "my_data", View.MY_DATA),
            desk.open(address, "forget", View.FORGET),
        ),
        (desk.back(address),),
        (desk.urgent(address),),
    )
    blocks = desk.message("privacy", address, contact=desk.options.contact)
    return desk.screen(address, blocks, rows)


def my_data(desk: Desk, address: Address, held: Held | None) -> Screen:
    """Draw everything the database holds about the reader, or that it holds nothing."""
    words = desk.words(address)
    back = desk.grid(address, (desk.back(address),), (desk.urgent(address),))
    if held is None:
        return desk.screen(address, desk.message("my_data_none", address), back)
    yes_no = words.button("yes" if held.remember else "no")
    lines = [
        words.text("held_key"),
        words.text("held_audience", value=_label(desk, address, held.audience)),
        words.text("held_level", value=_label(desk, address, held.level)),
        words.text("held_locale", value=_language(desk, held.locale)),
        words.text("held_region", value=_country(desk, address, held.region)),
        words.text("held_remember", value=yes_no),
        words.text("held_visit", number=_questions(desk, held)),
        words.text("held_last_used", value=words.date(held.last_used)),
        words.text("held_expires", value=words.date(held.expires)),
    ]
    blocks = (*desk.message("my_data", address), Items(tuple((Text(line),) for line in lines)))
    rows = desk.grid(
        address,
        (
            desk.open(address, "export", View.EXPORT),
            desk.open(address, "forget", View.FORGET),
        ),
        (_list(desk, address, held),),
    )
    return desk.screen(address, blocks, (*rows, *back))


def _questions(desk: Desk, held: Held) -> int:
    asks = desk.library.extras.visit
    return len(asks.chosen(asks.ticked(held.visit or ""))) if asks else 0


def _list(desk: Desk, address: Address, held: Held) -> Open | None:
    """Return the button to the list of questions that is kept, if one is."""
    if not _questions(desk, held):
        return None
    return desk.open(
        address, "visit_list", View.VISIT, topic="", section=LIST, argument=held.visit
    )


def _label(desk: Desk, address: Address, value: str | None) -> str:
    return desk.words(address).button(value) if value else "-"


def _language(desk: Desk, locale: str | None) -> str:
    return desk.catalogs[locale].name if locale in desk.catalogs and locale else "-"


def _country(desk: Desk, address: Address, region: str | None) -> str:
    numbers = desk.contacts.for_region(region)
    return desk.words(address).catalog.text(numbers.name) if numbers else "-"


def forget(desk: Desk, address: Address) -> Screen:
    """Ask once before deleting."""
    words = desk.words(address)
    rows = (
        (Open(words.button("forget_now"), address.to(View.FORGOTTEN), danger=True),),
        (Open(words.button("no"), desk.home(address)),),
        (desk.urgent(address),),
    )
    return desk.screen(address, desk.message("forget", address), rows)


def forgotten(desk: Desk, address: Address) -> Screen:
    """Tell that all rows are gone; the chat goes on as for a new reader, in the same language."""
    fresh = Address(View.MENU, locale=address.locale)
    rows = (
        (desk.open(fresh, "menu_new", View.MENU),),
        (desk.open(fresh, "welcome", View.START),),
        (desk.urgent(fresh),),
    )
    return desk.screen(fresh, desk.message("forgotten", fresh), rows)
