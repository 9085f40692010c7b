"""A language whose typed questions are not good enough yet says so; triage goes on."""

import tomllib
from collections.abc import Callable

import pytest

from bot.bootstrap import Content
from bot.core.conversation import Conversation
from bot.core.i18n import Catalog, Catalogs
from bot.core.model import Keep
from bot.core.screens import Options, Screens
from tests.conftest import ROOT, TODAY, Chat

SURE = "is it safe to drive after taking diazepam"


def _with_spanish(content: Content, *, typed: bool) -> Conversation:
    """The bot with Spanish beside English; its words are English still."""
    spanish = Catalog("es", "Español", typed=typed)
    catalogs = Catalogs({one.locale: one for one in (*content.catalogs, spanish)})
    options = Options(today=lambda: TODAY, contact="care@example.org")
    screens = Screens(content.library, catalogs, content.contacts, options)
    english = content.questions["en"]
    questions = {"en": english} | (
        {"es": type(english)({"stopping": ["como dejar de tomarlo poco a poco"]})} if typed else {}
    )
    return Conversation(screens, content.triage, questions)


@pytest.fixture
def maria(content: Content) -> Chat:
    """A reader of Spanish, in which no typed question is answered yet."""
    return Chat(_with_spanish(content, typed=False), "es-MX")


def test_a_language_under_the_bar_says_that_it_does_not_read_questions(maria: Chat) -> None:
    assert (
        "not answered in this language yet" in maria.send("/start").tap("Skip, just reading").text
    )
    maria.send("¿qué les digo a mis hijos?")
    assert "cannot answer typed questions in this language yet" in maria.text
    assert "Your pain" in maria.buttons
    assert "type a question" not in maria.send("/help").text


def test_danger_is_answered_all_the_same(maria: Chat) -> None:
    maria.send("mi mamá no despierta")
    assert "Call your local emergency number" in maria.text or len(maria.screens) > 1


def test_a_question_in_another_language_gets_the_page_and_that_language(maria: Chat) -> None:
    maria.send(SURE)
    assert "Part 1 of" in maria.text
    assert {"English", "Not what I meant"} <= set(maria.buttons)
    maria.tap("English")
    assert any(isinstance(effect, Keep) and effect.locale == "en" for effect in maria.effects)
    assert "Part 1 of" in maria.text


def test_a_question_nobody_may_answer_opens_no_page_in_any_language(maria: Chat) -> None:
    maria.send("how many mg of diazepam should I take for my back tonight")
    assert "Part 1 of" not in maria.text


def test_the_readers_own_language_goes_first(content: Content) -> None:
    maria = Chat(_with_spanish(content, typed=True), "es")
    maria.send("como dejar de tomarlo poco a poco")
    assert "Part 1 of" in maria.text
    assert "English" not in maria.buttons
    assert "type a question" in maria.send("/menu").text


def test_commands_are_understood_in_the_words_of_every_language(chat: Callable[..., Chat]) -> None:
    assert chat("de").send("menu").text == chat("de").send("/menu").text


def test_only_languages_over_the_bar_answer_typed_questions() -> None:
    measured = tomllib.loads((ROOT / "tests" / "safety" / "measured.toml").read_text("utf-8"))
    over = {code for code, told in measured["locale"].items() if told.get("over_the_bar")}
    for file in (ROOT / "locales").glob("*/locale.toml"):
        typed = tomllib.loads(file.read_text("utf-8")).get("typed_questions", False)
        assert not typed or file.parent.name in over, file.parent.name
