import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.safety import Certainty, Kind, Triage
from bot.core.safety.index import index
from bot.core.safety.lexicon import Lexicon, Manner
from bot.core.safety.patterns import PatternError, Spellings, is_near, parse
from bot.errors import ContentError

ROOT = Path(__file__).parents[2]
LONGEST = 4096
SMALL = """
[frames]
negation = ["not", "no"]
past = ["last year"]
now = ["and now"]

[idioms]
phrases = ["dead tired"]

[concepts]
dead = ["dead", "lifeless"]
who = ["dog"]

[rule.dead]
kind = "unresponsive"
all = ["dead"]
not = ["who"]
hits = ["he is dead"]
softer = ["he is not dead"]
traps = ["dead tired"]
"""


def _small(tmp_path: Path, text: str = SMALL, locale: str = "xx") -> Path:
    (tmp_path / locale).mkdir(exist_ok=True)
    (tmp_path / locale / "triage.toml").write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "locale", sorted(p.parent.name for p in ROOT.glob("locales/*/triage.toml"))
)
def test_every_example_beside_a_rule_holds(locale: str) -> None:
    problems = Triage.check(ROOT / "locales")
    assert not [str(one) for one in problems if one.file.parent.name == locale]


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("he is dead", "clear"),
        ("he is not dead", "possible"),
        ("No, he is dead", "clear"),
        ("No. He is dead", "clear"),
        ("last year he was dead", "possible"),
        ("last year and now again he is dead", "clear"),
        ("dead tired", None),
        ("dead tired and lifeless", "clear"),
        ("he looks lifelass", "clear"),
        ("my dog is dead", None),
        ("the dog sleeps. " + "word " * 20 + "he is dead", "clear"),
    ],
)
def test_frames_soften_idioms_hide_and_nothing_else_silences(
    tmp_path: Path, text: str, certainty: str | None
) -> None:
    found = Triage.load(_small(tmp_path)).read(text)
    assert (found.certainty if found else None) == certainty


def test_the_most_dangerous_finding_over_all_locales_wins(tmp_path: Path) -> None:
    _small(tmp_path)
    other = SMALL.replace("unresponsive", "pregnancy").replace("lifeless", "muerto")
    triage = Triage.load(_small(tmp_path, other, "yy"))
    both = triage.read("dead")
    assert both
    assert (both.kind, both.locale) == (Kind.UNRESPONSIVE, "xx")
    one = triage.read("muerto")
    assert one
    assert (one.kind, one.certainty, one.locale) == (Kind.PREGNANCY, Certainty.CLEAR, "yy")


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("muerto", "clear"),
        ("not muerto", "possible"),
        ("last year muerto", "possible"),
        ("last year muerto and now", "clear"),
    ],
)
def test_one_languages_rule_is_softened_by_anothers_frames(
    tmp_path: Path, text: str, certainty: str
) -> None:
    _small(tmp_path)
    other = """
[concepts]
muerto = ["muerto"]

[rule.muerto]
kind = "unresponsive"
all = ["muerto"]
hits = ["muerto"]
"""
    found = Triage.load(_small(tmp_path, other, "yy")).read(text)
    assert found
    assert (found.locale, found.certainty) == ("yy", certainty)


@pytest.mark.parametrize(
    ("change", "rule", "line"),
    [
        (('all = ["dead"]', 'all = ["ded"]'), "triage-rule", 16),
        (('kind = "unresponsive"', 'kind = "sad"'), "triage-rule", 16),
        (('hits = ["he is dead"]', "hits = []"), "triage-rule", 16),
        (('not = ["who"]', 'nott = ["who"]'), "triage-rule", 16),
        (('past = ["last year"]', 'yesterday = ["last year"]'), "triage-frame", 4),
        (('who = ["dog"]', 'who = "dog"'), "triage-concept", 14),
        (('who = ["dog"]', 'who = ["d*"]'), "triage-pattern", 14),
        (('who = ["dog"]', 'who = ["..."]'), "triage-pattern", 14),
        (('who = ["dog"]', 'who = ["dog"'), "triage-toml", 16),
        (("[idioms]", "[sayings]"), "triage-table", 7),
    ],
)
def test_a_fault_names_its_line_and_cure(
    tmp_path: Path, change: tuple[str, str], rule: str, line: int
) -> None:
    with pytest.raises(ContentError) as caught:
        Triage.load(_small(tmp_path, SMALL.replace(*change)))
    problem = caught.value.problems[0]
    assert (problem.rule, problem.cure != "") == (rule, True)
    assert abs(problem.line - line) <= 2


def test_a_broken_example_and_an_unused_concept_are_reported(tmp_path: Path) -> None:
    text = SMALL.replace('["he is dead"]', '["he sleeps"]').replace(
        "who =", 'idle = ["x y"]\nwho ='
    )
    problems = Triage.check(_small(tmp_path, text))
    assert [(one.rule, one.warning) for one in problems] == [
        ("triage-unused", True),
        ("triage-example", False),
    ]


@pytest.mark.parametrize(
    ("word", "stem", "whole", "near"),
    [
        ("suicde", "suicide", True, True),
        ("siucide", "suicide", True, True),
        ("suixide", "suicide", True, True),
        ("suiccide", "suicide", True, True),
        ("suicides", "suicide", True, True),
        ("uicide", "suicide", True, False),
        ("sucde", "suicide", True, False),
        ("brething", "breath", False, True),
        ("tables", "tablet", False, False),
        ("breast", "breath", False, False),
    ],
)
def test_one_slip_of_the_pen(word: str, stem: str, whole: bool, near: bool) -> None:
    assert is_near(word, stem, whole=whole) is near


def test_patterns_say_how_each_word_is_meant() -> None:
    assert parse("Won't ~ wak* *dosis =choking #6") == [
        ("fuzzy", "wont", False),
        ("stem", "wak", True),
        ("ending", "dosis", False),
        ("word", "choking", False),
        ("number", "6", False),
    ]
    for bad in ("", "wake ~", "#x", "a*"):
        with pytest.raises(PatternError):
            parse(bad)


def test_variants_of_a_word_meet_in_messages_and_patterns() -> None:
    spellings = {"cant": ["can not", "cannot"]}
    found = index([("cannot breathe", 1)], Spellings(spellings))
    lexicon = Lexicon(found, Manner(spellings=spellings))
    for text in ("I can not breathe", "cannot breathe", "can't breathe"):
        assert any(lexicon.scan(text).labels), text
    with pytest.raises(PatternError):
        Spellings({"cant": ["can not at"]})


def test_prefixes_endings_numbers_and_long_letters_are_understood() -> None:
    patterns = [("حبه", 1), ("*dosis", 2), ("#6 ~ tablet*", 4), ("sleepy", 8)]
    lexicon = Lexicon(index(patterns, Spellings()), Manner(prefixes=["وال"]))
    for text, bit in (
        ("والحبة", 1),
        ("Tablettenüberdosis", 2),
        ("20 of my tablets", 4),
        ("sleeeepppyyy", 8),
    ):
        assert any(labels & bit for labels in lexicon.scan(text).labels), text
    assert not any(lexicon.scan("5 tablets").labels)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=LONGEST))
def test_any_text_can_be_read(triage: Triage, text: str) -> None:
    triage.read(text)
    triage.refusal(text)


_WORDS = ["not", "never", "last year", "killing me", "overdose", "can't", "breathe", "took", "20"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*_WORDS, "tablets", "wake", "up", ".", ","]), max_size=60))
def test_explaining_agrees_with_reading(triage: Triage, words: list[str]) -> None:
    text = " ".join(words)
    found = triage.read(text)
    kinds = {one.kind for one in triage.explain(text) if isinstance(one.kind, Kind)}
    assert (found is None) == (not kinds)
    assert found is None or found.kind in kinds


@given(st.integers(0, 40), st.integers(0, 40))
def test_harmless_words_around_do_not_hide_danger(triage: Triage, before: int, after: int) -> None:
    found = triage.read("bla " * before + "my mother will not wake up " + "bla " * after)
    assert found
    assert found.certainty is Certainty.CLEAR


def _hostile() -> list[str]:
    dice = random.Random(7)  # noqa: S311 - test texts, no secrets
    words = ["not", "cant", "wake", "breath", "took", "too many", "pills", "i", "overdose", "my"]
    words += ["withdrawal", "stopped", "can i take it", "7 tablets", "numb", "between", "legs"]
    texts = [f"{word} " * LONGEST for word in words]
    texts += [" ".join(dice.choice(words) for _ in range(LONGEST)) for _ in range(10)]
    texts += [
        "cant feel when i wipe " * 300,
        "killing me dying to " * 300,
        "a.b " * 1500,
        "." * 5000,
    ]
    return [text[:LONGEST] for text in texts]


@pytest.mark.parametrize("text", _hostile(), ids=lambda text: text[:12])
def test_cost_grows_in_step_with_length(triage: Triage, text: str) -> None:
    half, whole = triage.steps(text[: LONGEST // 2]), triage.steps(text)
    assert whole <= 2.5 * half + 200
    assert whole <= 40 * LONGEST
