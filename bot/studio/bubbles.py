"""Messages and source files drawn, with what there is to say about their lines."""

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from bot.core.model import Document
from bot.core.writers import classic, plain, web
from bot.core.writers.web import spoken
from bot.errors import Problem
from bot.studio.picking import fact_url, page_url
from bot.studio.snapshot import Message


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message drawn: its HTML, its language, its buttons and its size."""

    message: Message
    html: Markup
    rows: Markup
    lang: str
    direction: str


def bubble(message: Message, marks: web.Marks | None = None, *, keys: bool = True) -> Bubble:
    """Draw a message with parts of its lines marked, with its buttons unless `keys` is off."""
    document = message.screen.document
    html = web.write(document, marks, fact_url)
    rows = web.write_rows(message.screen.rows if keys else (), page_url)
    return Bubble(message, html, rows, document.locale.replace("_", "-"), document.direction)


def marked(messages: tuple[Message, ...], marks: web.Marks) -> list[Bubble]:
    """Draw messages with marks that count the lines of all of them together."""
    found, first = [], 0
    for message in messages:
        count = len(lines(message.screen.document))
        own = {n - first: spans for n, spans in marks.items() if first <= n < first + count}
        found.append(bubble(message, own))
        first += count
    return found


def lines(document: Document) -> list[str]:
    """Return the words of each line of a screen."""
    return [spoken(line) for line in plain.lines(document.blocks)]


def units(document: Document) -> int:
    """Return how much of Telegram's limit a document takes."""
    return classic.units(classic.write(document))


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of a file, with the faults that stand on it."""

    number: int
    text: str
    problems: tuple[Problem, ...]

    @property
    def kind(self) -> str:
        """Return `error`, `warning` or nothing, as the worst of its faults is."""
        if not self.problems:
            return ""
        return "warning" if all(problem.warning for problem in self.problems) else "error"


def source_lines(file: Path, text: str, problems: tuple[Problem, ...]) -> list[SourceLine]:
    """Return a file line by line, with the faults that stand on each."""
    here = [problem for problem in problems if problem.file == file]
    return [
        SourceLine(number, line, tuple(p for p in here if p.line == number))
        for number, line in enumerate(text.splitlines(), 1)
    ]
