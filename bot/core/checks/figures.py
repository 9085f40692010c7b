"""Figures in a sentence: dose figures, which are for professionals, and numbers facts hold."""

import re
from collections.abc import Iterable

from bot.core.library import Fact

_FEW = "two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty"
_DIGITS = r"\d+(?:[.,]\d+)*"
_COUNT = rf"(?:{_DIGITS}|half an?|one|{_FEW})"
_SEVERAL = rf"(?:(?!1\b){_DIGITS}|{_FEW}|a couple of)"
_UNIT = r"(?:mg|mcg|µg|micrograms?|milligrams?|ml|millilit(?:re|er)s?|grams?)"
_PIECE = r"(?:tablets?|pills?|capsules?|drops?|(?:tea)?spoons?(?:ful)?|puffs?)"
_FORM = rf"(?:{_PIECE}|doses?|times)"
_EVERY = r"(?:a|per|each|every)\s+(?:day|night|morning|evening|week|hour)"
DOSE = re.compile(
    rf"\b{_COUNT}(?:\s*(?:to|-|–)\s*{_COUNT})?\s*(?:-\s*)?{_UNIT}\b"
    rf"|\b(?:an?|{_COUNT})\s+{_FORM}\s+(?:{_EVERY}|daily|at\s+(?:night|bedtime))"
    rf"|\b(?:once|twice|{_COUNT}\s+times)\s+(?:a\s+day|daily)\b"
    rf"|\bevery\s+{_COUNT}\s+(?:hours?)\b"
    rf"|\b(?:half|quarter|third)s?\s+(?:of\s+)?(?:an?\s+|the\s+|your\s+)?{_PIECE}\b"
    rf"|\b{_SEVERAL}\s+(?:or\s+{_SEVERAL}\s+)?{_PIECE}\b"
    rf"|\b{_COUNT}\s*(?:%|per ?cent|percent)\s+(?:every|per|each|a)\s+(?:\w+\s+){{0,2}}"
    r"(?:days?|weeks?|months?)\b",
    re.IGNORECASE,
)
"""A dose figure, in digits or words; one tablet alone is none ("even one tablet")."""

_NUMBER = re.compile(_DIGITS)
# "out of 100" is how the house writes every frequency.
_ALWAYS_ALLOWED = frozenset({"100"})


def numbers(text: str) -> list[str]:
    """Return the numbers of a text as written, without the comma of thousands."""
    return [number.replace(",", "") for number in _NUMBER.findall(text)]


def stated(facts: Iterable[Fact], *, plainly: bool = False) -> set[str]:
    """Return the numbers that facts hold.

    With `plainly` the notes of facts that have a plain wording do not count: such a figure is
    told as `plain` or the table of counts has it.
    """
    texts: list[str] = []
    for fact in facts:
        texts.append(fact.plain or "")
        if not (plainly and fact.plain):
            texts += [fact.note, fact.strength or ""]
        for counts in fact.numbers:
            texts += [str(value) for value in counts.model_dump().values() if value is not None]
    found = {number for text in texts for number in numbers(text)}
    return found | {number.removesuffix(".0") for number in found} | _ALWAYS_ALLOWED
