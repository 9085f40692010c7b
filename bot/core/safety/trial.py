"""Runs the examples that stand beside each rule, and reads all files for faults."""

from collections.abc import Iterator
from pathlib import Path

from bot.core.safety.assembly import Parts, assembled, planned
from bot.core.safety.context import Compiled, Context
from bot.core.safety.kinds import Certainty
from bot.core.safety.loading import all_examples
from bot.core.safety.look import find
from bot.core.safety.rules import FILE_NAME, RuleReader
from bot.errors import Problem


def problems(locales_dir: Path) -> tuple[Problem, ...]:
    """Return all faults and warnings: of the files, else of the rules' own examples."""
    readers = [RuleReader(path) for path in sorted(locales_dir.glob(f"*/{FILE_NAME}"))]
    files = [reader.read() for reader in readers]
    found = [problem for reader in readers for problem in reader.problems]
    found += all_examples(locales_dir)[1]
    whole = [file for file in files if file]
    if len(whole) == len(files):
        paths = {file.locale: file.path for file in whole}
        found += _broken(assembled(planned(whole)), paths)
    return tuple(sorted(found))


def _broken(parts: Parts, paths: dict[str, Path]) -> Iterator[Problem]:
    for bits in (*parts.dangers, *parts.refusals):
        for what in _broken_examples(parts, bits):
            yield Problem(
                paths[bits.rule.locale],
                bits.rule.line,
                "triage-example",
                f"rule '{bits.rule.name}': {what}",
                "change the rule's concepts or the example",
            )


def _broken_examples(parts: Parts, bits: Compiled) -> Iterator[str]:
    rule = bits.rule
    expected = (
        (rule.hits, rule.certainty or "refuse"),
        (rule.softer, Certainty.POSSIBLE),
        (rule.traps, None),
    )
    for examples, wanted in expected:
        for text in examples:
            context = Context(parts.lexicon.scan(text), parts.anchors)
            if rule.certainty is None:
                got = "refuse" if any(True for _ in context.fires(bits)) else None
            else:
                found = find(bits, context)
                got = found.certainty if found else None
            if got != wanted:
                yield f"'{text}' gives {got or 'nothing'}, not {wanted or 'nothing'}"
