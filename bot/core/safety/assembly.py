"""From rule files and examples to a plan, which can be stored, and on to the parts that read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from bot.core.safety.context import Compiled, compiled, union
from bot.core.safety.examples import Examples
from bot.core.safety.index import PatternIndex, index
from bot.core.safety.kinds import Certainty, Kind, RefusalKind
from bot.core.safety.learnt import Learnt, Nets, learn
from bot.core.safety.lexicon import Lexicon, Manner, Vocabulary
from bot.core.safety.patterns import Spellings
from bot.core.safety.rules import FRAMES, Rule, RuleFile

_RANK = {kind: rank for rank, kind in enumerate((*Kind, *RefusalKind))}


@dataclass(frozen=True, slots=True)
class Locale:
    """One rule file without its patterns: the names of its labels, and its rules."""

    locale: str
    concepts: tuple[str, ...]
    frames: tuple[str, ...]
    hints: tuple[str, ...]
    rules: tuple[Rule, ...]

    def bits(self, used: int) -> dict[str, int]:
        """Return the label bit of each name, the first `used` bits being taken."""
        frames = (f"frame {name}" for name in self.frames)
        hints = (f"hint {name}" for name in self.hints)
        names = (*self.concepts, *frames, "idiom", *hints)
        return {name: 1 << (used + at) for at, name in enumerate(names)}


@dataclass(frozen=True, slots=True)
class Writing:
    """How words are written, of all locales together; see `Manner`."""

    correct: tuple[str, ...]
    prefixes: tuple[str, ...]
    spellings: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is read, laid out and learnt; making it takes seconds, `assembled` none."""

    locales: tuple[Locale, ...]
    writing: Writing
    index: PatternIndex
    vocabulary: Vocabulary
    nets: Nets | None


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """All that reading a message takes; `dangers` and `refusals` in the order of looking."""

    locales: tuple[str, ...]
    lexicon: Lexicon
    anchors: int
    dangers: tuple[Compiled, ...]
    refusals: tuple[Compiled, ...]
    learnt: Learnt | None


def planned(files: Iterable[RuleFile], examples: Mapping[str, Examples] | None = None) -> Plan:
    """Lay out the rules' patterns; with examples, learn the nets that catch what rules miss."""
    files = tuple(files)
    locales = tuple(
        Locale(
            file.locale, tuple(file.concepts), tuple(file.frames), tuple(file.hints), file.rules
        )
        for file in files
    )
    patterns: list[tuple[str, int]] = []
    spellings: dict[str, tuple[str, ...]] = {}
    for file, bit in zip(files, _bits(locales), strict=True):
        for heading, table in (
            ("", file.concepts),
            ("frame ", file.frames),
            ("hint ", file.hints),
            ("", {"idiom": file.idioms}),
        ):
            for name, words in table.items():
                patterns += [(word, bit[heading + name]) for word in words]
        for word, variants in file.spellings.items():
            spellings[word] = (*spellings.get(word, ()), *variants)
    writing = Writing(
        tuple(word for file in files for word in file.correct),
        tuple(word for file in files for word in file.prefixes),
        spellings,
    )
    found = index(patterns, Spellings(spellings))
    plan = Plan(locales, writing, found, Vocabulary(), None)
    if not examples or not any(one.danger for one in examples.values()):
        return plan
    parts = assembled(plan)
    hints = [
        union(bit, (f"hint {name}" for name in one.hints))
        for one, bit in zip(locales, _bits(locales), strict=True)
    ]
    every = (one.rule for one in (*parts.dangers, *parts.refusals))
    least = {file.locale: file.resembles_danger for file in files}
    nets = learn(parts.lexicon, hints, every, examples, least)
    return Plan(locales, writing, found, plan.vocabulary, nets)


def assembled(plan: Plan) -> Parts:
    """Return the parts that the plan describes."""
    idioms: dict[int, int] = {}
    rules: list[Compiled] = []
    bits = _bits(plan.locales)
    # A rule's words may stand in a sentence of another language, with that language's frames and
    # idioms: "suicid" is five languages' word.
    frames = {
        f"frame {name}": reduce(or_, (bit.get(f"frame {name}", 0) for bit in bits), 0)
        for name in FRAMES
    }
    concepts = reduce(
        or_, (union(bit, one.concepts) for one, bit in zip(plan.locales, bits, strict=True)), 0
    )
    for one, bit in zip(plan.locales, bits, strict=True):
        idioms[bit["idiom"]] = concepts
        rules += [compiled(rule, bit | frames) for rule in one.rules]
    writing = plan.writing
    manner = Manner(writing.correct, writing.prefixes, writing.spellings)
    anchors = 0
    for rule in rules:
        anchors |= rule.anchor
    return Parts(
        tuple(one.locale for one in plan.locales),
        Lexicon(plan.index, manner, idioms, plan.vocabulary),
        anchors,
        tuple(sorted((one for one in rules if one.rule.certainty), key=_danger_order)),
        tuple(
            sorted(
                (one for one in rules if not one.rule.certainty),
                key=lambda one: _RANK[one.rule.kind],
            )
        ),
        Learnt(plan.nets, plan.vocabulary) if plan.nets else None,
    )


def _bits(locales: Iterable[Locale]) -> list[dict[str, int]]:
    found: list[dict[str, int]] = []
    used = 0
    for one in locales:
        found.append(one.bits(used))
        used += len(found[-1])
    return found


def _danger_order(one: Compiled) -> tuple[bool, int]:
    return one.rule.certainty is not Certainty.CLEAR, _RANK[one.rule.kind]
