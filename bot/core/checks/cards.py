"""Texts beside the pages: urgent cards, refusals, disclaimers. Facts that stand, no dose."""

import re
from collections.abc import Iterator
from pathlib import Path

from bot.core.checks.figures import DOSE
from bot.core.checks.locate import Locator
from bot.core.checks.sources import RULE, check_sources_of, outdated
from bot.core.checks.text import cited, cited_in
from bot.core.library import Library
from bot.core.model import Block, Level
from bot.core.readability import Passage, ReadingRules, measure
from bot.core.writers import plain
from bot.core.writers.plain import lines
from bot.errors import Problem

SURFACE = ("messages", "disclaimers", "layouts", "urgent/lines")
_CITES = re.compile(r"\[@([A-Z0-9, -]+)\]")


def _lines(directory: Path) -> Iterator[tuple[Path, int, str]]:
    for part in SURFACE:
        for file in sorted((directory / part).glob("**/*.md.j2")):
            for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
                yield file, number, line


def surface_facts(directory: Path) -> set[str]:
    """Return the facts that messages and disclaimers cite."""
    return {name for _, _, line in _lines(directory) for name in _cited(line)}


def check_surface(library: Library) -> Iterator[Problem]:
    """Check messages and disclaimers: cited facts and their sources stand, no dose figure."""
    for file, number, line in _lines(library.directory):
        for name in _cited(line):
            if name not in library.facts or library.facts[name].withdrawn:
                what = f"there is no fact {name}, or it has been withdrawn"
                yield Problem(file, number, "fact", what, "cite a fact that stands")
        for _, what, cure in outdated(library, _cited(line)):
            yield Problem(file, number, RULE, what, cure, warning=True)
        dose = DOSE.search(line)
        if dose:
            what = f"{dose.group()!r} is a dose figure"
            yield Problem(file, number, "dose", what, "leave it out")


def _cited(line: str) -> list[str]:
    return [name.strip() for names in _CITES.findall(line) for name in names.split(",")]


def check_card(
    blocks: tuple[Block, ...], library: Library, rules: ReadingRules, locator: Locator
) -> Iterator[Problem]:
    """Check an urgent card: cited facts exist, sentences are at most 10 words, no dose figure."""
    file = locator.file
    passages: list[Passage] = []
    for line in lines(blocks):
        words = plain.words(line)
        where = locator.place(line).line
        passages.append(Passage("urgent", words, where))
        for name in cited_in(line):
            fact = library.facts.get(name)
            if fact is None or fact.withdrawn:
                what = f"there is no fact {name}, or it has been withdrawn"
                cure = "cite a fact that stands"
                yield Problem(file, locator.fact(name).line, "fact", what, cure)
        dose = DOSE.search(words)
        if dose:
            what = f"{dose.group()!r} is a dose figure"
            yield Problem(file, where, "dose", what, "leave it out")
    yield from check_sources_of(library, cited(blocks), locator)
    for finding in measure(passages, rules, Level.SIMPLE).findings:
        yield Problem(
            file, finding.line, finding.rule, finding.what, finding.cure, finding.warning
        )
