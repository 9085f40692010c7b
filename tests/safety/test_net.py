from pathlib import Path

import pytest

from bot.core.safety import Certainty, Kind, Triage
from bot.core.safety.examples import read_examples
from bot.core.safety.index import index
from bot.core.safety.lexicon import Lexicon, Manner
from bot.core.safety.net import Net
from bot.core.safety.patterns import Spellings
from bot.core.safety.pieces import Cutter, Pieces
from bot.errors import ContentError

RULES = """
[frames]
information = ["film"]
past = ["last year"]

[concepts]
dead = ["dead", "lifeless"]
fog = ["fog"]

[hints]
creature = ["dog", "cat", "uncle"]
still = ["still", "stiff", "motionless"]

[rule.dead]
kind = "unresponsive"
all = ["dead"]
hits = ["he is dead"]

[rule.fog]
kind = "breathing"
certainty = "possible"
weak = true
all = ["fog"]
hits = ["fog in my lungs"]
"""
EXAMPLES = """
[danger]
unresponsive = [
    "my uncle is lying motionless", "she lies stiff on the floor", "he is dead on the floor",
    "uncle is still and cold", "my wife is lying there lifeless", "he is lifeless and cold",
    "she is dead on the floor", "uncle is dead, on the kitchen floor", "dead on the cold floor",
]
breathing = ["she gets no air", "he gets no air at all", "fog in my lungs and no air"]

[harmless]
anything = [
    "the battery is dead", "a film with a lifeless plot", "dead battery again", "fog on the road",
    "the film is about dead people", "my cat likes milk", "the road is wet", "what a wet road",
    "last year we saw a film", "milk and fog", "the fog is back", "the road is dead boring",
]

[refusal]
dose = ["how much shall i take", "how much may i take now"]

[general]
phrases = ["what is milk good for", "how is milk made"]
"""


def _locale(tmp_path: Path, examples: str = EXAMPLES) -> Path:
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / "triage.toml").write_text(RULES, "utf-8")
    (folder / "examples.toml").write_text(examples, "utf-8")
    return tmp_path


def _pieces(lexicon: Lexicon, text: str) -> Pieces:
    scan = lexicon.scan(text, remember=True)
    return Cutter((), lexicon.vocabulary.numbers).whole(scan)


def test_a_net_parts_what_it_learnt_and_names_the_kind() -> None:
    lexicon = Lexicon(index([], Spellings()), Manner())
    wanted = {
        "water": ["wet rain", "wet sea", "the rain is wet", "sea water"],
        "fire": ["hot flame", "the flame burns", "burning wood", "hot wood burns"],
    }
    other = ["stone wall", "a wall of stone", "the stone is old", "old wall"]
    net = Net.learn(
        {kind: [_pieces(lexicon, text) for text in texts] for kind, texts in wanted.items()},
        [_pieces(lexicon, text) for text in other],
    )
    wet, old = _pieces(lexicon, "rain and sea"), _pieces(lexicon, "an old stone")
    assert net.score(wet, {}) > 0 > net.score(old, {})
    assert (net.kind(wet), net.kind(_pieces(lexicon, "flame"))) == ("water", "fire")


def test_what_resembles_danger_is_possible_and_never_clear(tmp_path: Path) -> None:
    found = Triage.load(_locale(tmp_path)).read("his dog is motionless on the floor, cold")
    assert found
    assert (found.kind, found.certainty, found.rule, found.locale) == (
        Kind.UNRESPONSIVE,
        Certainty.POSSIBLE,
        "examples",
        "xx",
    )


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("dead", "clear"),
        ("he is dead on the floor", "clear"),
        ("my wife is dead", "possible"),
        ("last year he was dead on the floor", "possible"),
        ("the battery is dead again", "possible"),
        ("last year the battery was dead", "possible"),
        ("the film is about dead people", None),
        ("the fog is on the road", None),
        ("", None),
    ],
)
def test_examples_bear_out_or_lower_what_is_clear_and_quiet_the_rest(
    tmp_path: Path, text: str, certainty: str | None
) -> None:
    triage = Triage.load(_locale(tmp_path))
    found = triage.read(text)
    assert (found.certainty if found else None) == certainty
    assert triage.judge(text).danger == found


def test_one_judgement_holds_danger_and_refusal(tmp_path: Path) -> None:
    judged = Triage.load(_locale(tmp_path)).judge("how much may i take")
    assert judged.refusal
    assert (judged.refusal.kind, judged.danger) == ("dose", None)


def test_danger_in_the_middle_of_a_long_message_is_found(tmp_path: Path) -> None:
    triage = Triage.load(_locale(tmp_path))
    milk = "my cat likes milk and the road is wet "
    found = triage.read(milk * 40 + "uncle is lying motionless and cold on the floor " + milk * 40)
    assert found
    assert found.kind == Kind.UNRESPONSIVE


@pytest.mark.parametrize(
    "examples",
    [
        '[danger]\nsad = ["x"]',
        '[danger]\nfit = "x"',
        "[danger]\nfit = [1]",
        '[dangers]\nfit = ["x"]',
        "danger = 1",
        "[danger",
    ],
)
def test_a_faulty_example_file_is_a_problem(tmp_path: Path, examples: str) -> None:
    folder = _locale(tmp_path, examples)
    assert read_examples(folder / "xx")[1]
    assert any(one.rule == "triage-examples" for one in Triage.check(folder))
    with pytest.raises(ContentError):
        Triage.load(folder)


def test_changed_examples_are_learnt_anew(tmp_path: Path) -> None:
    folder = _locale(tmp_path)
    first = Triage.load(folder)
    assert Triage.load(folder) is first
    (folder / "xx" / "examples.toml").write_text(EXAMPLES + "\n# more\n", "utf-8")
    assert Triage.load(folder) is not first
