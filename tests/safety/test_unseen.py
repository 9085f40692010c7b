"""Figures on phrases that neither the rules' nor the examples' authors have read.

Prints figures, never a phrase, and holds the bar for the locales that measured.toml says are
over it. Every run that is used to change a rule makes the phrases a little less unseen: count
such runs in measured.toml.

False alarms are held to the bar on benign traps and on questions that find pages. The questions
are those beside the phrases, which no figure was taken on before, and those of
tests/matching/unseen_a_*.toml that the bot's pages answer; a locale's own
questions.toml is learnt from, so its figures are printed and hold nothing. Questions of the topic
`too-much` ("swallowed the whole pack") describe real danger: an alarm on one is no false alarm,
and whether it comes is printed apart, without a bar, because some only ask in general.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.core.safety import Certainty, Finding, Triage

HERE = Path(__file__).parent
LOCALES_DIR = HERE.parents[1] / "locales"
QUESTIONS_DIR = HERE.parent / "matching"
ALARMING_TOPIC = "too-much"
RECALL, RECALL_OF_A_KIND, PHRASES_OF_A_KIND = 0.95, 0.90, 10
CLEAR_ON_HARMLESS, POSSIBLE_ON_HARMLESS = 0.01, 0.10
GENERAL_REFUSED = 0.05

MEASURED = tomllib.loads((HERE / "measured.toml").read_text("utf-8"))
LOCALES = sorted({path.stem.rsplit("_", 1)[1] for path in HERE.glob("unseen_*.toml")})


@dataclass
class Share:
    """So many of so many."""

    hits: int = 0
    of: int = 0

    def count(self, *, hit: bool) -> None:
        self.hits += hit
        self.of += 1

    @property
    def share(self) -> float:
        return self.hits / self.of if self.of else 0.0

    def __str__(self) -> str:
        return f"{self.hits}/{self.of} = {self.share:.1%}"


@dataclass
class Figures:
    """What one locale's phrases gave."""

    found: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    clear: Share = field(default_factory=Share)
    own_kind: Share = field(default_factory=Share)
    by_rule: Share = field(default_factory=Share)
    false: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    learnt: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    alarming: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    refused: defaultdict[str, Share] = field(default_factory=lambda: defaultdict(Share))
    general: Share = field(default_factory=Share)

    @property
    def recall(self) -> Share:
        every = self.found.values()
        return Share(sum(one.hits for one in every), sum(one.of for one in every))

    @property
    def refusals(self) -> Share:
        every = self.refused.values()
        return Share(sum(one.hits for one in every), sum(one.of for one in every))

    def lines(self) -> Iterator[str]:
        yield f"recall {self.recall}, clear {self.clear}, own kind {self.own_kind}"
        yield f"found by a rule {self.by_rule}"
        yield from (f"  {kind}: {share}" for kind, share in sorted(self.found.items()))
        yield from (f"false {name}: {share}" for name, share in sorted(self.false.items()))
        yield from (f"not held: {name}: {share}" for name, share in sorted(self.learnt.items()))
        yield from (f"not held: {name}: {share}" for name, share in sorted(self.alarming.items()))
        if self.general.of:
            yield f"refusals {self.refusals}, general refused {self.general}"
            yield from (f"  {kind}: {share}" for kind, share in sorted(self.refused.items()))


def _phrases(locale: str) -> Iterable[dict[str, str]]:
    for path in sorted(HERE.glob(f"unseen_*_{locale}.toml")):
        yield from tomllib.loads(path.read_text("utf-8"))["phrase"]


def _unseen_questions(locale: str) -> Iterator[tuple[str, str]]:
    table = tomllib.loads((QUESTIONS_DIR / f"unseen_a_{locale}.toml").read_text("utf-8"))
    return ((one["topic"], one["text"]) for one in table["question"] if one["topic"])


def _own_questions(locale: str) -> Iterator[tuple[str, str]]:
    table = tomllib.loads((LOCALES_DIR / locale / "questions.toml").read_text("utf-8"))
    return ((topic, text) for topic, texts in table.items() for text in texts)


def _measure(triage: Triage, locale: str) -> Figures:
    figures = Figures()
    for phrase in _phrases(locale):
        judged = triage.judge(phrase["text"])
        found = judged.danger
        match phrase["expect"]:
            case "danger":
                figures.found[phrase["kind"]].count(hit=found is not None)
                figures.by_rule.count(hit=found is not None and found.rule != "examples")
                if found:
                    figures.clear.count(hit=found.certainty is Certainty.CLEAR)
                    figures.own_kind.count(hit=found.kind == phrase["kind"])
            case "benign" | "question" as sort:
                _count(figures.false, found, sort)
            case "refuse":
                figures.refused[phrase["kind"]].count(hit=judged.refusal is not None)
            case "answer":
                figures.general.count(hit=judged.refusal is not None)
    for heap, name, questions in (
        (figures.false, "questions", _unseen_questions(locale)),
        (figures.learnt, "own questions", _own_questions(locale)),
    ):
        for topic, text in questions:
            alarming = topic == ALARMING_TOPIC
            found = triage.judge(text).danger
            about = f"{name} of {ALARMING_TOPIC}" if alarming else name
            _count(figures.alarming if alarming else heap, found, about)
    return figures


def _count(heap: defaultdict[str, Share], found: Finding | None, name: str) -> None:
    certainty = found.certainty if found else None
    heap[f"clear on {name}"].count(hit=certainty is Certainty.CLEAR)
    heap[f"possible on {name}"].count(hit=certainty is Certainty.POSSIBLE)


@pytest.mark.parametrize("locale", LOCALES)
def test_unseen_phrases(triage: Triage, locale: str, capsys: pytest.CaptureFixture[str]) -> None:
    figures = _measure(triage, locale)
    with capsys.disabled():
        print(f"\n{locale}", *figures.lines(), sep="\n  ")  # noqa: T201 - figures are its point
    if not MEASURED["locale"].get(locale, {}).get("over_the_bar", False):
        pytest.skip(f"{locale} is not over the bar: measured.toml says why")
    assert figures.recall.share >= RECALL
    for kind, share in figures.found.items():
        assert share.share >= RECALL_OF_A_KIND or share.of < PHRASES_OF_A_KIND, kind
    for name, share in figures.false.items():
        limit = CLEAR_ON_HARMLESS if name.startswith("clear") else POSSIBLE_ON_HARMLESS
        assert share.share <= limit, name
    assert figures.general.share <= GENERAL_REFUSED
