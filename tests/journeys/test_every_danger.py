"""Somebody in danger types it: in every language, at every point of the chat, the card comes.

The phrases are the ones that stand beside the rules as examples. Whether danger is found in words
that no author of a rule has thought of is measured in tests/safety/test_unseen.py.
"""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.bootstrap import Content
from bot.core.address import Address, Choice, View
from bot.core.conversation import Conversation
from bot.core.model import Audience, Command, Count, Reader, Say, Turn
from bot.core.safety.kinds import Kind
from bot.core.writers import plain
from bot.service import Service
from bot.store import open_store
from tests.conftest import ROOT, Chat

LOCALES = ("en", "es", "de", "ru", "ar")
_A_FEW = 6

State = Callable[[Chat], Chat]
STATES: dict[str, State] = {
    "before anything": lambda who: who,
    "asked who they are": lambda who: who.send("/start"),
    "choosing a language": lambda who: who.send("/start").press(_to(View.LANGUAGE)),
    "on a page": lambda who: who.send("/start 1ppt-_en__nerve-pain"),
    "in settings": lambda who: who.send("/settings"),
    "in the middle of forgetting": lambda who: who.send("/forget"),
    "forgotten": lambda who: who.send("/forget").press(_to(View.FORGOTTEN)),
    "a caregiver remembered": lambda who: (
        who.send("/start")
        .press(lambda address: address.audience is Audience.CAREGIVER)
        .send("/settings")
        .press(lambda address: address.choice is Choice.REMEMBER)
    ),
    "a professional": lambda who: who.send("/start").press(
        lambda address: address.audience is Audience.PROFESSIONAL
    ),
    "ticking questions": lambda who: (
        who.send("/menu")
        .press(lambda address: address.view is View.GROUP and address.topic == "visit")
        .press(_to(View.VISIT))
    ),
}


def _to(view: View) -> Callable[[Address], bool]:
    return lambda address: address.view is view


def _phrases(locale: str) -> dict[Kind, list[str]]:
    rules = tomllib.loads((ROOT / "locales" / locale / "triage.toml").read_text("utf-8"))
    found: dict[Kind, list[str]] = defaultdict(list)
    for rule in rules["rule"].values():
        if not rule.get("weak"):
            found[Kind(rule["kind"])] += rule["hits"]
    return found


def _every_phrase() -> Iterator[tuple[str, Kind, list[str]]]:
    for locale in LOCALES:
        for kind, phrases in _phrases(locale).items():
            yield locale, kind, phrases[:: max(1, len(phrases) // _A_FEW)][:_A_FEW]


def _kinds(turn: Turn) -> set[str]:
    return {
        effect.detail
        for effect in turn.effects
        if isinstance(effect, Count) and effect.event in ("urgent_clear", "urgent_possible")
    }


def _assert_help_comes_first(conversation: Conversation, turn: Turn, phrase: str) -> None:
    """The first words are the line with the emergency number, in the reader's language."""
    assert turn.urgent, phrase
    assert not turn.edit, "a new message: nothing the reader had is written over"
    document = turn.screens[0].document
    line = conversation.screens.desk.renderer.message(
        "urgent/lines/emergency.unknown", document.locale
    )
    wanted = plain.write(replace(document, blocks=line))
    assert plain.write(document).startswith(wanted) or "112" in plain.write(document), phrase


def test_every_language_has_rules_for_every_kind() -> None:
    """Driving while sleepy may be a weak sign only: those rules stand aside for harmless words."""
    for locale in LOCALES:
        assert set(Kind) - set(_phrases(locale)) <= {Kind.DRIVING}, locale


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("locale", "kind", "phrases"),
    [pytest.param(*one, id=f"{one[0]}-{one[1]}") for one in _every_phrase()],
)
def test_the_card_comes(
    chat: Callable[..., Chat], locale: str, kind: Kind, phrases: list[str], state: str
) -> None:
    found = set[str]()
    for phrase in phrases:
        who = STATES[state](chat(locale))
        word, _, rest = phrase.partition(" ")
        as_command = Command("menu", phrase), Command("start", phrase), Command(word, rest)
        for action in (Say(phrase), *as_command):
            turn = who._conversation.respond(who.reader, action)
            _assert_help_comes_first(who._conversation, turn, phrase)
            found |= _kinds(turn)
    assert kind in found, "a phrase that speaks of two dangers may get either card"


async def test_the_card_comes_with_the_database_down(
    conversation: Conversation, tmp_path: object
) -> None:
    async with open_store("sqlite+aiosqlite:////nowhere/at/all.db", b"k" * 32) as store:
        service = Service(conversation, store)
        for locale, _, phrases in _every_phrase():
            answer = await service.answer(7, locale, Say(phrases[0]))
            _assert_help_comes_first(conversation, answer.turn, phrases[0])


def test_the_numbers_of_the_chosen_country_are_on_the_card(
    content: Content, conversation: Conversation
) -> None:
    for region in content.contacts.regions:
        reader = Reader(region=region.region)
        turn = conversation.respond(
            reader, Say("my mother will not wake up, she took ten tablets")
        )
        assert region.emergency[0].number in plain.write(turn.screens[0].document), region.name
