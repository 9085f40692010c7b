import re
import tomllib
from pathlib import Path

import pytest

from bot.core.safety import Kind, RefusalKind

CONTENT = Path(__file__).parents[2] / "content"
URGENT = CONTENT / "urgent"
CARDS = [URGENT / f"{kind}.md.j2" for kind in Kind]
REFUSALS = [CONTENT / "messages" / "refusal" / f"{k}.md.j2" for k in (*RefusalKind, "outside")]
ALL = [*CARDS, *REFUSALS, *URGENT.glob("*.md.j2"), *(URGENT / "lines").glob("*.md.j2")]
LATER = {"driving", "pregnancy"}


def _sentences(text: str) -> list[str]:
    texts = re.findall(r"{% trans %}(.*?){% endtrans %}", text, re.DOTALL)
    plain = [re.sub(r" ?\[@[^\]]*\]|\*\*", "", one) for one in texts]
    return [part for one in plain for part in re.split(r"(?<=[.?!:])\s+", one) if part]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.stem)
def test_a_card_starts_with_the_action_and_has_at_most_five_short_steps(card: Path) -> None:
    text = card.read_text("utf-8")
    kind = card.name.removesuffix(".md.j2")
    first = text.splitlines()[0]
    assert first == "{{ emergency_line }}" or (kind in LATER and first.startswith("**{% trans %}"))
    assert "{{ emergency_line }}" in text
    steps = re.findall(r"^(\d)\. ", text, re.MULTILINE)
    assert steps == [str(n) for n in range(1, len(steps) + 1)]
    assert 3 <= len(steps) <= 5
    assert [one for one in _sentences(text) if len(one.split()) > 10] == []


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.name)
def test_texts_hold_no_logic_no_dose_and_no_promise_to_notice(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"{%(?! (trans|endtrans) %})|\|", text)
    assert not re.search(r"\d\s*(mg|ml|milligram|drops)", text)
    assert not re.search(r"notic|detect|recogni", text, re.IGNORECASE)
    for line in text.splitlines():
        if re.search(r"\bstop(ping)? (taking|it|diazepam)", line, re.IGNORECASE):
            assert "stop suddenly" in text


@pytest.mark.parametrize("file", [*CARDS, *REFUSALS], ids=lambda file: file.name)
def test_facts_that_a_text_cites_are_there(file: Path) -> None:
    known = "".join(one.read_text("utf-8") for one in (CONTENT / "facts").glob("*.toml"))
    for cited in re.findall(r"\[@([^\]]*)\]", file.read_text("utf-8")):
        for fact in cited.split(", "):
            assert f"[{fact}]" in known


@pytest.mark.parametrize("file", REFUSALS, ids=lambda file: file.name)
def test_a_refusal_is_short(file: Path) -> None:
    assert 2 <= len(_sentences(file.read_text("utf-8"))) <= 6


def test_every_kind_has_a_button_that_fits() -> None:
    labels = tomllib.loads((URGENT / "labels.toml").read_text("utf-8"))
    assert set(labels["button"]) == set(Kind)
    assert {"yes", "no", "country", "not_urgent"} <= set(labels["answer"])
    assert all(len(one) <= 28 for table in labels.values() for one in table.values())
