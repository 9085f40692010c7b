"""What a reader who types a question would get, and why."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.core.conversation import Conversation
from bot.core.matching import Index, Match, load_questions
from bot.core.model import Audience, Reader, Say, Screen
from bot.core.safety.triage import Finding, Refusal, Triage
from bot.studio.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Answer:
    """What triage and the examples say of a question, and the screens that come.

    `matches` are those of every language with examples; `answered` are the languages in which
    typed questions are answered by them.
    """

    danger: Finding | None
    refusal: Refusal | None
    matches: tuple[tuple[str, Match], ...]
    screens: tuple[Screen, ...]
    answered: tuple[str, ...]


def ask(
    snapshot: Snapshot, locales: Path, cache: Path | None, text: str, reader: Reader
) -> Answer:
    """Answer as the bot would. The text is kept nowhere.

    Triage is read from `locales`, where its rules stand, and learns anew only when they change;
    ContentError where they cannot be read.
    """
    triage = Triage.load(locales, cache)
    questions = _questions(snapshot)
    answered = {c.locale: questions[c.locale] for c in snapshot.catalogs if c.typed}
    judged = triage.judge(text)
    turn = Conversation(snapshot.screens, triage, answered).respond(reader, Say(text))
    matches = tuple((locale, index.match(text)) for locale, index in questions.items())
    return Answer(judged.danger, judged.refusal, matches, turn.screens, tuple(answered))


def reader_of(audience: Audience, locale: str) -> Reader:
    """Return somebody who has chosen who they are and their language."""
    return Reader(locale=locale, audience=audience, level=audience.default_level)


@lru_cache(maxsize=2)
def _questions(snapshot: Snapshot) -> dict[str, Index]:
    found = {}
    for catalog in snapshot.catalogs:
        file = snapshot.tree.locales / catalog.locale / "questions.toml"
        table = load_questions(file) if file.exists() else {}
        known = {s: texts for s, texts in table.items() if s in snapshot.library.topics}
        found[catalog.locale] = Index(known)
    return found
