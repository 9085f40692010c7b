"""`python -m bot check`: what a maintainer sees, and with which exit code it ends."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.content.conftest import Workspace

PAGE = Path("topics/what-it-is/simple.md.j2")


def run(small: Workspace) -> "subprocess.CompletedProcess[str]":
    environment = {"BOT_CONTENT_DIR": str(small.content), "BOT_LOCALES_DIR": str(small.locales)}
    return subprocess.run(
        [sys.executable, "-m", "bot", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def change(small: Workspace, file: str | Path, old: str, new: str) -> None:
    path = small.content / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_library_without_fault_ends_with_0_and_shows_every_page(small: Workspace) -> None:
    # The numbers in contacts.toml grow old with the days; this test does not.
    change(small, "urgent/contacts.toml", "limit_months = 6", "limit_months = 1200")
    done = run(small)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    rows = [line.split()[:3] for line in done.stdout.splitlines()]
    assert ["what-it-is", "simple", "caregiver"] in rows
    assert ["what-it-is", "detailed", "professional"] in rows
    assert "8 pages, 0 problems" in done.stdout


def test_a_fault_is_one_line_with_file_line_rule_and_cure_and_ends_with_1(
    small: Workspace,
) -> None:
    change(small, PAGE, "About 8 out of 100", "About 9 out of 100")
    change(small, "urgent/contacts.toml", "limit_months = 6", "limit_months = 1200")
    done = run(small)
    assert done.returncode == 1
    what = "number: 9 stands in no fact cited here"
    cure = "cite the fact that holds it (now: WHAT-03)"
    assert done.stderr.splitlines() == [f"{small.content / PAGE}:9: {what} -> {cure}"]


def _unreadable_toml(small: Workspace) -> str:
    change(small, "sources.toml", "[LABEL]", "[LABEL")
    return "sources.toml:1: toml: "


def _not_utf8(small: Workspace) -> str:
    (small.content / PAGE).write_bytes(b"\xff\xfe")
    return f"{PAGE}:0: template: is not UTF-8"


def _syntax_error(small: Workspace) -> str:
    change(small, PAGE, "{% block answer %}", "{% block answer ")
    return f"{PAGE}:4: template: "


def _missing_file(small: Workspace) -> str:
    (small.content / "glossary.toml").unlink()
    return "glossary.toml:0: missing-file: "


def _missing_layout(small: Workspace) -> str:
    (small.content / "layouts" / "page.md.j2").unlink()
    return ": template: 'layouts/page.md.j2' not found"


def _missing_label(small: Workspace) -> str:
    change(small, "labels.toml", "\nmenu =", "\nmeno =")
    return "labels.toml:0: label: has no 'menu'"


def _label_is_no_text(small: Workspace) -> str:
    change(small, "labels.toml", 'menu = "Menu"', "menu = 3")
    return ": schema: menu is no text"


def _seeds_are_no_tables(small: Workspace) -> str:
    (small.content / "seeds.toml").write_text("claim = 3\ncontradiction = [1]\n")
    return ": related: no seed claim 'S0-01'"


def _no_content(small: Workspace) -> str:
    small.content.rename(small.root / "elsewhere")
    return "groups.toml:0: missing-file: "


@pytest.mark.parametrize(
    "spoil",
    [
        _unreadable_toml,
        _not_utf8,
        _syntax_error,
        _missing_file,
        _missing_layout,
        _missing_label,
        _label_is_no_text,
        _seeds_are_no_tables,
        _no_content,
    ],
)
def test_no_spoilt_file_ends_in_a_traceback(
    spoil: Callable[[Workspace], str], small: Workspace
) -> None:
    expected = spoil(small)
    problems = small.check().problems
    assert any(expected in str(problem) for problem in problems), "\n".join(map(str, problems))
    assert all(len(str(problem).splitlines()) == 1 for problem in problems)


def test_a_spoilt_file_is_told_on_the_command_line_too(small: Workspace) -> None:
    expected = _unreadable_toml(small)
    done = run(small)
    assert done.returncode == 1
    assert expected in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
