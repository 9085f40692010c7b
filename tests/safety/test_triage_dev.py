import tomllib
from pathlib import Path

import pytest

from bot.core.safety import Certainty, Kind, RefusalKind, Triage

FILE = Path(__file__).parents[2] / "locales/en/examples_dev.toml"
DEV = tomllib.loads(FILE.read_text("utf-8"))
MISSES_ALLOWED = 0.01
OTHER_KIND_ALLOWED = 0.05
POSSIBLE_ALLOWED = 0.03


def _pairs(table: str) -> list[tuple[str, str]]:
    return [(kind, text) for kind, texts in DEV[table].items() for text in texts]


def test_development_phrases_are_many_enough() -> None:
    counts = {table: len(_pairs(table)) for table in ("danger", "harmless", "refusal", "general")}
    assert counts["danger"] >= 150
    assert counts["harmless"] >= 150
    assert counts["refusal"] >= 80
    assert counts["general"] >= 80
    assert set(DEV["danger"]) == set(Kind)
    assert set(DEV["refusal"]) == set(RefusalKind)


def test_danger_is_found_and_mostly_by_its_own_kind(triage: Triage) -> None:
    phrases = _pairs("danger")
    found = [(kind, text, triage.read(text)) for kind, text in phrases]
    missed = [text for _, text, finding in found if finding is None]
    other = [(kind, text) for kind, text, finding in found if finding and finding.kind != kind]
    assert len(missed) <= MISSES_ALLOWED * len(phrases), missed
    assert len(other) <= OTHER_KIND_ALLOWED * len(phrases), other


def test_harmless_messages_raise_hardly_an_alarm(triage: Triage) -> None:
    texts = [text for kind, text in _pairs("harmless") if kind != "softened"]
    found = [(text, finding) for text in texts if (finding := triage.read(text))]
    clear = [(text, one) for text, one in found if one.certainty is Certainty.CLEAR]
    assert not clear
    assert len(found) <= POSSIBLE_ALLOWED * len(texts), found


@pytest.mark.parametrize("text", DEV["harmless"]["softened"])
def test_denied_past_or_asked_danger_is_never_clear(triage: Triage, text: str) -> None:
    finding = triage.read(text)
    assert finding is None or finding.certainty is Certainty.POSSIBLE


def test_requests_are_refused_for_the_right_reason(triage: Triage) -> None:
    wrong = [
        (kind, text, refusal)
        for kind, text in _pairs("refusal")
        if (refusal := triage.refusal(text)) is None or refusal.kind != kind
    ]
    assert not wrong


def test_general_questions_are_not_refused(triage: Triage) -> None:
    refused = [
        (text, refusal) for _, text in _pairs("general") if (refusal := triage.refusal(text))
    ]
    assert not refused
