"""Every button of every screen, pressed."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from telegram.constants import InlineKeyboardButtonLimit, MessageLimit

from bot.bootstrap import Content
from bot.core.address import MAX_LENGTH, Address, Choice, View
from bot.core.conversation import Conversation
from bot.core.extras import FEWEST_PICKS, MOST_PICKS, MOST_QUESTIONS, base36
from bot.core.model import Audience, Copy, Document, Held, Level, Open, Reader, Screen, Share, Tap
from bot.core.writers import classic, plain
from bot.sandbox.entities import parse_html
from tests.conftest import ROOT

# A country changes urgent cards and settings only: elsewhere one country stands for all, and
# on the cards one reader for all.
_BY_COUNTRY = (View.URGENT, View.SETTINGS)
# These draw the page, or lead back to the very part; on others the topic stands for its parts,
# and on the list of countries one topic for all.
_BY_PART = (View.PAGE, View.SOURCES, View.WORDS, View.ALOUD, View.READING, View.URGENT)
BESIDE = (View.COMPARE, View.VISIT, View.QUIZ)
FULL = (1 << MOST_QUESTIONS) - 1
LOCALES = sorted(file.parent.name for file in ROOT.glob("locales/*/locale.toml"))


READER = Reader(
    held=Held(
        audience="caregiver",
        level="simple",
        locale="en",
        region="GB",
        view="classic",
        remember=True,
        last_used=date(2026, 11, 21),
        expires=date(2027, 11, 21),
    )
)


def _same(address: Address) -> Address:
    """Return one address for all that draw the same screen, so that each is drawn once."""
    region = address.region if address.view in _BY_COUNTRY or not address.region else "GB"
    same = replace(address, region=region, choice=Choice.NONE)
    if same.view in BESIDE:
        same = replace(same, region="")
    if same.view is View.COUNTRY and same.topic:
        return replace(same, topic="nerve-pain", section="")
    if same.view is View.VISIT and same.topic:
        return replace(same, topic="nerve-pain")
    if same.view is View.URGENT and same.region not in ("", "GB"):
        same = replace(same, audience=Audience.PATIENT, level=Level.SIMPLE)
    return same if same.view in _BY_PART or not same.topic else replace(same, section="")


def _typical(address: Address, conversation: Conversation) -> bool:
    """Tell whether to follow a button: a few choices stand for all their combinations.

    Options are followed alone, and in threes that hold each of them once; of the ticks, none,
    the first, and as many as there may be.
    """
    extras = conversation.screens.desk.library.extras
    picks, ticks = address.argument, 0
    if address.view is View.COMPARE and extras.comparison:
        letters = "".join(extras.comparison.options)
        starts = (letters[i : i + MOST_PICKS] for i in range(0, len(letters), MOST_PICKS))
        return len(picks) < FEWEST_PICKS or any(start.startswith(picks) for start in starts)
    if address.view is View.VISIT and extras.visit:
        ticks = extras.visit.ticked(address.argument)
    return ticks in (0, 1, FULL)


def _crawl(
    conversation: Conversation, start: Address, known: Mapping[Address, Screen] | None = None
) -> dict[Address, Screen]:
    seen = dict(known or {})
    waiting = deque([start])
    while waiting:
        address = waiting.popleft()
        if address in seen:
            continue
        turn = conversation.respond(READER, Tap(address.pack()))
        assert turn.screens, f"{address} leads nowhere"
        seen[address] = turn.screens[0]
        for button in turn.screens[0].buttons():
            if isinstance(button, Open):
                packed = button.address.pack()
                assert len(packed) <= MAX_LENGTH
                assert Address.unpack(packed) == button.address
                # Every language is crawled from its own start page.
                here = button.address.locale == start.locale
                if here and _typical(button.address, conversation):
                    waiting.append(_same(button.address))
    return seen


@pytest.mark.parametrize("locale", LOCALES)
def test_every_button_of_every_screen_leads_to_a_sound_screen(
    locale: str, conversation: Conversation, content: Content
) -> None:
    """One crawl of one language, and all that must hold of what it finds.

    It is one test so that the workers of a run share the languages and none is crawled twice.
    """
    screens = _crawl(conversation, Address(View.START, locale=locale))
    for audience, level in product((None, *Audience), (None, *Level)):
        ticked = Address(View.VISIT, locale, audience, level, argument=base36(FULL))
        screens = _crawl(conversation, ticked, screens)
    assert {address.locale for address in screens} == {locale}
    every_view_topic_part_level_and_audience_is_reached(screens, conversation, content)
    no_screen_is_a_dead_end_and_urgent_help_is_always_last(screens)
    telegram_takes_every_screen(screens)
    every_medical_screen_says_its_state_and_its_disclaimer(screens, conversation, content)
    nothing_from_a_page_is_lost_between_its_parts(screens, conversation)
    any_page_is_two_taps_from_the_menu(screens)


def every_view_topic_part_level_and_audience_is_reached(
    screens: dict[Address, Screen], conversation: Conversation, content: Content
) -> None:
    assert {address.view for address in screens} == set(View)
    pages = {(a.topic, a.audience, a.level) for a in screens if a.view is View.PAGE}
    missing = [
        (topic, audience, level)
        for topic in content.library.topics
        for audience in ("patient", "caregiver", "professional", "general")
        for level in ("simple", "standard", "detailed")
        if (topic, audience, level) not in pages
    ]
    assert not missing
    desk = conversation.screens.desk
    parts = {(replace(a, section=""), a.section) for a in screens if a.view is View.PAGE}
    for whole, _ in parts:
        for part in desk.page(whole).parts:
            assert (whole, part.id) in parts, (whole, part.id)


def no_screen_is_a_dead_end_and_urgent_help_is_always_last(
    screens: dict[Address, Screen],
) -> None:
    for address, screen in screens.items():
        assert screen.rows, f"{address} has no way on"
        if address.view is View.URGENT:
            continue
        last = screen.rows[-1][-1]
        assert isinstance(last, Open), address
        assert last.address.view is View.URGENT, address
        assert last.danger, address


def telegram_takes_every_screen(screens: dict[Address, Screen]) -> None:
    assert classic.MAX_UNITS == MessageLimit.MAX_TEXT_LENGTH
    for address, screen in screens.items():
        html = classic.write(screen.document)
        text, _ = parse_html(html)
        size = len(text.encode("utf-16-le")) // 2
        assert 0 < size <= MessageLimit.MAX_TEXT_LENGTH, address
        assert size == classic.units(html.strip()), address
        assert len(screen.rows) <= 100, address
        for button in screen.buttons():
            assert button.label.strip(), address
            assert len(button.label) <= 28, (address, button.label)
            if isinstance(button, Open):
                data = button.address.pack().encode()
                assert len(data) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
            if isinstance(button, Copy):
                assert 1 <= len(button.text) <= 256
            if isinstance(button, Share):
                assert len(button.text) <= 400
                assert len(button.text.splitlines()) <= 2


def every_medical_screen_says_its_state_and_its_disclaimer(
    screens: dict[Address, Screen], conversation: Conversation, content: Content
) -> None:
    desk = conversation.screens.desk
    medical = {a: s for a, s in screens.items() if s.medical}
    extras = content.library.extras
    beside = {View.COMPARE: extras.comparison, View.VISIT: extras.visit, View.QUIZ: extras.quiz}
    of_pages = {View.PAGE, View.SOURCES, View.WORDS, View.ALOUD, View.SHARE}
    assert {a.view for a in medical} == {*of_pages, *beside}
    for address, screen in medical.items():
        about = beside.get(address.view) or desk.topic(address).file
        name = f"disclaimers/{about.disclaimer}"
        heard = View.ALOUD  # by the patient, whoever reads it out
        audience = Audience.PATIENT if address.view is heard else address.reading_audience
        if desk.renderer.exists(f"{name}.{audience}"):
            name = f"{name}.{audience}"
        state = f"layouts/status/{about.review.state(desk.today())}"
        text = plain.write(screen.document)
        for words in (name, state):
            said = desk.renderer.message(words, address.locale)
            assert plain.write(Document(said, address.locale)) in text, (address, words)


def nothing_from_a_page_is_lost_between_its_parts(
    screens: dict[Address, Screen], conversation: Conversation
) -> None:
    """Each part says which of how many it is, and the last says who to ask and the dates."""
    desk = conversation.screens.desk
    for address, screen in screens.items():
        if address.view is not View.PAGE:
            continue
        page = desk.page(address)
        index = page.part(address.section)
        text = plain.write(screen.document)
        words = desk.words(address)
        if len(page.parts) > 1:
            assert words.text("part", number=index + 1, total=len(page.parts)) in text
        if index == len(page.parts) - 1:
            assert words.text("who_to_ask") in text
            assert words.date(page.topic.file.review.written) in text
            assert words.date(page.topic.file.review.due) in text


def any_page_is_two_taps_from_the_menu(
    screens: dict[Address, Screen],
) -> None:
    for address, screen in screens.items():
        if address.view is not View.MENU:
            continue
        groups = [b.address for b in screen.buttons() if isinstance(b, Open)]
        reached = {
            b.address.topic
            for group in groups
            if group.view is View.GROUP
            for b in screens[_same(group)].buttons()
            if isinstance(b, Open) and b.address.view is View.PAGE
        }
        topics = {a.topic for a in screens if a.view is View.PAGE}
        assert reached == topics, address
