"""A locale's reading rules: limits and word lists from locales/<locale>/reading.toml.

The file is data for editors; loading it checks every key and type and names each fault.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from bot.core.readability import syllables
from bot.core.readability.findings import LEVELS
from bot.core.readability.formulas import FORMULAS
from bot.core.readability.words import Lexicon, fold
from bot.errors import ContentError, Problem

_RULE: Final = "reading.toml"
_T = TypeVar("_T")
_CURE: Final = "see locales/en/reading.toml for the shape"


class FormulaLimit(NamedTuple):
    """A formula's limit at each level, and how far the unmasked value may miss it."""

    formula: str
    at_most: bool
    levels: Mapping[str, float]
    raw_slack: float

    def miss(self, value: float, level: str) -> float:
        """Return how far a value is on the wrong side of the limit; 0 or less is inside."""
        over = value - self.levels[level]
        return over if self.at_most else -over


class SentenceLimit(NamedTuple):
    """The longest mean and the longest single sentence, in words."""

    mean: float
    longest: float


class Passive(NamedTuple):
    """A passive: a participle up to `before` words after an auxiliary or `after` before it.

    Without auxiliaries the participle alone is the sign.
    """

    auxiliaries: Lexicon
    participle: re.Pattern[str]
    exceptions: Lexicon
    before: int
    after: int


class Frequency(NamedTuple):
    """How the locale writes "x out of 100".

    `loose` connectors may have up to two words between the number and themselves ("5 people out
    of 100"), `strict` ones none. `units` after the second number make it no frequency ("1 in 24
    hours").
    """

    connectors: Lexicon
    units: Lexicon
    numbers: Mapping[str, float]
    percent: Lexicon


class Orders(NamedTuple):
    """Orders about a medicine: phrases at the start of a clause or after a lead-in word.

    A frame word before them in the clause (not, before, how) makes them no order; with
    `negation_follows` so does a negation behind them.
    """

    phrases: Lexicon
    leads: Lexicon
    frames: Lexicon
    negation_follows: bool


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """Everything a locale's units are measured against."""

    locale: str
    house: bool
    formulas: tuple[FormulaLimit, ...]
    sentence: Mapping[str, SentenceLimit]
    min_sentences: int
    min_words: int
    mask: Lexicon
    titles: frozenset[str]
    abbreviations: frozenset[str]
    refused: Lexicon
    slashes: tuple[str, ...]
    banned: Lexicon
    idioms: Lexicon
    blame: Lexicon
    fear: Lexicon
    hype: Lexicon
    duty: Lexicon
    clauses: Lexicon
    negations: Lexicon
    double_negations: Lexicon
    reader: Lexicon
    reader_pattern: re.Pattern[str]
    orders: Orders
    passive: Passive
    frequency: Frequency


def load_rules(path: Path) -> ReadingRules:
    """Read a reading.toml; ContentError names every missing, unknown or wrongly typed key."""
    try:
        source = path.read_text(encoding="utf-8")
        data = tomllib.loads(source)
    except (OSError, UnicodeDecodeError) as error:
        what = f"cannot be read ({type(error).__name__})"
        raise ContentError([Problem(path, 0, _RULE, what, _CURE)]) from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        at = int(line[1]) if line else source.count("\n") + 1
        raise ContentError([Problem(path, at, _RULE, f"not TOML: {error}", _CURE)]) from None
    problems: list[Problem] = []
    rules = _rules(_Table(path, source, data, problems))
    if problems:
        raise ContentError(problems)
    return rules


class _Table:
    """A TOML table that hands out values of the wanted type and notes what is wrong."""

    def __init__(
        self,
        path: Path,
        source: str,
        data: Mapping[str, Any],
        problems: list[Problem],
        name: str = "",
    ) -> None:
        self._path, self._source, self._data = path, source, data
        self._problems, self._name, self._used = problems, name, set[str]()

    def keys(self) -> tuple[str, ...]:
        return tuple(self._data)

    def text(self, key: str) -> str:
        value = self._take(key)
        return value if isinstance(value, str) else self._wrong(key, "a text", "")

    def flag(self, key: str) -> bool:
        value = self._take(key)
        return value if isinstance(value, bool) else self._wrong(key, "true or false", False)

    def number(self, key: str) -> float:
        value = self._take(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9:  # noqa: PLR2004
            return float(value)
        return self._wrong(key, "a number", 0.0)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key)
        if isinstance(value, list) and all(
            isinstance(item, str) and item.strip() for item in value
        ):
            return tuple(value)
        return self._wrong(key, "a list of texts", ())

    def phrases(self, key: str) -> Lexicon:
        return Lexicon(self.texts(key))

    def cures(self, key: str) -> Lexicon:
        table = self.table(key)
        return Lexicon({entry: table.text(entry) for entry in table.keys()})  # noqa: SIM118

    def pattern(self, key: str) -> re.Pattern[str]:
        try:
            return re.compile(self.text(key))
        except re.error as error:
            return self._wrong(key, f"a pattern ({error})", re.compile(r"(?!)"))

    def table(self, key: str) -> "_Table":
        value = self._take(key)
        if not isinstance(value, dict):
            value = self._wrong(key, "a table", {})
        name = f"{self._name}.{key}".removeprefix(".")
        return _Table(self._path, self._source, value, self._problems, name)

    def finish(self) -> None:
        """Note the keys nobody asked for: most are misspelt."""
        for key in self._data.keys() - self._used:
            self.fault(key, f"unknown key {self._label(key)}")

    def fault(self, key: str, what: str) -> None:
        found = re.compile(rf'\[?(?:[\w.]*\.)?"?{re.escape(key)}"?\s*[=\]]')
        lines = enumerate(self._source.splitlines(), start=1)
        line = next((number for number, text in lines if found.match(text.strip())), 0)
        self._problems.append(Problem(self._path, line, _RULE, what, _CURE))

    def _label(self, key: str) -> str:
        return f"{self._name}.{key}".removeprefix(".")

    def _take(self, key: str) -> object:
        self._used.add(key)
        return self._data.get(key)

    def _wrong(self, key: str, wanted: str, default: _T) -> _T:
        state = "has the wrong type" if key in self._data else "is missing"
        self.fault(key, f"{self._label(key)} {state}: it must be {wanted}")
        return default


def _rules(top: _Table) -> ReadingRules:
    locale = top.text("locale")
    sample, words, numbers = top.table("min_sample"), top.table("words"), top.table("frequency")
    short, orders, passive = top.table("abbreviations"), top.table("orders"), top.table("passive")
    reader, sentence = top.table("reader"), top.table("sentence")
    rules = ReadingRules(
        locale=locale,
        house=top.flag("house"),
        formulas=_formulas(top.table("formula"), locale),
        sentence={level: _sentence(sentence.table(level)) for level in LEVELS},
        min_sentences=int(sample.number("sentences")),
        min_words=int(sample.number("words")),
        mask=top.phrases("mask"),
        titles=frozenset(fold(title) for title in short.texts("titles")),
        abbreviations=frozenset(fold(entry) for entry in short.texts("allowed")),
        refused=short.phrases("refused"),
        slashes=tuple(fold(entry) for entry in short.texts("slashes")),
        banned=words.cures("banned"),
        idioms=words.cures("idioms"),
        blame=words.cures("blame"),
        fear=words.cures("fear"),
        hype=words.cures("hype"),
        duty=words.phrases("duty"),
        clauses=words.phrases("clauses"),
        negations=words.phrases("negations"),
        double_negations=words.phrases("double_negations"),
        reader=reader.phrases("words"),
        reader_pattern=reader.pattern("pattern"),
        orders=Orders(
            orders.phrases("phrases"),
            orders.phrases("leads"),
            orders.phrases("frames"),
            orders.flag("negation_follows"),
        ),
        passive=Passive(
            passive.phrases("auxiliaries"),
            passive.pattern("participle"),
            passive.phrases("exceptions"),
            int(passive.number("before")),
            int(passive.number("after")),
        ),
        frequency=_frequency(numbers),
    )
    for table in (top, sample, words, numbers, short, orders, passive, reader, sentence):
        table.finish()
    return rules


def _formulas(table: _Table, locale: str) -> tuple[FormulaLimit, ...]:
    limits = []
    for name in table.keys():  # noqa: SIM118
        formula, entry = FORMULAS.get(name), table.table(name)
        if formula is None:
            table.fault(name, f"no formula is called {name}; there are {', '.join(FORMULAS)}")
        elif formula.by_syllables and locale not in syllables.LOCALES:
            table.fault(name, f"{name} needs syllables, which are not counted in {locale!r}")
        side = entry.text("limit")
        if side not in {"at most", "at least"}:
            entry.fault("limit", f'formula.{name}.limit must be "at most" or "at least"')
        levels = {level: entry.number(level) for level in LEVELS}
        limits.append(FormulaLimit(name, side == "at most", levels, entry.number("raw_slack")))
        entry.finish()
    return tuple(limits)


def _sentence(table: _Table) -> SentenceLimit:
    limit = SentenceLimit(table.number("mean"), table.number("longest"))
    table.finish()
    return limit


def _frequency(table: _Table) -> Frequency:
    numbers = table.table("numbers")
    connectors = dict.fromkeys(table.texts("strict"), "strict")
    connectors |= dict.fromkeys(table.texts("loose"), "loose")
    return Frequency(
        Lexicon(connectors),
        table.phrases("units"),
        {fold(word): numbers.number(word) for word in numbers.keys()},  # noqa: SIM118
        table.phrases("percent"),
    )
