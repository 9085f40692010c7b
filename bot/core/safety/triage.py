"""Reads a message for danger, and for requests that the bot must refuse.

Pure and linear: every rule of every locale looks at every message. The rules themselves
are data (`bot.core.safety.rules`); nothing here knows a language.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.safety.lexicon import Lexicon, Scan
from bot.core.safety.patterns import Spellings
from bot.core.safety.rules import (
    FILE_NAME,
    REACHES,
    Certainty,
    Kind,
    RefusalKind,
    Rule,
    RuleFile,
    RuleReader,
)
from bot.errors import ContentError, Problem

_NEGATION_REACH = 4
_KIND_RANK = {kind: rank for rank, kind in enumerate(Kind)}
_REFUSAL_RANK = {kind: rank for rank, kind in enumerate(RefusalKind)}


@dataclass(frozen=True, slots=True)
class Finding:
    """Danger that a rule sees in a message."""

    kind: Kind
    certainty: Certainty
    locale: str
    rule: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that the bot must not answer."""

    kind: RefusalKind
    locale: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Bits:
    """A rule as bit masks; `frames` and `negation` are those of its locale."""

    rule: Rule
    anchor: int
    need: int
    groups: tuple[int, ...]
    barred: int
    frames: int
    now: int
    negation: int


class _Context:
    """What surrounds each position of one message; windows are made when first asked for."""

    def __init__(self, scan: Scan, anchors: int) -> None:
        self.scan = scan
        self.total = 0
        self.steps = 0
        self.places: dict[int, list[int]] = {}
        self._sentences: dict[int, int] = {}
        self._windows: dict[int, list[int]] = {}
        for at, bits in enumerate(scan.labels):
            if not bits:
                continue
            self.total |= bits
            number = scan.sentence[at]
            self._sentences[number] = self._sentences.get(number, 0) | bits
            found = bits & anchors
            while found:
                lowest = found & -found
                self.places.setdefault(lowest, []).append(at)
                found ^= lowest

    def around(self, at: int, reach: int) -> int:
        """Return the bits of all positions at most `reach` away."""
        windows = self._windows.get(reach)
        if windows is None:
            windows = self._windows[reach] = _slide(self.scan.labels, reach)
        return windows[at]

    def softened(self, bits: _Bits, at: int) -> bool:
        """Tell whether the danger at this position is denied, imagined, past or asked about."""
        scan = self.scan
        if bits.rule.negatable:
            for before in range(max(0, at - _NEGATION_REACH), at):
                if scan.labels[before] & bits.negation and scan.clause[before] == scan.clause[at]:
                    return True
        if not bits.rule.framed:
            return False
        near = self.around(at, REACHES["near"]) & self._sentences[scan.sentence[at]]
        return bool(near & bits.frames) and not near & bits.now

    def fires(self, bits: _Bits) -> Iterator[int]:
        """Yield the positions of the rule's anchor at which the whole rule holds."""
        rule = bits.rule
        if self.total & bits.need != bits.need:
            return
        if rule.max_words and self.scan.words > rule.max_words:
            return
        for at in self.places[bits.anchor]:
            self.steps += 1
            here = self.around(at, rule.reach)
            if (
                here & bits.need == bits.need
                and not here & bits.barred
                and all(here & group for group in bits.groups)
            ):
                yield at


class Triage:
    """All rules of all locales, ready to read messages; safe to share between threads."""

    def __init__(self, files: Iterable[RuleFile]) -> None:
        patterns: list[tuple[str, int]] = []
        idioms: dict[int, int] = {}
        correct: list[str] = []
        prefixes: list[str] = []
        spellings: dict[str, tuple[str, ...]] = {}
        rules: list[_Bits] = []
        used = 0
        self._paths: dict[str, Path] = {}
        for file in files:
            names = [*file.concepts, *(f"frame {name}" for name in file.frames), "idiom"]
            bit = {name: 1 << (used + at) for at, name in enumerate(names)}
            used += len(names)
            for name, words in file.concepts.items():
                patterns += [(word, bit[name]) for word in words]
            for name, words in file.frames.items():
                patterns += [(word, bit[f"frame {name}"]) for word in words]
            patterns += [(phrase, bit["idiom"]) for phrase in file.idioms]
            idioms[bit["idiom"]] = _union(bit, file.concepts)
            correct += file.correct
            prefixes += file.prefixes
            for word, variants in file.spellings.items():
                spellings[word] = (*spellings.get(word, ()), *variants)
            rules += [_bits(rule, bit) for rule in file.rules]
            self._paths[file.locale] = file.path
        self._lexicon = Lexicon(
            patterns,
            idioms=idioms,
            correct=correct,
            prefixes=prefixes,
            spellings=Spellings(spellings),
        )
        self._anchors = 0
        for one in rules:
            self._anchors |= one.anchor
        self._dangers = sorted((r for r in rules if r.rule.certainty), key=_danger_order)
        self._refusals = sorted(
            (r for r in rules if isinstance(r.rule.kind, RefusalKind)),
            key=lambda one: _REFUSAL_RANK[RefusalKind(one.rule.kind)],
        )

    @classmethod
    def load(cls, locales_dir: Path) -> "Triage":
        """Read `triage.toml` of every locale that has one.

        Raises ContentError with every fault found, each with file, line, rule and cure.
        """
        problems: list[Problem] = []
        files: list[RuleFile] = []
        for path in sorted(locales_dir.glob(f"*/{FILE_NAME}")):
            reader = RuleReader(path)
            if file := reader.read():
                files.append(file)
            problems += [problem for problem in reader.problems if not problem.warning]
        if problems:
            raise ContentError(problems)
        return cls(files)

    @classmethod
    def check(cls, locales_dir: Path) -> tuple[Problem, ...]:
        """Return all faults and warnings: of the files, else of the rules' own examples."""
        readers = [RuleReader(path) for path in sorted(locales_dir.glob(f"*/{FILE_NAME}"))]
        files = [reader.read() for reader in readers]
        problems = [problem for reader in readers for problem in reader.problems]
        whole = [file for file in files if file]
        if len(whole) == len(files):
            problems += cls(whole).example_problems()
        return tuple(sorted(problems))

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales that have rules."""
        return tuple(self._paths)

    def read(self, text: str) -> Finding | None:
        """Return the most dangerous finding over all locales, clear before possible."""
        context = _Context(self._lexicon.scan(text), self._anchors)
        best: Finding | None = None
        for bits in self._dangers:
            found = _find(bits, context)
            if found is None:
                continue
            if found.certainty is Certainty.CLEAR:
                return found
            if best is None or _KIND_RANK[found.kind] < _KIND_RANK[best.kind]:
                best = found
        return best

    def refusal(self, text: str) -> Refusal | None:
        """Return why a request must be refused; ask `read` first, danger goes before."""
        context = _Context(self._lexicon.scan(text), self._anchors)
        for bits in self._refusals:
            if any(True for _ in context.fires(bits)):
                return _refuse(bits)
        return None

    def explain(self, text: str) -> tuple[Finding | Refusal, ...]:
        """Return what every rule that fires has to say, for maintainers and tests."""
        context = _Context(self._lexicon.scan(text), self._anchors)
        findings = [found for bits in self._dangers if (found := _find(bits, context))]
        refusals = [
            _refuse(bits) for bits in self._refusals if any(True for _ in context.fires(bits))
        ]
        return (*findings, *refusals)

    def steps(self, text: str) -> int:
        """Return how many places rules looked at for this text: the measure of its cost."""
        scan = self._lexicon.scan(text)
        context = _Context(scan, self._anchors)
        for bits in (*self._dangers, *self._refusals):
            for _ in context.fires(bits):
                pass
        return context.steps + len(scan.labels)

    def example_problems(self) -> tuple[Problem, ...]:
        """Run the examples that stand beside each rule; return those that do not hold."""
        return tuple(
            Problem(
                self._paths[bits.rule.locale],
                bits.rule.line,
                "triage-example",
                f"rule '{bits.rule.name}': {what}",
                "change the rule's concepts or the example",
            )
            for bits in (*self._dangers, *self._refusals)
            for what in self._broken_examples(bits)
        )

    def _broken_examples(self, bits: _Bits) -> Iterator[str]:
        rule = bits.rule
        expected = (
            (rule.hits, rule.certainty or "refuse"),
            (rule.softer, Certainty.POSSIBLE),
            (rule.traps, None),
        )
        for examples, wanted in expected:
            for text in examples:
                context = _Context(self._lexicon.scan(text), self._anchors)
                if rule.certainty is None:
                    got = "refuse" if any(True for _ in context.fires(bits)) else None
                else:
                    found = _find(bits, context)
                    got = found.certainty if found else None
                if got != wanted:
                    yield f"'{text}' gives {got or 'nothing'}, not {wanted or 'nothing'}"


def _find(bits: _Bits, context: _Context) -> Finding | None:
    rule = bits.rule
    soft = False
    for at in context.fires(bits):
        if rule.certainty is Certainty.CLEAR and not context.softened(bits, at):
            return Finding(Kind(rule.kind), Certainty.CLEAR, rule.locale, rule.name)
        soft = True
        if rule.certainty is Certainty.POSSIBLE:
            break
    if not soft:
        return None
    return Finding(Kind(rule.kind), Certainty.POSSIBLE, rule.locale, rule.name)


def _refuse(bits: _Bits) -> Refusal:
    return Refusal(RefusalKind(bits.rule.kind), bits.rule.locale, bits.rule.name)


def _danger_order(bits: _Bits) -> tuple[bool, int]:
    return bits.rule.certainty is not Certainty.CLEAR, _KIND_RANK[Kind(bits.rule.kind)]


def _union(bit: Mapping[str, int], names: Iterable[str]) -> int:
    union = 0
    for name in names:
        union |= bit.get(name, 0)
    return union


def _bits(rule: Rule, bit: Mapping[str, int]) -> _Bits:
    return _Bits(
        rule,
        anchor=bit[rule.all[0]],
        need=_union(bit, rule.all),
        groups=tuple(_union(bit, group) for group in rule.any),
        barred=_union(bit, rule.none),
        frames=_union(bit, ("frame hypothetical", "frame past", "frame information")),
        now=_union(bit, ("frame now",)),
        negation=_union(bit, ("frame negation",)),
    )


def _slide(labels: list[int], reach: int) -> list[int]:
    """Return, for each position, the union of all labels at most `reach` positions away."""
    size = 2 * reach + 1
    padded = [0] * reach + labels + [0] * (reach + size)
    left, right = padded[:], padded[:]
    for at in range(1, len(padded)):
        if at % size:
            left[at] |= left[at - 1]
    for at in range(len(padded) - 2, -1, -1):
        if (at + 1) % size:
            right[at] |= right[at + 1]
    return [right[at] | left[at + size - 1] for at in range(len(labels))]
