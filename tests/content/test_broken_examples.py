"""Every rule with its proof: the small library is valid, and each example breaks just one rule."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.core.checks import RULES
from bot.core.readability import RULES as READING_RULES
from tests.content.conftest import Workspace

BROKEN = Path(__file__).parent / "broken"
EXAMPLES = sorted(file.stem for file in BROKEN.glob("*.toml"))
# The other reading rules are broken one by one in tests/core/test_readability.py; these show that
# a page's text reaches them with its file and line.
# Broken in test_check_extras.py, where compare, visit questions and quiz have their files.
BESIDE = {"compare", "visit", "quiz"}
WIRED = {"F01", "R01", "R04", "R06", "R08", "T04", "T05"}


def test_the_small_library_has_no_fault(small: Workspace) -> None:
    report = small.check()
    assert report.problems == ()
    assert len(report.pages) == 8


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_broken_example_is_told_with_file_line_and_cure(name: str, small: Workspace) -> None:
    rule = name.partition("--")[0]
    example = tomllib.loads((BROKEN / f"{name}.toml").read_text("utf-8"))
    for edit in example["edit"]:
        _apply(edit, small.root)
    file = small.root / example.get("expect_file", example["edit"][0]["file"])
    problems = small.check().problems
    there = [p for p in problems if p.rule == rule and example["expect_cure_contains"] in p.cure]
    told = "\n".join(map(str, problems)) or "nothing was found"
    assert len(there) == 1, told
    problem = there[0]
    assert (problem.file, problem.line) == (file, example["expect_line"]), told
    assert problem.warning is example.get("warning", False), told
    rest = Counter(p.rule for p in problems) - Counter([rule])
    assert set(rest) == set(example.get("also", ())), told
    line = str(problem)
    assert line.startswith(f"{file}:{problem.line}: {rule}"), line
    assert line.endswith(f": {problem.what} -> {problem.cure}"), line
    assert len(line.splitlines()) == 1, line


def test_every_rule_has_a_broken_example() -> None:
    shown = {name.partition("--")[0] for name in EXAMPLES}
    assert shown - READING_RULES.keys() == RULES.keys() - BESIDE
    assert shown & READING_RULES.keys() == WIRED


def _apply(edit: dict[str, Any], root: Path) -> None:
    """Replace text in a file; without `replace` write the file, without `by` delete it."""
    file = root / edit["file"]
    if "by" not in edit:
        file.unlink()
    elif "replace" not in edit:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(edit["by"], "utf-8")
    else:
        text = file.read_text("utf-8")
        assert edit["replace"] in text, f"{edit['file']} has changed: mend the example"
        by = edit["by"] * edit.get("times", 1)
        file.write_text(text.replace(edit["replace"], by, 1), "utf-8")
