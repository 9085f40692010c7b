"""Example messages, from which the soft net learns: `locales/<locale>/examples*.toml`.

`[danger]` and `[refusal]` hold phrases by kind; `[harmless]` and `[general]` hold lists of any
name: messages without danger, and questions that the bot may answer.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core.safety.kinds import Kind, RefusalKind
from bot.errors import Problem

PATTERN = "examples*.toml"
QUESTIONS = "questions.toml"
# Its questions ("I took two, what now?") are as often an emergency as not: no use as harmless.
_ALARMING_TOPICS = frozenset({"too-much"})
_BY_KIND: Mapping[str, frozenset[str]] = {
    "danger": frozenset(Kind),
    "refusal": frozenset(RefusalKind),
}
_PLAIN = ("harmless", "general")
_CURE = "write kind = [...] under [danger] or [refusal], any name = [...] elsewhere"


@dataclass(frozen=True, slots=True)
class Examples:
    """What one locale's examples say; `questions` are those that find pages."""

    danger: dict[str, list[str]] = field(default_factory=dict)
    harmless: list[str] = field(default_factory=list)
    refusal: dict[str, list[str]] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def add(self, table: Mapping[str, Any]) -> None:
        """Take the phrases of a file that has no faults."""
        for name, heap in (("danger", self.danger), ("refusal", self.refusal)):
            for kind, phrases in table.get(name, {}).items():
                heap.setdefault(kind, []).extend(phrases)
        for name, plain in (("harmless", self.harmless), ("general", self.general)):
            for phrases in table.get(name, {}).values():
                plain.extend(phrases)


def read_examples(folder: Path) -> tuple[Examples, list[Problem]]:
    """Read a locale's example files; what is not phrases under a known kind is a problem."""
    examples = Examples()
    problems: list[Problem] = []
    for path in sorted(folder.glob(PATTERN)):
        try:
            table = tomllib.loads(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            problems.append(_problem(path, f"cannot be read: {fault}"))
            continue
        faults = [_problem(path, what) for what in _faults(table)]
        problems += faults
        if not faults:
            examples.add(table)
    examples.questions.extend(_questions(folder / QUESTIONS))
    return examples, problems


def _questions(path: Path) -> Iterable[str]:
    """Return what people ask to find a page; a faulty file is reported by those who match."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return
    for topic, questions in table.items():
        if topic not in _ALARMING_TOPICS and isinstance(questions, list):
            yield from (text for text in questions if isinstance(text, str))


def _problem(path: Path, what: str) -> Problem:
    return Problem(path, 0, "triage-examples", what, _CURE)


def _faults(table: Mapping[str, Any]) -> Iterable[str]:
    for name, rows in table.items():
        if name == "made":
            continue
        if (name not in _BY_KIND and name not in _PLAIN) or not isinstance(rows, dict):
            yield f"unknown table '{name}'"
            continue
        for kind, phrases in rows.items():
            if kind not in _BY_KIND.get(name, rows):
                yield f"'{kind}' is unknown in [{name}]"
            elif not isinstance(phrases, list) or not all(isinstance(p, str) for p in phrases):
                yield f"'{kind}' in [{name}] is not a list of texts"
