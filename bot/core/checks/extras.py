"""What stands beside the pages (compare.toml, visit.toml, quiz.toml) against the rules.

`check_extras` yields every fault; `extras_facts` names the facts these files lean on. A missing
file is no fault here: a library without it has no such screens.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.core.address import Address, View
from bot.core.checks.locate import line_in
from bot.core.checks.statements import Statements, line_of_text
from bot.core.checks.text import cited_in
from bot.core.extras import ANY_PAIN, MOST_PICKS, Cell, Comparison, Quiz, VisitList
from bot.core.library import Library
from bot.core.model import Audience, Level
from bot.core.readability import ReadingRules
from bot.core.screens import Screens
from bot.core.screens.citations import SOURCES_PER_SCREEN, sources_of
from bot.core.writers import classic, plain
from bot.errors import Problem

_MOST_WORDS = {Level.SIMPLE: 26, Level.STANDARD: 45}
_FEWEST_ASKED, _MOST_ASKED = 5, 9
_YOU = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)


def check_extras(screens: Screens, rules: ReadingRules, today: date) -> Iterator[Problem]:
    """Yield the faults of the files beside the pages."""
    library = screens.desk.library
    extras = library.extras
    if extras.comparison:
        check = Statements(library, rules, library.directory / "compare.toml")
        found = [*check.review(extras.comparison, today), *_comparison(check, extras.comparison)]
        yield from found
        if not any(problem.rule == "related" for problem in found):
            yield from _sizes(screens, extras.comparison, check.file)
    if extras.visit:
        check = Statements(library, rules, library.directory / "visit.toml")
        yield from check.review(extras.visit, today)
        yield from _visit(check, extras.visit)
    if extras.quiz:
        check = Statements(library, rules, library.directory / "quiz.toml")
        yield from check.review(extras.quiz, today)
        yield from _quiz(check, extras.quiz)


def extras_facts(library: Library) -> frozenset[str]:
    """Return the facts that the files beside the pages lean on."""
    extras, texts, facts = library.extras, list[str](), set[str]()
    if extras.comparison:
        texts += (text for _, text, _ in _texts(extras.comparison))
    if extras.visit:
        texts += (one.note for one in extras.visit.sets.values())
        facts.update(fact for ask in extras.visit.questions.values() for fact in ask.facts)
    if extras.quiz:
        texts += (item.because for item in extras.quiz.questions.values())
    return frozenset(facts.union(*(cited_in(line_of_text(text)) for text in texts)))


def _texts(comparison: Comparison) -> Iterator[tuple[str, str, Level]]:
    """Yield every cell's texts with the place of the cell and the level they are for."""
    for letter, rows in comparison.cells.items():
        for row, by_pain in rows.items():
            for pain, cell in by_pain.items():
                if not cell.unknown:
                    yield f"{letter}.{row}.{pain}", cell.plain, Level.SIMPLE
                    yield f"{letter}.{row}.{pain}", cell.full, Level.STANDARD


def _comparison(check: Statements, comparison: Comparison) -> Iterator[Problem]:
    for name, pain in comparison.pains.items():
        yield from check.topics(f"pains.{name}", pain.topics)
    for letter, option in comparison.options.items():
        yield from check.topics(f"options.{letter}", (option.topic,))
        yield from _option(check, comparison, letter)
    for letter in comparison.cells.keys() - comparison.options.keys():
        cure = "add it to [options], or take its cells out"
        yield check.problem(f"options.{letter}", "compare", "there is no such option", cure)
    for where, text, level in _texts(comparison):
        place = f"cells.{where}"
        if not text:
            yield check.problem(place, "compare", "a text is missing", "write plain and full")
            continue
        yield from check.statement(place, text, plainly=level is Level.SIMPLE)
        count = len(plain.words(line_of_text(text)).split())
        if count > _MOST_WORDS[level]:
            what = f"{count} words, {_MOST_WORDS[level]} are allowed"
            yield check.problem(place, "compare", what, "leave out what the page says")
        if _YOU.search(text):
            cure = "word it for everybody: the same cell serves caregivers and professionals"
            yield check.problem(place, "compare", "says you", cure)


def _option(check: Statements, comparison: Comparison, letter: str) -> Iterator[Problem]:
    """Yield the cells that are missing or too many, and how hard an option's cells read."""
    cells = comparison.cells.get(letter, {})
    wanted = {
        (row, pain)
        for row, one in comparison.rows.items()
        for pain in (comparison.pains if one.by_pain else (ANY_PAIN,))
    }
    found = {(row, pain) for row, by_pain in cells.items() for pain in by_pain}
    for row, pain in sorted(wanted ^ found):
        missing = (row, pain) in wanted
        what = "is missing" if missing else "belongs to no row or pain"
        cure = "write it, or say unknown = true" if missing else "mend its name, or take it out"
        yield check.problem(f"cells.{letter}.{row}.{pain}", "compare", what, cure)
    said: dict[Level, list[tuple[str, str]]] = {Level.SIMPLE: [], Level.STANDARD: []}
    for row, pain in sorted(wanted & found):
        cell: Cell = cells[row][pain]
        where = f"cells.{letter}.{row}.{pain}"
        if cell.unknown and (cell.plain or cell.full):
            yield check.problem(where, "compare", "is unknown and says something", "keep one")
        if not cell.unknown:
            said[Level.SIMPLE].append((where, cell.plain))
            said[Level.STANDARD].append((where, cell.full))
    for level, texts in said.items():
        if texts:
            yield from check.reading(texts, level)


def _sizes(screens: Screens, comparison: Comparison, file: Path) -> Iterator[Problem]:
    """Draw each screen of rows with the three options that say most; nothing is longer."""
    for pain in comparison.pains:
        for screen in comparison.screens():
            rows = [name for name, row in comparison.rows.items() if row.screen == screen]
            for level in _MOST_WORDS:

                def size(letter: str, level: Level = level, pain: str = pain) -> int:
                    return sum(len(comparison.text(letter, row, pain, level)) for row in rows)  # noqa: B023 - called here

                most = sorted(comparison.options, key=size, reverse=True)[:MOST_PICKS]
                for audience in Audience:
                    address = Address(
                        View.COMPARE,
                        level=level,
                        audience=audience,
                        section=f"{pain}-{screen}",
                        argument=comparison.picks("".join(most)),
                    )
                    units = classic.units(classic.write(screens.draw(address).document))
                    if units > classic.MAX_UNITS:
                        what = f"{address.section} takes {units} of {classic.MAX_UNITS} units"
                        cure = "give a row of it another `screen`"
                        yield Problem(file, 0, "size", what, cure)


def _visit(check: Statements, asks: VisitList) -> Iterator[Problem]:
    for bit, times in Counter(ask.bit for ask in asks.questions.values()).items():
        if times > 1:
            line = line_in(check.file, f"bit = {bit}")
            what, cure = f"bit {bit} stands {times} times", "give each question its own, up to 30"
            yield Problem(check.file, line, "visit", what, cure)
    for name in asks.sets:
        yield from _question_set(check, asks, name)
    for name in asks.questions:
        yield from _question(check, asks, name)
    texts = [
        (f"questions.{name}", text)
        for name, ask in asks.questions.items()
        for text in (ask.text, ask.caregiver)
        if text
    ]
    yield from check.reading(texts, Level.SIMPLE)


def _question_set(check: Statements, asks: VisitList, name: str) -> Iterator[Problem]:
    one, where = asks.sets[name], f"sets.{name}"
    yield from check.topics(where, one.topics)
    if one.note:
        yield from check.statement(where, one.note, plainly=True)
    count = len(asks.of_set(name))
    if not _FEWEST_ASKED <= count <= _MOST_ASKED:
        what = f"has {count} questions"
        yield check.problem(where, "visit", what, f"{_FEWEST_ASKED} to {_MOST_ASKED} fit")
    noted = tuple(cited_in(line_of_text(one.note))) if one.note else ()
    asked = (fact for ask in asks.of_set(name) for fact in ask.facts)
    if len(sources_of(check.library, (*noted, *asked))) > SOURCES_PER_SCREEN:
        what = f"rests on more than {SOURCES_PER_SCREEN} sources"
        yield check.problem(where, "visit", what, "rest the questions on fewer facts")


def _question(check: Statements, asks: VisitList, name: str) -> Iterator[Problem]:
    ask, where = asks.questions[name], f"questions.{name}"
    if ask.set not in asks.sets or ask.group not in asks.groups:
        cure = "use one of [sets] and one of [groups]"
        yield check.problem(where, "visit", "names no set or group", cure)
    offered = asks.sets[ask.set].readers if ask.set in asks.sets else ()
    everybody = not offered or Audience.PATIENT in offered
    readers = ("patient", "caregiver") if everybody else ("caregiver",)
    yield from check.facts(where, ask.facts, readers)
    if not ask.facts:
        yield check.problem(where, "cites", "no fact is named", "say what it rests on")
    for text in (ask.text, ask.caregiver):
        yield from check.dose(where, text)


def _quiz(check: Statements, quiz: Quiz) -> Iterator[Problem]:
    for slug, item in quiz.questions.items():
        where = f"questions.{slug}"
        yield from check.topics(where, (slug,))
        if item.right > len(item.answers):
            cure = f"give a number from 1 to {len(item.answers)}"
            yield check.problem(where, "quiz", "the right answer is none of its answers", cure)
        yield from check.statement(where, item.because, plainly=True)
        yield from check.dose(where, item.ask)
    texts = [
        (f"questions.{slug}", text)
        for slug, item in quiz.questions.items()
        for text in (item.ask, item.because)
    ]
    yield from check.reading(texts, Level.SIMPLE)
    for slug in check.library.topics.keys() - quiz.questions.keys():
        line = f"{slug} has no question"
        yield Problem(check.file, 0, "quiz", line, f"write [questions.{slug}]", warning=True)
