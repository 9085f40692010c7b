"""Triage rules as a clinician writes them in `locales/<locale>/triage.toml`, checked and typed.

The file's own header explains how to write one; here is what the program makes of it.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.safety.kinds import Certainty, Kind, RefusalKind
from bot.core.safety.patterns import Folded, PatternError, Spellings, parse
from bot.errors import Problem

__all__ = ["Certainty", "Kind", "RefusalKind", "Rule", "RuleFile", "RuleReader"]

FILE_NAME = "triage.toml"
REACHES = {"close": 6, "near": 12, "far": 40}
# Above this score a message resembles danger, unless its language's file says otherwise. Such
# scores are chosen by cross-validation on the examples, so that recall and false alarms are about
# alike in all languages, whose examples differ in number and difficulty.
RESEMBLES_DANGER = 0.3
FRAMES = ("negation", "hypothetical", "past", "information", "now")


@dataclass(frozen=True, slots=True)
class Rule:
    """One combination of concepts; concepts are names here and bits once loaded.

    `all[0]` is the anchor: the other concepts must stand within `reach` words of it, and
    negation and frames are looked for around it. `certainty` is None for a refusal.
    """

    locale: str
    name: str
    line: int
    kind: Kind | RefusalKind
    certainty: Certainty | None
    all: tuple[str, ...]
    any: tuple[tuple[str, ...], ...]
    none: tuple[str, ...]
    reach: int
    max_words: int
    negatable: bool
    framed: bool
    weak: bool
    hits: tuple[str, ...]
    softer: tuple[str, ...]
    traps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """The rules of one locale."""

    locale: str
    path: Path
    concepts: Mapping[str, tuple[str, ...]]
    frames: Mapping[str, tuple[str, ...]]
    idioms: tuple[str, ...]
    correct: tuple[str, ...]
    prefixes: tuple[str, ...]
    spellings: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    hints: Mapping[str, tuple[str, ...]]
    resembles_danger: float


_RULE_KEYS = {
    "kind": str,
    "certainty": str,
    "all": list,
    "any": list,
    "not": list,
    "reach": str,
    "max_words": int,
    "negatable": bool,
    "framed": bool,
    "weak": bool,
    "hits": list,
    "softer": list,
    "traps": list,
}


class RuleReader:
    """Reads one rule file; `problems` collects every fault, with its line and its cure."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.locale = path.parent.name
        self.problems: list[Problem] = []
        self._lines: list[str] = []
        self._folded = Folded()

    def read(self) -> RuleFile | None:
        """Return the rules, or None if the file has faults that are no mere warnings."""
        try:
            text = self.path.read_text(encoding="utf-8")
            data = tomllib.loads(text)
        except UnicodeDecodeError:
            self._fault(0, "triage-toml", "the file is not UTF-8", "save it as UTF-8")
            return None
        except tomllib.TOMLDecodeError as fault:
            found = re.search(r"line (\d+)", str(fault))
            line = int(found.group(1)) if found else 0
            self._fault(line, "triage-toml", f"not valid TOML: {fault}", "mend this line")
            return None
        self._lines = text.splitlines()
        known = {"text", "frames", "idioms", "spellings", "concepts", "hints", "rule", "refusal"}
        for name in data.keys() - known:
            self._fault(
                self._line(f"[{name}"),
                "triage-table",
                f"unknown table '{name}'",
                f"use one of {', '.join(sorted(known))}",
            )
        extra = data.get("text", {})
        concepts = self._lists(data, "concepts")
        frames = self._lists(data, "frames")
        for name in frames.keys() - set(FRAMES):
            self._fault(
                self._line(f"{name} ="),
                "triage-frame",
                f"unknown frame '{name}'",
                f"use one of {', '.join(FRAMES)}",
            )
        rules = tuple(self._rules(data, concepts))
        self._report_unused(concepts, rules)
        idioms = self._patterns("idioms", data.get("idioms", {}).get("phrases", []))
        read = RuleFile(
            self.locale,
            self.path,
            concepts,
            frames,
            idioms,
            tuple(extra.get("correct", ())),
            tuple(extra.get("prefixes", ())),
            self._spellings(data),
            rules,
            self._lists(data, "hints"),
            self._threshold(extra.get("resembles_danger", RESEMBLES_DANGER)),
        )
        return None if any(not problem.warning for problem in self.problems) else read

    def _fault(self, line: int, rule: str, what: str, cure: str, *, warning: bool = False) -> None:
        self.problems.append(Problem(self.path, line, rule, what, cure, warning))

    def _line(self, start: str) -> int:
        for number, line in enumerate(self._lines, 1):
            if line.startswith(start):
                return number
        return 0

    def _threshold(self, given: object) -> float:
        if isinstance(given, float):
            return given
        self._fault(
            self._line("resembles_danger"),
            "triage-threshold",
            "'resembles_danger' is not a number with a point",
            f"write it as resembles_danger = {RESEMBLES_DANGER}, or delete it",
        )
        return RESEMBLES_DANGER

    def _lists(self, data: Mapping[str, Any], table: str) -> dict[str, tuple[str, ...]]:
        return {
            name: self._patterns(name, patterns) for name, patterns in data.get(table, {}).items()
        }

    def _spellings(self, data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        spellings = self._lists(data, "spellings")
        try:
            Spellings(spellings)
        except PatternError as fault:
            line = self._line("[spellings]")
            self._fault(line, "triage-spelling", str(fault), "give variants of one or two words")
        return spellings

    def _patterns(self, name: str, patterns: object) -> tuple[str, ...]:
        if not isinstance(patterns, list) or not all(isinstance(one, str) for one in patterns):
            self._fault(
                self._line(f"{name} ="),
                "triage-concept",
                f"'{name}' is not a list of words in quotes",
                'write it as name = ["word", "other word"]',
            )
            return ()
        for pattern in patterns:
            try:
                parse(pattern, folded=self._folded)
            except PatternError as fault:
                self._fault(
                    self._line(f"{name} ="),
                    "triage-pattern",
                    f"'{pattern}' in '{name}' matches nothing: {fault}",
                    "write words, stem*, *ending, #number or ~ between words",
                )
        return tuple(patterns)

    def _rules(self, data: Mapping[str, Any], concepts: Mapping[str, object]) -> Iterable[Rule]:
        for name, table in data.get("rule", {}).items():
            if rule := self._rule(name, table, self._line(f"[rule.{name}]"), concepts, None):
                yield rule
        for kind, tables in data.get("refusal", {}).items():
            for name, table in tables.items():
                line = self._line(f"[refusal.{kind}.{name}]")
                if rule := self._rule(name, table, line, concepts, kind):
                    yield rule

    def _rule(
        self,
        name: str,
        table: Mapping[str, Any],
        line: int,
        concepts: Mapping[str, object],
        refusal: str | None,
    ) -> Rule | None:
        faults = list(_faults(table, concepts, refusal))
        for what, cure in faults:
            self._fault(line, "triage-rule", f"rule '{name}': {what}", cure)
        if faults:
            return None
        groups = table.get("any", [])
        if groups and isinstance(groups[0], str):
            groups = [groups]
        certainty = None if refusal else Certainty(table.get("certainty", "clear"))
        return Rule(
            locale=self.locale,
            name=name,
            line=line,
            kind=RefusalKind(refusal) if refusal else Kind(table["kind"]),
            certainty=certainty,
            all=tuple(table["all"]),
            any=tuple(tuple(group) for group in groups),
            none=tuple(table.get("not", ())),
            reach=REACHES[table.get("reach", "near")],
            max_words=table.get("max_words", 0),
            negatable=table.get("negatable", True),
            framed=table.get("framed", True),
            weak=table.get("weak", False),
            hits=tuple(table.get("hits", ())),
            softer=tuple(table.get("softer", ())),
            traps=tuple(table.get("traps", ())),
        )

    def _report_unused(self, concepts: Mapping[str, object], rules: Iterable[Rule]) -> None:
        used = {
            name
            for rule in rules
            for name in (*rule.all, *rule.none, *(one for group in rule.any for one in group))
        }
        for name in concepts.keys() - used:
            self._fault(
                self._line(f"{name} ="),
                "triage-unused",
                f"no rule uses the concept '{name}'",
                "use it in a rule or delete it",
                warning=True,
            )


def _faults(
    table: Mapping[str, Any], concepts: Mapping[str, object], refusal: str | None
) -> Iterable[tuple[str, str]]:
    yield from _key_faults(table)
    kinds = set(RefusalKind) if refusal else set(Kind)
    if (refusal or table.get("kind")) not in kinds:
        yield "kind is missing or unknown", f"use one of {', '.join(sorted(kinds))}"
    if table.get("certainty", "clear") not in set(Certainty):
        yield "certainty is unknown", "write clear or possible"
    if table.get("reach", "near") not in REACHES:
        yield "reach is unknown", f"use one of {', '.join(REACHES)}"
    if not table.get("all"):
        yield "'all' is missing", "name at least one concept; the most telling one first"
    if not table.get("hits"):
        yield "no example in 'hits'", "give at least one phrase the rule must catch"
    groups = table.get("any", [])
    flat = [one for group in groups for one in ([group] if isinstance(group, str) else group)]
    for name in (*table.get("all", ()), *flat, *table.get("not", ())):
        if name not in concepts:
            yield f"unknown concept '{name}'", "add it under [concepts] or correct the name"


def _key_faults(table: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        kind = _RULE_KEYS.get(key)
        if kind is None:
            yield f"unknown key '{key}'", f"use one of {', '.join(_RULE_KEYS)}"
        elif not isinstance(value, kind):
            yield f"'{key}' has the wrong type", f"write it as a {kind.__name__}"
