"""Reads a message for danger, and for requests that the bot must refuse.

Pure and linear: every rule of every locale looks at every message, and where none fires a net
learnt from examples does. Rules and examples are data (`bot.core.safety.rules`, `.examples`);
nothing here knows a language.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bot.core.safety.context import Compiled, Context, compiled, union
from bot.core.safety.examples import PATTERN, QUESTIONS, Examples, read_examples
from bot.core.safety.kinds import Certainty, Kind, RefusalKind
from bot.core.safety.learnt import Learnt
from bot.core.safety.lexicon import Lexicon
from bot.core.safety.look import Finding, Judgement, Look, Refusal
from bot.core.safety.patterns import Spellings
from bot.core.safety.rules import FILE_NAME, RuleFile, RuleReader
from bot.errors import ContentError, Problem

__all__ = ["Finding", "Judgement", "Refusal", "Triage"]

_KIND_RANK = {kind: rank for rank, kind in enumerate(Kind)}
_REFUSAL_RANK = {kind: rank for rank, kind in enumerate(RefusalKind)}


class Triage:
    """All rules of all locales, ready to read messages; safe to share between threads."""

    def __init__(
        self, files: Iterable[RuleFile], examples: Mapping[str, Examples] | None = None
    ) -> None:
        """Compile the rules; with examples, learn the nets that catch what rules miss."""
        patterns: list[tuple[str, int]] = []
        idioms: dict[int, int] = {}
        correct: list[str] = []
        prefixes: list[str] = []
        spellings: dict[str, tuple[str, ...]] = {}
        rules: list[Compiled] = []
        hints: list[int] = []
        used = 0
        self._paths: dict[str, Path] = {}
        for file in files:
            names = [*file.concepts, *(f"frame {name}" for name in file.frames), "idiom"]
            names += [f"hint {name}" for name in file.hints]
            bit = {name: 1 << (used + at) for at, name in enumerate(names)}
            used += len(names)
            for name, words in file.concepts.items():
                patterns += [(word, bit[name]) for word in words]
            for name, words in file.frames.items():
                patterns += [(word, bit[f"frame {name}"]) for word in words]
            for name, words in file.hints.items():
                patterns += [(word, bit[f"hint {name}"]) for word in words]
            hints.append(union(bit, (f"hint {name}" for name in file.hints)))
            patterns += [(phrase, bit["idiom"]) for phrase in file.idioms]
            idioms[bit["idiom"]] = union(bit, file.concepts)
            correct += file.correct
            prefixes += file.prefixes
            for word, variants in file.spellings.items():
                spellings[word] = (*spellings.get(word, ()), *variants)
            rules += [compiled(rule, bit) for rule in file.rules]
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
        self._learnt: Learnt | None = None
        if examples and any(one.danger for one in examples.values()):
            every = (one.rule for one in (*self._dangers, *self._refusals))
            self._learnt = Learnt(self._lexicon, hints, every, examples)

    @classmethod
    def load(cls, locales_dir: Path) -> "Triage":
        """Read `triage.toml` and `examples*.toml` of every locale that has one, and learn.

        Learning takes a second or two; files that have not changed are not learnt anew.
        Raises ContentError with every fault found, each with file, line, rule and cure.
        """
        return _loaded(locales_dir, _state(locales_dir))

    @classmethod
    def check(cls, locales_dir: Path) -> tuple[Problem, ...]:
        """Return all faults and warnings: of the files, else of the rules' own examples."""
        readers = [RuleReader(path) for path in sorted(locales_dir.glob(f"*/{FILE_NAME}"))]
        files = [reader.read() for reader in readers]
        problems = [problem for reader in readers for problem in reader.problems]
        problems += _examples(locales_dir)[1]
        whole = [file for file in files if file]
        if len(whole) == len(files):
            problems += cls(whole).example_problems()
        return tuple(sorted(problems))

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales that have rules."""
        return tuple(self._paths)

    def judge(self, text: str) -> Judgement:
        """Return the most dangerous finding, and why a request must be refused, in one scan."""
        look = self._look(text)
        return Judgement(self._danger(look), self._refusal(look))

    def read(self, text: str) -> Finding | None:
        """Return the most dangerous finding over all locales, clear before possible."""
        return self._danger(self._look(text))

    def refusal(self, text: str) -> Refusal | None:
        """Return why a request must be refused; danger goes before, so ask `judge` for both."""
        return self._refusal(self._look(text))

    def _look(self, text: str) -> Look:
        return Look(Context(self._lexicon.scan(text), self._anchors), self._learnt)

    def _danger(self, look: Look) -> Finding | None:
        best: Finding | None = None
        for bits in self._dangers:
            found = _find(bits, look.context)
            if found is None or (look.speaks_against and _is_weak(bits, look.context)):
                continue
            if found.certainty is Certainty.CLEAR:
                if look.supports_clear:
                    return found
                found = replace(found, certainty=Certainty.POSSIBLE)
            if best is None or _KIND_RANK[found.kind] < _KIND_RANK[best.kind]:
                best = found
        return best or look.danger()

    def _refusal(self, look: Look) -> Refusal | None:
        for bits in self._refusals:
            if any(True for _ in look.context.fires(bits)):
                return _refuse(bits)
        return look.refusal()

    def explain(self, text: str) -> tuple[Finding | Refusal, ...]:
        """Return what every rule and both nets have to say, for maintainers and tests."""
        look = self._look(text)
        findings = [
            found
            for bits in self._dangers
            if (found := _find(bits, look.context))
            and not (look.speaks_against and _is_weak(bits, look.context))
        ]
        refusals = [
            _refuse(bits) for bits in self._refusals if any(True for _ in look.context.fires(bits))
        ]
        learnt = (one for one in (look.danger(), look.refusal()) if one)
        return (*findings, *refusals, *learnt)

    def steps(self, text: str) -> int:
        """Return how many places rules looked at for this text: the measure of its cost."""
        scan = self._lexicon.scan(text)
        context = Context(scan, self._anchors)
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

    def _broken_examples(self, bits: Compiled) -> Iterator[str]:
        rule = bits.rule
        expected = (
            (rule.hits, rule.certainty or "refuse"),
            (rule.softer, Certainty.POSSIBLE),
            (rule.traps, None),
        )
        for examples, wanted in expected:
            for text in examples:
                context = Context(self._lexicon.scan(text), self._anchors)
                if rule.certainty is None:
                    got = "refuse" if any(True for _ in context.fires(bits)) else None
                else:
                    found = _find(bits, context)
                    got = found.certainty if found else None
                if got != wanted:
                    yield f"'{text}' gives {got or 'nothing'}, not {wanted or 'nothing'}"


def _state(locales_dir: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what tells whether any file that `load` reads has changed."""
    read = (FILE_NAME, PATTERN, QUESTIONS)
    paths = sorted({path for name in read for path in locales_dir.glob(f"*/{name}")})
    stats = ((str(path), path.stat()) for path in paths)
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@lru_cache(maxsize=2)
def _loaded(locales_dir: Path, _state: tuple[tuple[str, int, int], ...]) -> Triage:
    problems: list[Problem] = []
    files: list[RuleFile] = []
    for path in sorted(locales_dir.glob(f"*/{FILE_NAME}")):
        reader = RuleReader(path)
        if file := reader.read():
            files.append(file)
        problems += [problem for problem in reader.problems if not problem.warning]
    examples, faults = _examples(locales_dir)
    problems += faults
    if problems:
        raise ContentError(problems)
    return Triage(files, examples)


def _examples(locales_dir: Path) -> tuple[dict[str, Examples], list[Problem]]:
    """Read the examples of every locale that has some."""
    folders = sorted({path.parent for path in locales_dir.glob(f"*/{PATTERN}")})
    read = {folder.name: read_examples(folder) for folder in folders}
    problems = [problem for _, found in read.values() for problem in found]
    return {locale: examples for locale, (examples, _) in read.items()}, problems


def _find(bits: Compiled, context: Context) -> Finding | None:
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


def _is_weak(bits: Compiled, context: Context) -> bool:
    """Tell whether the rule is marked weak, or holds only where its danger is a subject."""
    return bits.rule.weak or all(context.asked(bits, at) for at in context.fires(bits))


def _refuse(bits: Compiled) -> Refusal:
    return Refusal(RefusalKind(bits.rule.kind), bits.rule.locale, bits.rule.name)


def _danger_order(bits: Compiled) -> tuple[bool, int]:
    return bits.rule.certainty is not Certainty.CLEAR, _KIND_RANK[Kind(bits.rule.kind)]
