"""Each rule of what stands beside the pages, with a broken example: the real files, one edit."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bootstrap import Content
from bot.core.checks.extras import check_extras, extras_facts
from bot.core.extras import load_extras
from bot.core.files import Reading
from bot.core.readability import ReadingRules, load_rules
from bot.core.screens import Options, Screens
from bot.errors import Problem
from tests.conftest import ROOT, TODAY

Check = Callable[[str, str, str], list[Problem]]
COMPARE, VISIT, QUIZ = "compare.toml", "visit.toml", "quiz.toml"
BREAKS = [
    (COMPARE, "made no difference in a fair study [@QUIZ-02].", "made none.", "cites"),
    (COMPARE, "in a blind study [@BACK-19]", "in a blind study [@BACK-999]", "fact"),
    (COMPARE, "in a blind study [@BACK-19]", "in a blind study [@BACK-27]", "fact-audience"),
    (COMPARE, "had 114 people", "had 115 people", "number"),
    (COMPARE, "Sleepy, tired, weak or unsteady", "Sleepy on 5 mg a day", "dose"),
    (COMPARE, "Sleepy, tired, weak", "You get sleepy, tired, weak", "compare"),
    (COMPARE, "Sleepy, tired, weak", "Somnolence, weak", "R06"),
    (COMPARE, "Sleepy, tired, weak", "Patients should rest, weak", "T04"),
    (COMPARE, "Sleepy, tired, weak", "[Sleepy](word:dependence), weak", "word"),
    (COMPARE, "Sleepy, tired, weak", "Sleepy. Tired. " * 14 + "weak", "compare"),
    (COMPARE, 'topic = "duloxetine"', 'topic = "gone"', "related"),
    (COMPARE, "[cells.d.common.any]", "[cells.d.common.back]", "compare"),
    (COMPARE, "[cells.d.common.any]", "[cells.x.common.any]", "compare"),
    (COMPARE, "due = 2027-05-21", "due = 2027-11-21", "review"),
    (COMPARE, "due = 2027-05-21", "due = 2025-05-21", "review"),
    (COMPARE, 'disclaimer = "general"', 'disclaimer = "none"', "related"),
    (COMPARE, "Not known: the", f"Not known{' at all' * 180}: the", "size"),
    (VISIT, "bit = 1\n", "bit = 0\n", "visit"),
    (VISIT, 'set = "checklist"\ngroup = "checklist"', 'set = "gone"\ngroup = "gone"', "visit"),
    (VISIT, 'facts = ["ASK-02"]', "facts = []", "cites"),
    (VISIT, 'facts = ["ASK-02"]', 'facts = ["ASK-09"]', "fact-audience"),
    (VISIT, "What could I try first, or instead?", "May I take 5 mg instead?", "dose"),
    (VISIT, "emergency number [@WARN-01]", "emergency number", "cites"),
    (VISIT, '"locking-away"]', '"gone"]', "related"),
    (QUIZ, "right = 2", "right = 3", "quiz"),
    (QUIZ, "[questions.mixing]", "[questions.gone]", "related"),
    (QUIZ, "Even one drink can be risky [@QUIZ-07].", "An addict drinks [@QUIZ-07].", "T01"),
]


@pytest.fixture(scope="module")
def rules() -> ReadingRules:
    return load_rules(ROOT / "locales" / "en" / "reading.toml")


@pytest.fixture
def check(content: Content, rules: ReadingRules, tmp_path: Path) -> Check:
    """Return what finds the problems of the real files after one edit of one of them."""

    def run(name: str, before: str, after: str) -> list[Problem]:
        for file in (COMPARE, VISIT, QUIZ):
            shutil.copy(ROOT / "content" / file, tmp_path / file)
        text = (tmp_path / name).read_text("utf-8")
        assert before in text, before
        (tmp_path / name).write_text(text.replace(before, after, 1), "utf-8")
        reading = Reading()
        extras = load_extras(tmp_path, reading, {})
        assert not reading.problems
        library = replace(content.library, extras=extras)
        options = Options(today=lambda: TODAY, contact="care@example.org")
        screens = Screens(library, content.catalogs, content.contacts, options)
        return list(check_extras(screens, rules, TODAY))

    return run


def test_the_real_files_are_without_fault(check: Check) -> None:
    found = check(QUIZ, "title", "title")
    assert not [problem for problem in found if not problem.warning]


@pytest.mark.parametrize(("name", "before", "after", "rule"), BREAKS)
def test_a_broken_example_is_found(
    check: Check, name: str, before: str, after: str, rule: str
) -> None:
    found = check(name, before, after)
    assert rule in {problem.rule for problem in found if not problem.warning}
    assert all(problem.what and problem.cure for problem in found)
    assert {problem.file.name for problem in found} == {name}


def test_a_fault_is_told_with_its_line(check: Check) -> None:
    found = check(COMPARE, "had 114 people", "had 115 people")
    text = (ROOT / "content" / COMPARE).read_text("utf-8").splitlines()
    assert text[found[0].line - 1] == "[cells.d.sure.back]"


def test_a_topic_without_a_question_is_a_warning(check: Check) -> None:
    found = check(QUIZ, "[questions.mixing]", "[questions.gone]")
    assert "mixing has no question" in {problem.what for problem in found if problem.warning}


def test_the_facts_of_these_files_are_counted_as_used(content: Content) -> None:
    facts = extras_facts(content.library)
    assert {"BACK-19", "ASK-02", "QUIZ-07", "DEP-10"} <= facts
    assert facts <= content.library.facts.keys()
