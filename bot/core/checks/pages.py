"""One rendered page against the rules: citations, doses, numbers, parts, reading level."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bot.core.address import MAX_SECTION
from bot.core.checks.locate import Locator, Place
from bot.core.library import Fact, Library, line_of
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
from bot.core.render import Page
from bot.core.writers import plain
from bot.errors import Problem

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_COUNT = r"(?:\d[\d.,]*|half an?|one|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty)"
_UNIT = r"(?:mg|mcg|µg|micrograms?|milligrams?|ml|millilit(?:re|er)s?|grams?)"
_FORM = r"(?:tablets?|pills?|capsules?|drops?|doses?|times)"
DOSE = re.compile(
    rf"\b{_COUNT}(?:\s*(?:to|-|–)\s*{_COUNT})?\s*(?:-\s*)?{_UNIT}\b"
    rf"|\b{_COUNT}\s+{_FORM}\s+(?:a|per|each|every)\s+(?:day|night|week|hour)"
    rf"|\b(?:once|twice|{_COUNT}\s+times)\s+(?:a\s+day|daily)\b"
    rf"|\bevery\s+{_COUNT}\s+(?:hours?)\b"
    rf"|\b{_COUNT}\s*(?:%|per ?cent|percent)\s+(?:every|per|each|a)\s+(?:\w+\s+){{0,2}}"
    r"(?:days?|weeks?|months?)\b",
    re.IGNORECASE,
)
_ALWAYS_ALLOWED = {"100"}
_FULL_STOP = re.compile(r"[.!?](?:\s|$)")
ROLE = {
    Audience.PATIENT: "patient",
    Audience.GENERAL: "patient",
    Audience.CAREGIVER: "caregiver",
    Audience.PROFESSIONAL: "professional",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A page, its reading figures and its problems."""

    page: Page
    reading: Reading
    problems: tuple[Problem, ...]


def check_page(page: Page, library: Library, rules: ReadingRules, locator: Locator) -> Checked:
    """Check one page; problems say where in its template the fault stands."""
    check = _PageCheck(page, library, locator)
    reading = measure(
        check.passages(),
        rules,
        page.level,
        professional=page.audience is Audience.PROFESSIONAL,
        defined=_defined(page),
    )
    found = [*check.problems()]
    file = library.directory / page.template
    for finding in reading.findings:
        place = check.places.get(finding.line, Place(file, 0))
        found.append(
            Problem(
                place.file, place.line, finding.rule, finding.what, finding.cure, finding.warning
            )
        )
    return Checked(page, reading, tuple(found))


def check_card(
    blocks: tuple[Block, ...], library: Library, rules: ReadingRules, file: Path
) -> Iterator[Problem]:
    """Check an urgent card or refusal: cited facts exist, sentences are at most 10 words."""
    text = file.read_text("utf-8")
    passages: list[Passage] = []
    for line in lines(blocks):
        words = plain.words(line)
        where = line_of(text, words[:20])
        passages.append(Passage("urgent", words, where))
        for cite in (inline for inline in line if isinstance(inline, Cite)):
            for name in cite.facts:
                fact = library.facts.get(name)
                if fact is None or fact.withdrawn:
                    what = f"there is no fact {name}, or it has been withdrawn"
                    cure = "cite a fact that stands"
                    yield Problem(file, line_of(text, name), "fact", what, cure)
        dose = DOSE.search(words)
        if dose:
            cure = "leave it out"
            yield Problem(file, where, "dose", f"{dose.group()!r} is a dose figure", cure)
    for finding in measure(passages, rules, Level.SIMPLE).findings:
        yield Problem(
            file, finding.line, finding.rule, finding.what, finding.cure, finding.warning
        )


def cited(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the facts that blocks cite."""
    for line in lines(blocks):
        for inline in line:
            if isinstance(inline, Cite):
                yield from inline.facts


def lines(blocks: Iterable[Block]) -> Iterator[Inlines]:
    """Yield every line of text: paragraphs, headings and list items."""
    for block in blocks:
        match block:
            case Items(items=items):
                yield from items
            case Box(blocks=inner):
                yield from lines(inner)
            case Heading(inlines=inlines) | Paragraph(inlines=inlines):
                yield inlines


def _defined(page: Page) -> set[str]:
    all_blocks = chain.from_iterable(part.blocks for part in page.parts)
    return {
        inline.text
        for line in lines(chain(all_blocks, page.who_to_ask))
        for inline in line
        if isinstance(inline, Term)
    }


class _PageCheck:
    def __init__(self, page: Page, library: Library, locator: Locator) -> None:
        self.page = page
        self.library = library
        self.locator = locator
        # Reading findings come back with the number of a passage instead of a line.
        self.places: dict[int, Place] = {}

    def problems(self) -> Iterator[Problem]:
        yield from self._first_message()
        yield from self._part_ids()
        for part in self.page.parts:
            for line in lines(part.blocks):
                yield from self._line(line, doses=part.id == "doses")
                if not any(isinstance(inline, Cite) for inline in line):
                    cure = "end it with the facts it rests on: [@ID] before the full stop"
                    yield self._problem(line, "cites", "no fact is cited", cure)
        for line in lines(self.page.who_to_ask):
            yield from self._line(line, doses=False)
        for word in self.page.words:
            if word not in self.library.words:
                place = self.locator.text(f"word:{word}")
                yield Problem(
                    place.file,
                    place.line,
                    "word",
                    f"glossary.toml has no {word!r}",
                    "add the entry, or mend the mark",
                )

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

    def _first_message(self) -> Iterator[Problem]:
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
        counts = Counter(part.id for part in self.page.parts[1:])
        for part in self.page.parts[1:]:
            line = (Text(part.heading),)
            if not re.fullmatch(rf"[a-z0-9-]{{1,{MAX_SECTION}}}", part.id):
                cure = f"end the heading with [#id], at most {MAX_SECTION} of a-z 0-9 -"
                yield self._problem(line, "part-id", f"{part.id!r} is no part id", cure)
            elif counts[part.id] > 1:
                what = f"[#{part.id}] stands {counts[part.id]} times"
                yield self._problem(line, "part-id", what, "give each heading its own id")

    def _line(self, line: Inlines, *, doses: bool) -> Iterator[Problem]:
        text = plain.words(line)
        dose = None if doses else DOSE.search(text)
        if dose:
            cure = "move it to the doses block of a professional file, or leave it out"
            what = f"{dose.group()!r} is a dose figure"
            yield self._problem(line, "dose", what, cure)
        said = ""
        for inline in line:
            if isinstance(inline, Text | Link | Term):
                said += inline.text
            else:
                yield from self._cite(line, inline, said)
                said = ""

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
        if len(known) < len(cite.facts):
            return
        stated = _ALWAYS_ALLOWED.union(*(_numbers_of(fact) for fact in known))
        for number in _NUMBER.findall(said):
            if number.replace(",", "") not in stated:
                cure = f"cite the fact that holds it (now: {', '.join(cite.facts)})"
                yield self._problem(line, "number", f"{number} stands in no fact cited here", cure)

    def _problem(self, line: Inlines, rule: str, what: str, cure: str) -> Problem:
        place = self.locator.place(line)
        return Problem(place.file, place.line, rule, what, cure)


def _numbers_of(fact: Fact) -> set[str]:
    texts = [fact.note, fact.plain or "", fact.strength or ""]
    for numbers in fact.numbers:
        texts += [str(value) for value in numbers.model_dump().values() if value is not None]
    found = {number.replace(",", "") for number in _NUMBER.findall(" ".join(texts))}
    return found | {number.removesuffix(".0") for number in found}
