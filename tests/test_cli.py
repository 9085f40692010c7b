"""The commands as a person at a terminal uses them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def bot(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot ...`."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", *words],
        cwd=ROOT,
        env={"PATH": "", "PYTHONWARNINGS": "error", "COLUMNS": "200", **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_fact_is_shown_with_its_sources_and_every_sentence_that_leans_on_it() -> None:
    shown = bot("facts", "BACK-20")
    assert shown.returncode == 0, shown.stderr
    assert "[FRIED17-EMPR] trial" in shown.stdout
    assert "topics/back-spasm/detailed.professional.md.j2 (en)" in shown.stdout


def test_withdrawing_a_fact_can_be_tried_without_doing_it() -> None:
    shown = bot("facts", "--withdrawn", "BACK-20")
    assert shown.returncode == 1
    assert "would fail:" in shown.stdout


def test_unused_facts_are_listed() -> None:
    shown = bot("facts", "--unused")
    assert shown.returncode == 0
    assert "facts are not used by a page" in shown.stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("facts", "NOPE-1"), 1, "there is no fact NOPE-1"),
        (("facts",), 2, "name a fact"),
        (("ask", "hello", "--locale", "xx"), 2, "is not offered"),
        (("nonsense",), 2, "No such command"),
    ],
)
def test_misuse_is_told_in_a_line(words: tuple[str, ...], code: int, told: str) -> None:
    shown = bot(*words)
    assert shown.returncode == code
    assert told in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_question_is_answered_in_the_terminal() -> None:
    shown = bot("ask", "my mother will not wake up", "--audience", "caregiver")
    assert "triage:  unresponsive, clear" in shown.stdout
    assert "Call your local emergency number" in shown.stdout


def test_run_names_all_that_is_missing_at_once(tmp_path: Path) -> None:
    shown = bot("run", BOT_SECRET_KEY_FILE=str(tmp_path / "none"))
    assert shown.returncode == 2
    for name in ("BOT_TOKEN", "BOT_CONTACT", "BOT_SECRET_KEY"):
        assert name in shown.stderr
    assert "Traceback" not in shown.stderr


def test_the_database_is_brought_up_and_taken_back(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'c.db'}"
    assert bot("db", "current", BOT_DATABASE_URL=url).stdout.strip() == "not set up"
    assert bot("db", "upgrade", BOT_DATABASE_URL=url).returncode == 0
    assert bot("db", "current", BOT_DATABASE_URL=url).stdout.strip() != "not set up"
    assert bot("db", "downgrade", "base", BOT_DATABASE_URL=url).returncode == 0


def test_a_wrong_setting_is_named_and_its_value_is_not_repeated() -> None:
    shown = bot("check", BOT_TOKEN="not-a-token-but-secret")  # noqa: S106 - refused as one
    assert shown.returncode == 2
    assert "BOT_TOKEN" in shown.stderr
    assert "not-a-token-but-secret" not in shown.stderr + shown.stdout


def test_each_contradiction_of_the_seed_articles_names_the_sentence_that_settles_it() -> None:
    shown = bot("facts", "--contradictions")
    assert shown.returncode == 0
    settled: dict[str, int] = {}
    name = ""
    for line in shown.stdout.splitlines():
        if line.startswith("CON-"):
            name = line.split()[0]
            settled[name] = 0
        else:
            settled[name] += 1
    assert len(settled) == 20
    assert all(settled.values()), settled
