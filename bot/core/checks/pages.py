"""One rendered page against the rules: citations, doses, numbers, parts, reading level."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.core.address import MAX_SECTION
from bot.core.checks.figures import DOSE, numbers, stated
from bot.core.checks.locate import Locator, Place
from bot.core.checks.sources import check_sources_of
from bot.core.checks.text import cited, cited_in, page_lines
from bot.core.library import Fact, Library
from bot.core.model import (
    Audience,
    Block,
    Box,
    Cite,
    Heading,
    Inlines,
    Items,
    Level,
    Link,
    Paragraph,
    Term,
    Text,
)
from bot.core.readability import Passage, Reading, ReadingRules, measure
from bot.core.readability.words import Lexicon, clean, split_words
from bot.core.render import Page
from bot.core.writers import plain
from bot.core.writers.plain import lines
from bot.errors import Problem

_FULL_STOP = re.compile(r"[.!?](?:\s|$)")
_MARK = re.compile(r"\[[@#]|:::|\]\(|\*\*")
ROLE = {
    Audience.PATIENT: "patient",
    Audience.GENERAL: "patient",
    Audience.CAREGIVER: "caregiver",
    Audience.PROFESSIONAL: "professional",
}
"""Whom a page speaks to, in the words of a fact's `audiences`; a reader who skips is a patient."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A page, its reading figures and its problems."""

    page: Page
    reading: Reading
    problems: tuple[Problem, ...]


def check_page(
    page: Page, without_doses: Page, library: Library, rules: ReadingRules, locator: Locator
) -> Checked:
    """Check one page; problems say where in its template the fault stands.

    `without_doses` is the same page as BOT_DOSES=off serves it: what it lacks is the doses block.
    """
    check = _PageCheck(page, without_doses, library, locator)
    reading, findings = check.reading(rules)
    return Checked(page, reading, (*check.problems(), *findings))


def check_translation(
    page: Page,
    without_doses: Page,
    library: Library,
    rules: ReadingRules,
    locator: Locator,
    *,
    units: Lexicon,
) -> Checked:
    """Check what translating can spoil of a page: how hard it reads, its first message, doses.

    `units` make a number a dose. The catalog's own rules compare each text with its source
    (`bot.core.catalogs.check`).
    """
    check = _PageCheck(page, without_doses, library, locator)
    reading, findings = check.reading(rules)
    found = (*check.first_message(), *check.dosed(units), *findings)
    return Checked(page, reading, found)


def _defined(page: Page) -> set[str]:
    return {
        inline.text for line in page_lines(page) for inline in line if isinstance(inline, Term)
    }


class _PageCheck:
    def __init__(
        self, page: Page, without_doses: Page, library: Library, locator: Locator
    ) -> None:
        self.page = page
        self.library = library
        self.locator = locator
        self.professional = page.audience is Audience.PROFESSIONAL
        self.undosed = {plain.words(line) for line in page_lines(without_doses)}
        # Reading findings come back with the number of a passage instead of a line.
        self.places: dict[int, Place] = {}

    def reading(self, rules: ReadingRules) -> tuple[Reading, tuple[Problem, ...]]:
        """Return how hard the page reads, and what is wrong with that."""
        page = self.page
        found = measure(
            self.passages(),
            rules,
            page.level,
            professional=self.professional,
            defined=_defined(page),
        )
        nowhere = Place(self.locator.file, 0)
        problems = []
        for one in found.findings:
            place = self.places.get(one.line, nowhere)
            problems.append(
                Problem(place.file, place.line, one.rule, one.what, one.cure, one.warning)
            )
        return found, tuple(problems)

    def problems(self) -> Iterator[Problem]:
        yield from self.first_message()
        yield from self._part_ids()
        for part in self.page.parts:
            for line in lines(part.blocks):
                yield from self._line(line)
                if not any(isinstance(inline, Cite) for inline in line):
                    cure = "end it with the facts it rests on: [@ID] before the full stop"
                    yield self._problem(line, "cites", "no fact is cited", cure)
        for line in lines(self.page.who_to_ask):
            yield from self._line(line)
        if not any(plain.words(line) for line in lines(self.page.who_to_ask)):
            cure = "say in {% block who_to_ask %} whom to ask next, about what"
            yield self._problem((), "who-to-ask", "names nobody to ask next", cure)
        facts = (*self.page.facts, *cited(self.page.who_to_ask))
        yield from check_sources_of(self.library, facts, self.locator)
        for word in self.page.words:
            if word not in self.library.words:
                what, cure = f"glossary.toml has no {word!r}", "add the entry, or mend the mark"
                place = self.locator.text(f"word:{word}")
                yield Problem(place.file, place.line, "word", what, cure)

    def dosed(self, units: Lexicon) -> Iterator[Problem]:
        """Yield the dose figures outside the doses block, by the units of a language."""
        for line in page_lines(self.page):
            text = plain.words(line)
            words = split_words(clean(text))
            for hit in units.find(words) if not self._in_doses(text) else ():
                if hit.start and words[hit.start - 1].is_number:
                    figure = f"{words[hit.start - 1].text} {words[hit.start].text}"
                    cure = "leave it out: amounts stand only in the doses block for professionals"
                    yield self._problem(line, "dose", f"{figure!r} is a dose figure", cure)

    def passages(self) -> Iterator[Passage]:
        """Yield the page as the readability measure wants it."""
        for index, part in enumerate(self.page.parts):
            if part.heading:
                yield self._passage("heading", (Text(part.heading),), first=False)
            yield from self._passages(part.blocks, first=index == 0)
        yield from self._passages(self.page.who_to_ask, first=False)

    def _passages(self, blocks: Iterable[Block], *, first: bool) -> Iterator[Passage]:
        for block in blocks:
            match block:
                case Items(items=items):
                    for item in items:
                        yield self._passage("bullet", item, first=first)
                case Box(blocks=inner):
                    yield from self._passages(inner, first=first)
                case Heading(inlines=inlines):
                    yield self._passage("heading", inlines, first=first)
                case Paragraph(inlines=inlines):
                    yield self._passage("paragraph", inlines, first=first)

    def _passage(self, kind: str, inlines: Inlines, *, first: bool) -> Passage:
        number = len(self.places) + 1
        self.places[number] = self.locator.place(inlines)
        return Passage(kind, plain.words(inlines), number, first)  # type: ignore[arg-type]

    def first_message(self) -> Iterator[Problem]:
        first = self.page.parts[0].blocks
        answers = [block for block in first if isinstance(block, Paragraph)]
        points = [block for block in first if isinstance(block, Items)]
        text = " ".join(plain.words(block.inlines) for block in answers)
        sentences = len(_FULL_STOP.findall(text))
        most_sentences, fewest_points, most_points = 2, 3, 5
        if not 1 <= sentences <= most_sentences:
            line = answers[0].inlines if answers else ()
            what = f"the answer has {sentences} sentences"
            yield self._problem(line, "first-message", what, "say it in one or two sentences")
        count = sum(len(block.items) for block in points)
        if not fewest_points <= count <= most_points:
            line = points[0].items[0] if points else ()
            what = f"there are {count} key points"
            yield self._problem(line, "first-message", what, "keep three to five")

    def _part_ids(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for part in self.page.parts[1:]:
            line = (Text(part.heading),)
            if not re.fullmatch(rf"[a-z0-9-]{{1,{MAX_SECTION}}}", part.id):
                cure = f"end the heading with [#id], at most {MAX_SECTION} of a-z 0-9 -"
                yield self._problem(line, "part-id", f"{part.id!r} is no part id", cure)
            elif part.id in seen:
                what = f"[#{part.id}] stands twice"
                yield self._problem(line, "part-id", what, "give each heading its own id")
            seen.add(part.id)

    def _line(self, line: Inlines) -> Iterator[Problem]:
        text = plain.words(line)
        mark = _MARK.search(text)
        if mark:
            shown = " ".join(text[mark.start() :].split()[: 2 if mark.group() == ":::" else 1])
            place = self.locator.text(shown)
            cure = "mend the mark; content/README.md lists those there are"
            what = f"the reader would see {shown!r}"
            yield Problem(place.file, place.line, "markdown", what, cure)
        if not self._in_doses(text):
            yield from self._doses(line, text)
        said, cites = "", 0
        for inline in line:
            if isinstance(inline, Text | Link | Term):
                said += inline.text
            else:
                yield from self._cite(line, inline, said)
                said, cites = "", cites + 1
        if cites or text in map(plain.words, lines(self.page.who_to_ask)):
            for number in numbers(said):
                cure = "cite the fact that holds it behind it, or leave the number out"
                yield self._problem(line, "number", f"no fact is cited behind {number}", cure)

    def _in_doses(self, text: str) -> bool:
        return self.professional and text not in self.undosed

    def _doses(self, line: Inlines, text: str) -> Iterator[Problem]:
        cure = "move it to the doses block of a professional file, or leave it out"
        figure = DOSE.search(text)
        if figure:
            yield self._problem(line, "dose", f"{figure.group()!r} is a dose figure", cure)
        for name in cited_in(line):
            fact = self.library.facts.get(name)
            if fact and fact.dose:
                what = f"{name} is a dose fact outside the doses block"
                place = self.locator.place(line)
                yield Problem(place.file, place.line, "dose", what, cure, self.professional)

    def _cite(self, line: Inlines, cite: Cite, said: str) -> Iterator[Problem]:
        known: list[Fact] = []
        for name in cite.facts:
            fact = self.library.facts.get(name)
            if fact is None:
                cure = "use an id of content/facts, or add the fact with its source"
                yield self._problem(line, "fact", f"there is no fact {name}", cure)
                continue
            known.append(fact)
            if fact.withdrawn:
                cure = "take the statement out, or cite another fact"
                yield self._problem(line, "fact", f"{name} has been withdrawn", cure)
            if ROLE[self.page.audience] not in fact.audiences:
                told = ", ".join(fact.audiences)
                cure = f"leave it out here; it is for: {told}"
                yield self._problem(line, "fact-audience", f"{name} is not for this reader", cure)
        if len(known) == len(cite.facts):
            yield from self._numbers(line, cite, known, numbers(said))

    def _numbers(
        self, line: Inlines, cite: Cite, known: list[Fact], said: list[str]
    ) -> Iterator[Problem]:
        noted = stated(known)
        plainly = noted if self.professional else stated(known, plainly=True)
        names = ", ".join(cite.facts)
        for number in said:
            if number not in noted:
                cure = f"cite the fact that holds it (now: {names})"
                what = f"{number} stands in no fact cited here"
                yield self._problem(line, "number", what, cure)
            elif number not in plainly:
                cure = "say it as `plain` does, or add the number to `plain` or `numbers`"
                what = f"{number} stands only in the note of a fact with `plain` ({names})"
                fuller = self.page.level is Level.DETAILED
                place = self.locator.place(line)
                yield Problem(place.file, place.line, "number", what, cure, fuller)

    def _problem(self, line: Inlines, rule: str, what: str, cure: str) -> Problem:
        place = self.locator.place(line)
        return Problem(place.file, place.line, rule, what, cure)
