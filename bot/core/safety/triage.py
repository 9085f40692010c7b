"""Reads a message for danger, and for requests that the bot must refuse.

Pure and linear: every rule of every locale looks at every message, and where none fires a net
learnt from examples does. Rules and examples are data (`bot.core.safety.rules`, `.examples`);
nothing here knows a language.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bot.core.safety import trial
from bot.core.safety.assembly import Parts
from bot.core.safety.context import Context
from bot.core.safety.kinds import Certainty, Kind
from bot.core.safety.loading import load
from bot.core.safety.look import Finding, Judgement, Look, Refusal, find, is_weak, refuse
from bot.errors import Problem

__all__ = ["Finding", "Judgement", "Refusal", "Triage"]

_KIND_RANK = {kind: rank for rank, kind in enumerate(Kind)}


def _nobody(_note: str) -> None:
    pass


@lru_cache(maxsize=2)
def _ready(parts: Parts) -> "Triage":
    return Triage(parts)


class Triage:
    """All rules of all locales, ready to read messages; safe to share between threads."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts; `load` makes them."""
        self._parts = parts

    @classmethod
    def load(
        cls,
        locales_dir: Path,
        cache: Path | None = None,
        note: Callable[[str], None] = _nobody,
    ) -> "Triage":
        """Read `triage.toml` and `examples*.toml` of every locale that has one, and learn.

        Learning takes seconds. What is learnt is kept in the folder `cache`, if one is given, and
        serves as long as no file, no line of this code and no version of Python changes; `note`
        is told, in words for the operator's log, why it did not serve or could not be kept.
        Raises ContentError with every fault found, each with file, line, rule and cure.
        """
        return _ready(load(locales_dir, cache, note))

    @classmethod
    def check(cls, locales_dir: Path) -> tuple[Problem, ...]:
        """Return all faults and warnings: of the files, else of the rules' own examples."""
        return trial.problems(locales_dir)

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales that have rules."""
        return self._parts.locales

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
        return Look(
            Context(self._parts.lexicon.scan(text), self._parts.anchors), self._parts.learnt
        )

    def _danger(self, look: Look) -> Finding | None:
        best: Finding | None = None
        for found in self._weighed(look):
            if found.certainty is Certainty.CLEAR:
                return found
            if best is None or _KIND_RANK[found.kind] < _KIND_RANK[best.kind]:
                best = found
        return best or look.danger()

    def _weighed(self, look: Look) -> Iterator[Finding]:
        """Yield what the rules find, as far as the examples bear it out."""
        for bits in self._parts.dangers:
            found = find(bits, look.context)
            if found is None or (is_weak(bits, look.context) and look.speaks_against):
                continue
            if found.certainty is Certainty.CLEAR and not look.supports_clear:
                found = replace(found, certainty=Certainty.POSSIBLE)
            if bits.rule.certainty is Certainty.CLEAR or not look.overrules:
                yield found

    def _refusal(self, look: Look) -> Refusal | None:
        for bits in self._parts.refusals:
            if any(True for _ in look.context.fires(bits)):
                return refuse(bits)
        return look.refusal()

    def explain(self, text: str) -> tuple[Finding | Refusal, ...]:
        """Return what every rule and both nets have to say, for maintainers and tests."""
        look = self._look(text)
        refusals = [
            refuse(bits)
            for bits in self._parts.refusals
            if any(True for _ in look.context.fires(bits))
        ]
        learnt = (one for one in (look.danger(), look.refusal()) if one)
        return (*self._weighed(look), *refusals, *learnt)

    def steps(self, text: str) -> int:
        """Return how many places rules looked at for this text: the measure of its cost."""
        scan = self._parts.lexicon.scan(text)
        context = Context(scan, self._parts.anchors)
        for bits in (*self._parts.dangers, *self._parts.refusals):
            for _ in context.fires(bits):
                pass
        return context.steps + len(scan.labels)
