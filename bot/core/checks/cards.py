"""Urgent cards against the rules: short sentences, facts that stand, no dose."""

from collections.abc import Iterator

from bot.core.checks.figures import DOSE
from bot.core.checks.locate import Locator
from bot.core.checks.text import cited_in, lines
from bot.core.library import Library
from bot.core.model import Block, Level
from bot.core.readability import Passage, ReadingRules, measure
from bot.core.writers import plain
from bot.errors import Problem


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
    for finding in measure(passages, rules, Level.SIMPLE).findings:
        yield Problem(
            file, finding.line, finding.rule, finding.what, finding.cure, finding.warning
        )
