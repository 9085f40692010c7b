"""Every part of every page as the bot must show it, drawn by the bot's own core."""

from itertools import islice

from bot import bootstrap
from bot.bench.pages import Page
from bot.config import Settings
from bot.core.address import Address, View
from bot.core.conversation import Conversation
from bot.core.i18n import SOURCE_LOCALE
from bot.core.model import Audience, Level
from bot.errors import AddressError
from bot.sandbox.entities import parse_html
from bot.tg import writer


def draw(settings: Settings, most: int | None = None) -> list[Page]:
    """Return all parts in an order in which neighbours differ in topic, level and audience.

    English, read by patients, caregivers and professionals. With `most`, no more than that.
    """
    content = bootstrap.load_content(settings)
    conversation = bootstrap.conversation(content, settings)
    addresses = [
        Address(View.PAGE, SOURCE_LOCALE, audience, level, topic=topic)
        for level in Level
        for audience in (Audience.PATIENT, Audience.CAREGIVER, Audience.PROFESSIONAL)
        for topic in content.library.topics
    ]
    every = (page for address in addresses for page in _parts(conversation, address))
    pages = list(islice(every, most))
    # A step that shares no factor with the count visits each page once, far from the last one.
    step = next(n for n in range(len(pages) // 3 + 1, len(pages) + 2) if _coprime(n, len(pages)))
    return [pages[number * step % len(pages)] for number in range(len(pages))]


def _parts(conversation: Conversation, address: Address) -> list[Page]:
    desk = conversation.screens.desk
    try:
        shown = desk.page(address)
    except AddressError:
        return []
    return [_page(conversation, address.to(View.PAGE, section=part.id)) for part in shown.parts]


def _page(conversation: Conversation, address: Address) -> Page:
    screen = conversation.screens.draw(address)
    text = writer.text(screen)
    keyboard = writer.keyboard(screen, "bench_bot")
    plain, entities = parse_html(text)
    return Page(
        data=address.pack(),
        text=text,
        reply_markup=keyboard or {},
        plain=plain,
        entities=entities,
    )


def _coprime(one: int, other: int) -> bool:
    while other:
        one, other = other, one % other
    return one == 1
