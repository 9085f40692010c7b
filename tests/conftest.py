"""The real content, loaded once, and a chat with the core that reads like a transcript."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import bootstrap
from bot.config import Settings
from bot.core.address import Address
from bot.core.conversation import Conversation
from bot.core.i18n import Catalogs
from bot.core.matching import Index, load_questions
from bot.core.model import (
    Action,
    Attach,
    Command,
    Effect,
    Forget,
    Held,
    Keep,
    Open,
    Reader,
    Say,
    Screen,
    Tap,
)
from bot.core.writers import plain

ROOT = Path(__file__).parent.parent
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(
        content_dir=ROOT / "content", locales_dir=ROOT / "locales", contact="care@example.org"
    )


@pytest.fixture(scope="session")
def content(settings: Settings) -> bootstrap.Content:
    """Return the real content, with typed questions on in English whatever was measured last.

    Whether they are on in what is served is held by test_languages_of_questions.py.
    """
    loaded = bootstrap.load_content(settings)
    english = replace(loaded.catalogs["en"], typed=True)
    asked = load_questions(ROOT / "locales" / "en" / "questions.toml")
    catalogs = Catalogs({**loaded.catalogs.by_locale, "en": english})
    return replace(loaded, catalogs=catalogs, questions={"en": Index(asked)})


@pytest.fixture(scope="session")
def conversation(content: bootstrap.Content, settings: Settings) -> Conversation:
    return bootstrap.conversation(content, settings, lambda: TODAY)


class Chat:
    """A person in front of the core: what they do, and what they then see.

    It keeps choices as the store would, so that a test can look at them in `held`.
    """

    def __init__(self, conversation: Conversation, language_code: str | None = "en") -> None:
        self._conversation = conversation
        self.reader = Reader(language_code=language_code)
        self.screens: list[Screen] = []
        self.card: Screen | None = None
        self.effects: tuple[Effect, ...] = ()
        self.taps = 0

    def send(self, text: str) -> "Chat":
        """Type something; a slash makes it a command."""
        if text.startswith("/"):
            name, _, argument = text[1:].partition(" ")
            return self._do(Command(name, argument))
        return self._do(Say(text))

    def send_photo(self) -> "Chat":
        """Send something that is not text."""
        return self._do(Attach())

    def tap(self, label: str) -> "Chat":
        """Press the newest button with this label; the failure lists what there is."""
        for screen in reversed(self.screens):
            for button in screen.buttons():
                if isinstance(button, Open) and button.label == label:
                    self.taps += 1
                    return self._do(Tap(button.address.pack()))
        raise AssertionError(f"no button {label!r}; there are {self.buttons}")

    def press(self, meant: Callable[[Address], bool]) -> "Chat":
        """Press the first button on the last screen that leads where it is meant to."""
        for button in self.screens[-1].buttons():
            if isinstance(button, Open) and meant(button.address):
                return self._do(Tap(button.address.pack()))
        raise AssertionError(f"no such button; there are {self.buttons}")

    def tap_data(self, data: str) -> "Chat":
        """Press a button that carries this, as an old or a forged one would."""
        return self._do(Tap(data))

    @property
    def text(self) -> str:
        """The words on the screen that came last."""
        return plain.write(self.screens[-1].document)

    @property
    def buttons(self) -> list[str]:
        """The labels under the screen that came last."""
        return [button.label for button in self.screens[-1].buttons()]

    def _do(self, action: Action) -> "Chat":
        turn = self._conversation.respond(self.reader, action)
        self.effects = turn.effects
        self.screens += turn.screens
        for effect in turn.effects:
            if isinstance(effect, Forget):
                self.reader = Reader(language_code=self.reader.language_code)
            if isinstance(effect, Keep):
                self._keep(effect)
        return self

    def _keep(self, kept: Keep) -> None:
        old = self.reader
        self.reader = Reader(
            language_code=old.language_code,
            audience=kept.audience or old.audience,
            level=kept.level or old.level,
            locale=kept.locale or old.locale,
            region=kept.region if kept.region is not None else old.region,
            remember=old.remember if kept.remember is None else kept.remember,
            held=Held(
                audience=kept.audience or old.audience,
                level=kept.level or old.level,
                locale=kept.locale or old.locale,
                region=kept.region or old.region,
                view="classic",
                remember=bool(kept.remember),
                last_used=TODAY,
                expires=TODAY,
                visit=kept.visit if kept.visit is not None else _visit(old),
            ),
        )


@pytest.fixture
def chat(conversation: Conversation) -> Callable[..., Chat]:
    """Return a maker of people, each in a chat of their own."""
    return lambda language_code="en": Chat(conversation, language_code)


def _visit(reader: Reader) -> str | None:
    return reader.held.visit if reader.held else None
