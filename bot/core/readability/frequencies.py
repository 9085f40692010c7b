"""Rule R08: how often something happens, said the same way throughout a unit."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.core.readability.findings import Notes
from bot.core.readability.rules import ReadingRules
from bot.core.readability.words import Block, Sentence, Word

_SIGNS: Final = frozenset("%٪‰")
_LONGEST_NUMBER: Final = 40
_LOOSE: Final = 2
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def lint_frequencies(
    blocks: Sequence[Block],
    rules: ReadingRules,
    level: str,
    notes: Notes,
) -> None:
    """R08: whole numbers out of one denominator, and no per cent in simple text."""
    denominators: dict[float, Sentence] = {}
    cure = "say how many out of 100, in whole numbers"
    for block in blocks:
        if level == "simple" and not _SIGNS.isdisjoint(block.text):
            notes.add("R08", block.passage.line, "a per cent sign in simple text", cure)
        for sentence in block.sentences:
            if level == "simple":
                for hit in rules.frequency.percent.find(sentence.words):
                    what = f"“{sentence.said(hit)}” in simple text"
                    notes.add("R08", sentence.line, what, cure)
            for part, whole in _frequencies(sentence.words, rules):
                denominators.setdefault(whole, sentence)
                if part != int(part):
                    notes.add("R08", sentence.line, f"{part:g} out of {whole:g}", cure)
                if whole != 100 and not (whole == 1000 and part < 10):  # noqa: PLR2004
                    what = f"{part:g} out of {whole:g}"
                    notes.add("R08", sentence.line, what, cure, warning=True)
    if len(denominators) > 1:
        used = ", ".join(f"{whole:g}" for whole in denominators)
        line = list(denominators.values())[1].line
        notes.add("R08", line, f"frequencies out of {used} in one unit", "use one, best 100")


def _frequencies(words: Sequence[Word], rules: ReadingRules) -> Iterator[tuple[float, float]]:
    frequency = rules.frequency
    for hit in frequency.connectors.find(words):
        if hit.end >= len(words) or words[hit.end].pause:
            continue
        whole = _value(words[hit.end], rules)
        reach = 1 + _LOOSE * (hit.note == "loose")
        before = [_value(word, rules) for word in words[max(0, hit.start - reach) : hit.start]]
        part = next((value for value in reversed(before) if value is not None), None)
        if hit.note == "strict" and _YEAR.fullmatch(words[hit.end].key):
            continue
        unit = hit.end + 1 < len(words) and words[hit.end + 1] in frequency.units
        if part is not None and whole is not None and not unit and part <= whole:
            yield part, whole


def _value(word: Word, rules: ReadingRules) -> float | None:
    """Return the number a word stands for; of a range the upper end, None if it is no number."""
    if not word.is_number:
        return rules.frequency.numbers.get(word.key)
    digits = word.key.replace("–", "-").rpartition("-")[2]
    head, *groups = digits.replace(",", ".").split(".")
    if len(digits) > _LONGEST_NUMBER or not all(part.isdecimal() for part in (head, *groups)):
        return None
    if groups and head != "0" and all(len(group) == len("000") for group in groups):
        return float("".join((head, *groups)))
    return float(f"{head}.{groups[0]}") if len(groups) == 1 else None if groups else float(head)
