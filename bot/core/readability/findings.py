"""What the reading rules are called, how hard each one is, and the shape of one finding."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bot.errors import Problem

_QUOTE: Final = 80
LEVELS: Final = ("simple", "standard", "detailed")

RULES: Final[dict[str, str]] = {
    "F01": "The unit's reading formula, listed terms masked, stays inside the level's limit; "
    "a miss smaller than the formula's own sampling error warns, a larger one fails.",
    "F02": "The formula without masking may miss the limit only by the locale's raw_slack, "
    "so that masking cannot hide a text full of jargon.",
    "F03": "At most 8 different terms of a unit are masked, and at most 8 % of its words.",
    "R01": "Sentences are short: a mean and a longest length per locale and level; "
    "in an urgent block no sentence has more than 10 words.",
    "R02": "A paragraph has at most 3 (simple), 4 (standard) or 5 (detailed) sentences.",
    "R03": "A list has at least 3 bullets (fewer warns) and at most 6, 7 or 9.",
    "R04": "A unit has at most 150, 300 or 600 words (professionals 1,200); "
    "its first message at most 60, 90 or 120.",
    "R05": "Few sentences are passive: at most 5, 15 or 30 of 100 (found by pattern, warns).",
    "R06": "Jargon of the banned list gives way to its plain word; "
    "in standard text it may stand if the unit defines it.",
    "R08": "Frequencies are whole numbers out of one denominator per unit, best 100 "
    "(1,000 for less than 1 in 100); simple text has no per cent.",
    "R10": "At most one negation in a sentence, and none negated again.",
    "R11": "At least one sentence in three speaks to the reader.",
    "R13": "An abbreviation is on the allowed list or written out in the unit.",
    "R14": "No nested brackets, semicolon or and/or; no word of more than 3 letters in capitals.",
    "R19": "No idiom of the locale's list.",
    "R20": "In simple text at most one clause marker (although, unless ...) per 5 sentences.",
    "T01": "No word that blames the reader.",
    "T02": "No word that frightens instead of informing.",
    "T03": "No word that advertises.",
    "T04": "No should or must, except in urgent blocks, headings and questions.",
    "T05": "No order to take, change or stop a medicine; that is for reader and prescriber.",
}
"""Rule id -> the rule in one line; content/README.md lists these."""

Severity = Literal["error", "warn", "off"]

_ALWAYS: Final[tuple[Severity, Severity, Severity]] = ("error", "error", "error")
_HINT: Final[tuple[Severity, Severity, Severity]] = ("warn", "warn", "warn")

_SEVERITY: Final[dict[str, tuple[Severity, Severity, Severity]]] = {
    "R05": _HINT,
    "R06": ("error", "error", "warn"),
    "R08": ("error", "error", "warn"),
    "R10": ("error", "warn", "off"),
    "R11": _HINT,
    "R13": ("error", "error", "warn"),
    "R14": ("error", "warn", "off"),
    "R19": _HINT,
    "R20": ("warn", "off", "off"),
    "T04": ("error", "warn", "warn"),
}


def severity(rule: str, level: str) -> Severity:
    """Return how hard a rule of RULES is at a level: error, warn or off."""
    return _SEVERITY.get(rule, _ALWAYS)[LEVELS.index(level)]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One broken rule; `line` is the line its passage was given, 0 the unit as a whole."""

    line: int
    rule: str
    what: str
    cure: str
    warning: bool = False

    def problem(self, file: Path) -> Problem:
        """Return the finding as a Problem of that file."""
        return Problem(file, self.line, self.rule, self.what, self.cure, self.warning)


class Notes:
    """Collects findings; the same fault again is counted, not repeated."""

    def __init__(self, level: str) -> None:
        self._level = level
        self._found: dict[tuple[str, str], tuple[int, str, bool, int]] = {}

    def add(self, rule: str, line: int, what: str, cure: str, *, warning: bool = False) -> None:
        """Note a fault at the severity of rule and level, or as a warning at most."""
        hardness = severity(rule, self._level)
        if hardness == "off":
            return
        key = (rule, what)
        first, times = (
            (self._found[key][0], self._found[key][3]) if key in self._found else (line, 0)
        )
        self._found[key] = (first, cure, warning or hardness == "warn", times + 1)

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings in the order of their lines."""
        return tuple(
            sorted(
                Finding(
                    line, rule, what if times == 1 else f"{what} ({times} times)", cure, warning
                )
                for (rule, what), (line, cure, warning, times) in self._found.items()
            ),
        )


def quote(text: str) -> str:
    """Return the beginning of a text, fit for one line of a report."""
    short = " ".join(text[: _QUOTE * 2].split())
    return f"“{short[:_QUOTE]}…”" if len(short) > _QUOTE else f"“{short}”"
