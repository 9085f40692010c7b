"""What every cited text beside the pages keeps to: facts, numbers, no dose, plain words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from bot.core.checks.figures import DOSE, numbers, stated
from bot.core.checks.locate import line_in
from bot.core.checks.sources import RULE, outdated
from bot.core.checks.text import cited_in
from bot.core.extras import Extra
from bot.core.library import Library
from bot.core.markdown import parse
from bot.core.model import Cite, Inlines, Level, Paragraph, Term, Text
from bot.core.readability import Passage, ReadingRules, measure
from bot.core.writers import plain
from bot.errors import Problem

# A cell is no page: how long it is, how its list looks and whether it says you, other rules tell.
_NOT_FOR_CELLS = frozenset({"R03", "R04", "R05", "R11", "R20", "F03"})
_MOST_DAYS = {"low": 366, "medium": 366, "high": 184}
_EVERYBODY = ("patient", "caregiver", "professional")


def line_of_text(text: str) -> Inlines:
    """Return the words of a text's first paragraph."""
    paragraphs = (block.inlines for block in parse(text) if isinstance(block, Paragraph))
    return next(paragraphs, (Text(text),))


class Statements:
    """One file: where a fault stands in it, and the rules every statement keeps."""

    def __init__(self, library: Library, rules: ReadingRules, file: Path) -> None:
        self.library = library
        self.rules = rules
        self.file = file

    def problem(
        self, where: str, rule: str, what: str, cure: str, *, warn: bool = False
    ) -> Problem:
        """Return a fault of the table `where`."""
        line = line_in(self.file, f"[{where}]")
        return Problem(self.file, line, rule, f"{where}: {what}", cure, warn)

    def review(self, extra: Extra, today: date) -> Iterator[Problem]:
        """Yield what is wrong with a file's own review state."""
        review, where = extra.review, "review"
        if not review.written <= review.due:
            what = "the next check is due before it was written"
            yield self.problem(where, "review", what, "mend the days")
        elif (review.due - review.looked_at).days > _MOST_DAYS[extra.risk]:
            cure = "bring `due` nearer: 12 months at most, 6 for high risk"
            yield self.problem(where, "review", "the next check is too far off", cure)
        if review.looked_at > today:
            what = "was written, checked or reviewed in the future"
            yield self.problem(where, "review", what, "mend `written` or `checked`")
        name = self.library.directory / "disclaimers" / f"{extra.disclaimer}.md.j2"
        if not name.exists():
            cure = "use the name of a file in disclaimers/"
            yield self.problem(where, "related", f"no disclaimer {extra.disclaimer!r}", cure)

    def topics(self, where: str, slugs: Iterable[str]) -> Iterator[Problem]:
        """Yield the topics that are not there."""
        for slug in slugs:
            if slug not in self.library.topics:
                cure = f"use one of: {', '.join(sorted(self.library.topics))}"
                yield self.problem(where, "related", f"no topic {slug!r}", cure)

    def statement(self, where: str, text: str, *, plainly: bool) -> Iterator[Problem]:
        """Yield what is wrong with one cited text that every kind of reader sees."""
        line = line_of_text(text)
        if any(isinstance(inline, Term) for inline in line):
            cure = "explain the word in the sentence: there is no Words button here"
            yield self.problem(where, "word", "marks a word", cure)
        if not any(isinstance(inline, Cite) for inline in line):
            cure = "end it with the facts it rests on: [@ID] before the full stop"
            yield self.problem(where, "cites", "no fact is cited", cure)
        yield from self.facts(where, cited_in(line), _EVERYBODY)
        said = ""
        for inline in line:
            if not isinstance(inline, Cite):
                said += inline.text
                continue
            known = [self.library.facts[n] for n in inline.facts if n in self.library.facts]
            for number in set(numbers(said)) - stated(known, plainly=plainly):
                cure = f"cite the fact that holds it (now: {', '.join(inline.facts)})"
                yield self.problem(where, "number", f"{number} stands in no fact cited", cure)
            said = ""
        yield from self.dose(where, plain.words(line))

    def facts(self, where: str, names: Iterable[str], readers: Sequence[str]) -> Iterator[Problem]:
        """Yield the facts that do not stand, or are not for all these readers."""
        names = tuple(names)
        for name in names:
            fact = self.library.facts.get(name)
            if fact is None or fact.withdrawn:
                what = f"there is no fact {name}, or it has been withdrawn"
                yield self.problem(where, "fact", what, "cite a fact that stands")
            elif not set(readers) <= set(fact.audiences):
                cure = f"cite another; it is for: {', '.join(fact.audiences)}"
                yield self.problem(where, "fact-audience", f"{name} is not for all readers", cure)
        for _, what, cure in outdated(self.library, names):
            yield self.problem(where, RULE, what, cure, warn=True)

    def dose(self, where: str, text: str) -> Iterator[Problem]:
        """Yield a dose figure."""
        found = DOSE.search(text)
        if found:
            what = f"{found.group()!r} is a dose figure"
            yield self.problem(where, "dose", what, "leave it out")

    def reading(self, texts: Iterable[tuple[str, str]], level: Level) -> Iterator[Problem]:
        """Yield what breaks the reading rules in texts given with their places."""
        places = list(texts)
        passages = [
            Passage("bullet", plain.words(line_of_text(text)), number)
            for number, (_, text) in enumerate(places, 1)
        ]
        for finding in measure(passages, self.rules, level).findings:
            if finding.rule not in _NOT_FOR_CELLS:
                where = places[finding.line - 1][0] if finding.line else places[0][0]
                yield self.problem(
                    where, finding.rule, finding.what, finding.cure, warn=finding.warning
                )
