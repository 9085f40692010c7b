"""The rules that look at structure: lengths of sentences, paragraphs, lists and the unit."""

from collections.abc import Sequence
from typing import Final

from bot.core.readability.findings import Notes, quote
from bot.core.readability.rules import ReadingRules
from bot.core.readability.words import Block, sentences_in

PARAGRAPH_SENTENCES: Final = {"simple": 3, "standard": 4, "detailed": 5}
LIST_BULLETS: Final = {"simple": 6, "standard": 7, "detailed": 9}
FEWEST_BULLETS: Final = 3
UNIT_WORDS: Final = {"simple": 150, "standard": 300, "detailed": 600}
UNIT_WORDS_PROFESSIONAL: Final = 1200
FIRST_WORDS: Final = {"simple": 60, "standard": 90, "detailed": 120}
URGENT_WORDS: Final = 10


def lint_lengths(blocks: Sequence[Block], rules: ReadingRules, level: str, notes: Notes) -> None:
    """R01: mean and longest sentence, and the short sentences of the urgent block."""
    limit = rules.sentence[level]
    body = list(sentences_in(blocks, "paragraph", "bullet"))
    if body:
        mean = sum(len(sentence.words) for sentence in body) / len(body)
        if mean > limit.mean:
            what = f"sentences have {mean:.1f} words on average, {limit.mean:g} are allowed"
            notes.add("R01", 0, what, "split the longest sentences")
    urgent = sentences_in(blocks, "urgent")
    for sentence, most in [
        *((one, limit.longest) for one in body),
        *((u, URGENT_WORDS) for u in urgent),
    ]:
        if len(sentence.words) > most:
            what = f"{len(sentence.words)} words, {most:g} are allowed: {quote(sentence.text)}"
            notes.add("R01", sentence.line, what, "make two sentences of it")


def lint_unit_length(
    blocks: Sequence[Block], most: int, first_most: int | None, notes: Notes
) -> None:
    """R04: words of the unit's paragraphs and bullets, and those of its first message."""
    body = [block for block in blocks if block.kind in {"paragraph", "bullet"}]
    words = sum(block.words for block in body)
    if words > most:
        what = f"the unit has {words} words, {most} are allowed"
        notes.add("R04", 0, what, "leave out, or move to a more detailed level")
    first = sum(block.words for block in body if block.passage.first)
    if first_most is not None and first > first_most:
        what = f"the first message has {first} words, {first_most} are allowed"
        notes.add("R04", 0, what, "put the answer first and move the rest down")


def lint_structure(blocks: Sequence[Block], level: str, notes: Notes) -> None:
    """R02 and R03: sentences per paragraph, bullets per list."""
    bullets: list[Block] = []
    for block in [*blocks, None]:
        if block is not None and block.kind == "bullet":
            bullets.append(block)
            continue
        if bullets:
            _list_length(len(bullets), bullets[0].passage.line, level, notes)
            bullets = []
        if block is not None and block.kind == "paragraph":
            most, count = PARAGRAPH_SENTENCES[level], len(block.sentences)
            if count > most:
                what = f"a paragraph has {count} sentences, {most} are allowed"
                notes.add("R02", block.passage.line, what, "begin a new paragraph or a list")


def _list_length(count: int, line: int, level: str, notes: Notes) -> None:
    if count > LIST_BULLETS[level]:
        what = f"a list has {count} bullets, {LIST_BULLETS[level]} are allowed"
        notes.add("R03", line, what, "group the bullets under two headings, or drop some")
    elif count < FEWEST_BULLETS:
        what = f"a list has only {count} bullets"
        notes.add("R03", line, what, "write it as a sentence", warning=True)
