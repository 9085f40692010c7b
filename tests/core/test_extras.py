"""Choices that live in an address, and lists that fit the clipboard."""

from pathlib import Path

import pytest

from bot.core.extras import MAX_BITS, base36, load_extras
from bot.core.files import Reading
from bot.core.library import Library, load_library
from bot.core.screens.visit import COPY_UNITS, copies
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(ROOT / "content")


@pytest.mark.parametrize("number", [1, 35, 36, 1295, 2**MAX_BITS - 1])
def test_ticks_fit_six_characters_and_come_back(number: int) -> None:
    assert len(base36(number)) <= 6
    assert int(base36(number), 36) == number


def test_no_tick_takes_no_room() -> None:
    assert base36(0) == ""


def test_ticks_of_questions_that_are_gone_or_forged_are_none(library: Library) -> None:
    asks = library.extras.visit
    assert asks
    for argument in ("", "-", "-1", "--", "Z-"):
        assert asks.ticked(argument) == 0
    assert asks.ticked("zzzzzz") < 2**MAX_BITS
    one = asks.model_copy(update={"questions": {"what-for": asks.questions["what-for"]}})
    assert one.ticked("3") == 1


def test_picks_are_in_the_order_of_the_file_each_once_three_at_most(library: Library) -> None:
    comparison = library.extras.comparison
    assert comparison
    assert comparison.picks("nd") == comparison.picks("dn") == comparison.picks("ndnn") == "dn"
    assert comparison.picks("?Z9") == ""
    assert len(comparison.picks("dmtnrguas")) == 3


@pytest.mark.parametrize(
    "texts",
    [
        ["short"],
        ["a question of some length, and then some more?"] * 10,
        ["x" * 200, "y" * 200],
        ["word " * 100],
        ["привет, как дела? " * 20],
        ["🙂 " * 150],
    ],
)
def test_copied_parts_fit_and_lose_nothing(texts: list[str]) -> None:
    parts = list(copies(texts))
    assert all(0 < len(part.encode("utf-16-le")) // 2 <= COPY_UNITS for part in parts)
    assert " ".join(parts).split() == [w for text in texts for w in f"- {text}".split()]


def test_a_library_without_these_files_has_none_of_it(tmp_path: Path) -> None:
    reading = Reading()
    extras = load_extras(tmp_path, reading, {})
    assert (extras.comparison, extras.visit, extras.quiz) == (None, None, None)
    assert not reading.problems


@pytest.mark.parametrize(
    "edit",
    [
        ("Even one drink", "Even `one` drink"),
        ("Even one drink", "# Even one drink"),
        ("Even one drink", "- Even one drink"),
        ('answers = ["True", "False"]', 'answers = ["True"]'),
    ],
)
def test_what_no_screen_could_show_does_not_load(tmp_path: Path, edit: tuple[str, str]) -> None:
    text = (ROOT / "content" / "quiz.toml").read_text("utf-8")
    assert edit[0] in text
    (tmp_path / "quiz.toml").write_text(text.replace(*edit, 1), "utf-8")
    reading = Reading()
    assert load_extras(tmp_path, reading, {}).quiz is None
    assert {problem.rule for problem in reading.problems} == {"schema"}


def test_a_faulty_file_is_told_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "quiz.toml").write_text('title = "x"\ncolour = "red"\n', "utf-8")
    reading = Reading()
    load_extras(tmp_path, reading, {})
    assert {problem.rule for problem in reading.problems} == {"schema"}
    assert any("colour" in problem.what for problem in reading.problems)
