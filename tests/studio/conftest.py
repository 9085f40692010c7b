"""A small library in a git repository of its own, and the workbench over it."""

import subprocess
from pathlib import Path

import pytest

from bot.studio.workbench import Workbench
from tests.conftest import TODAY
from tests.content.conftest import Workspace, small  # noqa: F401 - the fixture of the small library

AUTHOR = "Alex Author"
SIMPLE = Path("topics/what-it-is/simple.md.j2")


def git(root: Path, *words: str, author: str = AUTHOR) -> str:
    """Run git as this author; nothing of the machine's own settings counts."""
    mail = f"{author.split(maxsplit=1)[0].lower()}@example.org"
    who = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", author), ("EMAIL", mail))
    }
    done = subprocess.run(  # noqa: S603 - our own words
        ["git", "-C", str(root), *words],  # noqa: S607 - the git that the studio would find
        env={"PATH": "/usr/bin:/bin", "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1", **who},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.fixture
def library(small: Workspace) -> Workspace:  # noqa: F811 - pytest's way
    """The small library, committed by Alex Author."""
    git(small.root, "init", "--quiet", "--initial-branch=main")
    git(small.root, "add", ".")
    git(small.root, "commit", "--quiet", "-m", "A small library")
    return small


@pytest.fixture
def bench(library: Workspace) -> Workbench:
    """A workbench that is told of saves by hand; a test that wants the watching starts it."""
    return Workbench(library.content, library.locales, lambda: TODAY)


def edit(library: Workspace, file: Path, before: str, after: str) -> None:
    """Save a file with other words in it."""
    path = library.content / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
