"""A new rule of triage tried against its own hits and traps; nothing is written anywhere.

The rule is added to a copy of its language's file and read with all others as `make check` would.
The net that learns from examples is left out of that: learning takes minutes; what today's whole
triage makes of each phrase is told beside it.
"""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.safety.assembly import Parts, assembled, planned
from bot.core.safety.context import Compiled, Context
from bot.core.safety.kinds import Certainty, Kind, RefusalKind
from bot.core.safety.look import find
from bot.core.safety.rules import FILE_NAME, REACHES, RuleFile, RuleReader
from bot.core.safety.triage import Triage
from bot.errors import ContentError, Problem
from bot.studio.edits import RefusedError, literal

KINDS = (*Kind, *(f"refusal.{kind}" for kind in RefusalKind))
REACH = tuple(REACHES)
_NAME = re.compile(r"[a-z0-9-]+")
_CONCEPT = re.compile(r"\s*([\w-]+)\s*=\s*(.+)")
_CONCEPTS = re.compile(r"(?m)^\[concepts\][^\n]*\n")


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as it is typed into the form; `kind` is one of `KINDS`."""

    locale: str
    name: str
    kind: str
    certainty: str
    reach: str
    all: tuple[str, ...]
    any: tuple[str, ...]
    none: tuple[str, ...]
    concepts: tuple[tuple[str, tuple[str, ...]], ...]
    hits: tuple[str, ...]
    traps: tuple[str, ...]

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "Draft":
        """Read the form; RefusedError for what is missing or cannot be a rule."""
        concepts = []
        for line in _lines(form.get("concepts", "")):
            found = _CONCEPT.fullmatch(line)
            if not found:
                raise RefusedError(f"new concepts: write name = word, two words (not {line!r})")
            concepts.append((found[1], _names(found[2])))
        draft = cls(
            locale=form.get("locale", ""),
            name=form.get("rule", "").strip(),
            kind=form.get("kind", ""),
            certainty=form.get("certainty", Certainty.CLEAR),
            reach=form.get("reach", "near"),
            all=_names(form.get("all", "")),
            any=_names(form.get("any", "")),
            none=_names(form.get("none", "")),
            concepts=tuple(concepts),
            hits=_lines(form.get("hits", "")),
            traps=_lines(form.get("traps", "")),
        )
        if not draft.hits or not draft.traps:
            raise RefusedError("give phrases that the rule must catch, and some that it must not")
        if not _NAME.fullmatch(draft.name) or draft.kind not in KINDS:
            raise RefusedError("give the rule a name of a-z, 0-9 and -, and a kind")
        return draft

    def tables(self) -> tuple[str, str]:
        """Return the lines to add under [concepts], and the rule's own table, as TOML."""
        added = "".join(f"{name} = {_list(words)}\n" for name, words in self.concepts)
        refusal = self.kind.startswith("refusal.")
        values = {
            "kind": "" if refusal else literal(self.kind),
            "certainty": "" if refusal else literal(self.certainty),
            "all": _list(self.all),
            "any": _list(self.any) if self.any else "",
            "not": _list(self.none) if self.none else "",
            "reach": literal(self.reach) if self.reach != "near" else "",
            "hits": _list(self.hits),
            "traps": _list(self.traps),
        }
        head = f"[{self.kind}.{self.name}]" if refusal else f"[rule.{self.name}]"
        rows = [f"{key} = {value}\n" for key, value in values.items() if value]
        return added, "".join((f"{head}\n", *rows))


@dataclass(frozen=True, slots=True)
class Tried:
    """A phrase: what the rule made of it, whether that is right, and what triage says today."""

    text: str
    hit: bool
    got: str
    right: bool
    today: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: the faults of the rule itself, or its phrases; and what to paste."""

    faults: tuple[Problem, ...]
    phrases: tuple[Tried, ...]
    concepts: str
    rule: str

    @property
    def missed(self) -> int:
        """Return how many hits the rule does not catch."""
        return sum(one.hit and not one.right for one in self.phrases)

    @property
    def alarmed(self) -> int:
        """Return how many traps the rule catches."""
        return sum(not one.hit and not one.right for one in self.phrases)


def attempt(draft: Draft, locales: Path, cache: Path | None) -> Trial:
    """Try a rule. RefusedError where its language has no rules, ContentError for faulty files."""
    own = locales / draft.locale / FILE_NAME
    if draft.locale not in {file.parent.name for file in locales.glob(f"*/{FILE_NAME}")}:
        raise RefusedError(f"there is no {FILE_NAME} for {draft.locale!r}")
    concepts, rule = draft.tables()
    text = own.read_text("utf-8")
    if not _CONCEPTS.search(text):
        text += "\n[concepts]\n"
    text = _CONCEPTS.sub(lambda found: found[0] + concepts, text, count=1) + f"\n{rule}"
    file, faults = _read(text, own)
    if file is None:
        return Trial(faults, (), concepts, rule)
    others = [_whole(one) for one in sorted(locales.glob(f"*/{FILE_NAME}")) if one != own]
    parts = assembled(planned([file, *others]))
    every = (*parts.dangers, *parts.refusals)
    wanted = draft.locale, draft.name
    bits = next(one for one in every if (one.rule.locale, one.rule.name) == wanted)
    today = Triage.load(locales, cache)
    right = draft.certainty if bits.rule.certainty else "refused"
    phrases = tuple(
        Tried(phrase, hit, got or "silent", got == (right if hit else ""), _today(today, phrase))
        for hit, phrases in ((True, draft.hits), (False, draft.traps))
        for phrase in phrases
        for got in [_got(parts, bits, phrase)]
    )
    return Trial((), phrases, concepts, rule)


def _got(parts: Parts, bits: Compiled, text: str) -> str:
    """Return what one rule makes of a text, as `make check` runs its examples."""
    context = Context(parts.lexicon.scan(text), parts.anchors)
    if bits.rule.certainty is None:
        return "refused" if any(True for _ in context.fires(bits)) else ""
    found = find(bits, context)
    return found.certainty if found else ""


def _today(triage: Triage, text: str) -> str:
    judged = triage.judge(text)
    if judged.danger:
        return f"{judged.danger.kind}, {judged.danger.certainty} ({judged.danger.rule})"
    return f"refused: {judged.refusal.kind}" if judged.refusal else "nothing"


def _read(text: str, place: Path) -> tuple[RuleFile | None, tuple[Problem, ...]]:
    with tempfile.TemporaryDirectory(prefix="clearleaf-rule-") as name:
        copy = Path(name) / place.parent.name / FILE_NAME
        copy.parent.mkdir()
        copy.write_text(text, "utf-8")
        reader = RuleReader(copy)
        file = reader.read()
    faults = (problem for problem in reader.problems if not problem.warning)
    # The lines are those of the copy, which nobody sees.
    return file, tuple(Problem(place, 0, p.rule, p.what, p.cure) for p in faults)


def _whole(path: Path) -> RuleFile:
    reader = RuleReader(path)
    file = reader.read()
    if file is None:
        raise ContentError(problem for problem in reader.problems if not problem.warning)
    return file


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _list(values: tuple[str, ...]) -> str:
    return f"[{', '.join(map(literal, values))}]"
