"""Every screen the bot can send in one language, however it is reached."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.bootstrap import Content
from bot.core.address import Address, Choice, View
from bot.core.conversation import Conversation
from bot.core.i18n import Catalog, Catalogs
from bot.core.library import Library
from bot.core.matching import Match, load_questions
from bot.core.model import (
    Action,
    Attach,
    Audience,
    Command,
    Held,
    InGroup,
    Level,
    Open,
    Reader,
    Say,
    Screen,
    Status,
    StorageFailed,
    Tap,
)
from bot.core.reviews import Review
from bot.core.safety.rules import Kind
from bot.core.screens import Options, Screens
from bot.core.screens.urgent import possible
from tests.conftest import ROOT, TODAY

CONTACT = "care@example.org"
_BY_TOPIC = (
    *(View.GROUP, View.PAGE, View.SOURCES, View.WORDS, View.QUIZ),
    *(View.ALOUD, View.SHARE, View.FEEDBACK),
)
_BY_COUNTRY = (View.URGENT, View.COUNTRY, View.SETTINGS)


def bot_in(content: Content, catalog: Catalog, library: Library | None = None) -> Conversation:
    """Return the bot with one more language, or with the source language's catalog replaced."""
    catalogs = Catalogs({one.locale: one for one in (*content.catalogs, catalog)})
    options = Options(today=lambda: TODAY, contact=CONTACT)
    screens = Screens(library or content.library, catalogs, content.contacts, options)
    questions = dict.fromkeys(catalogs.by_locale, content.questions["en"])
    return Conversation(screens, content.triage, questions)


def walk(conversation: Conversation, locale: str) -> Iterator[tuple[str, Screen]]:
    """Yield every screen of a language, with a name that says how it was reached."""
    yield from _pressed(conversation, locale)
    yield from _said(conversation, locale)
    yield from _kept(conversation, locale)


def _pressed(conversation: Conversation, locale: str) -> Iterator[tuple[str, Screen]]:
    seen: set[Address] = set()
    waiting = deque([Address(View.START, locale=locale)])
    while waiting:
        address = waiting.popleft()
        if address in seen or address.locale != locale:
            continue
        seen.add(address)
        screen = conversation.screens.draw(address)
        yield address.pack(), screen
        for button in screen.buttons():
            if isinstance(button, Open) and _is_typical(button.address, conversation):
                waiting.append(_same(button.address, conversation))


def _is_typical(address: Address, conversation: Conversation) -> bool:
    """Tell whether to look at a choice of many: neighbours stand for all other combinations."""
    extras = conversation.screens.desk.library.extras
    if address.view is View.VISIT and extras.visit:
        ticks = extras.visit.ticked(address.argument)
        return ticks & (ticks + 1) == 0
    if address.view is View.COMPARE and extras.comparison:
        picks = "".join(char for char in address.argument if char.isalpha())
        return picks in "".join(extras.comparison.options)
    return True


def _same(address: Address, conversation: Conversation) -> Address:
    """Return one address for all that show the same words, so that each is drawn once.

    A country changes urgent cards and settings only; the page that a reader came from changes
    where the other screens lead back to, not what they say.
    """
    address = replace(address, choice=Choice.NONE)
    if address.view in _BY_COUNTRY and address.region:
        return replace(address, audience=None, level=None, topic="")
    if address.view is View.COMPARE and address.argument:
        return replace(address, audience=None, topic="", region="")
    topics = conversation.screens.desk.library.topics
    if address.view not in _BY_TOPIC and address.topic in topics:
        section = address.section if address.view is View.VISIT else ""
        address = replace(address, topic=next(iter(topics)), section=section)
    return replace(address, region="")


def _said(conversation: Conversation, locale: str) -> Iterator[tuple[str, Screen]]:
    reader = Reader(locale=locale)
    desk = conversation.screens.desk
    actions = (Attach(), InGroup(), StorageFailed(), Tap("gone"), Command("nonsense"))
    questions = load_questions(ROOT / "locales" / "en" / "questions.toml").values()
    says = (Say(text) for texts in questions for text in texts[:2])
    everything: tuple[Action, ...] = (*actions, Say("qwxz zzkjh vvbn"), *says)
    for action in everything:
        for screen in conversation.respond(reader, action).screens:
            yield repr(action), screen
    refusals = desk.library.directory.glob("messages/refusal/*.md.j2")
    topics = tuple(desk.library.topics)[:3]
    for name in (
        *(f"refusal/{file.name.removesuffix('.md.j2')}" for file in refusals),
        "did_you_mean",
    ):
        turn = conversation._offer(reader, name, Match(topics, (), sure=False))
        yield name, turn.screens[0]
    here = Address(View.MENU, locale=locale)
    for name in (
        *("error", "not_typed", "too_fast"),
        *("translation_unchecked", "not_in_language"),
    ):
        blocks = desk.message(name, here, language=desk.words(here).catalog.name)
        yield name, desk.screen(here, blocks, ())
    for kind in Kind:
        yield f"possible {kind}", possible(desk, Address(View.URGENT, locale=locale), kind)


def _kept(conversation: Conversation, locale: str) -> Iterator[tuple[str, Screen]]:
    for audience in Audience:
        for level in Level:
            held = Held(audience, level, locale, "GB", "classic", True, TODAY, TODAY, "3")
            for held_as in (held, replace(held, remember=False)):
                screen = conversation.screens.draw(Address(View.MY_DATA, locale=locale), held_as)
                yield f"held {audience} {level}", screen


def reviewed(content: Content, catalog: Catalog) -> Iterator[tuple[str, Screen]]:
    """Yield a page in every review state, by every role."""
    for status in Status:
        for role in content.library.labels["role"]:
            written = {"status": status, "written": TODAY, "due": TODAY, "reviewed": TODAY}
            if status is Status.OVERDUE:
                written |= {"status": "approved", "due": TODAY - timedelta(days=1)}
            review = Review.model_validate({**written, "owner": "x", "role": role})
            slug, topic = next(iter(content.library.topics.items()))
            topic = replace(topic, file=topic.file.model_copy(update={"review": review}))
            library = replace(content.library, topics={**content.library.topics, slug: topic})
            address = Address(View.PAGE, locale=catalog.locale, topic=slug)
            screens = bot_in(content, catalog, library).screens
            yield f"{status} by {role}", screens.draw(address)
            yield f"{status} by {role} to share", screens.draw(address.to(View.SHARE))
