"""A small valid library to break: two topics of its own, the surface of the real content."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.checks import Report, check_all
from tests.conftest import ROOT, TODAY

SMALL = Path(__file__).parent / "small"
# What a reader sees around the pages: taken as it is, so that a new screen needs no second copy.
SURFACE: tuple[str, ...] = ("layouts", "messages", "disclaimers", "labels.toml", "urgent/lines")
SURFACE += ("urgent/choose.md.j2", "urgent/possible.md.j2", "urgent/labels.toml")
RULE_FILES = ("locale.toml", "reading.toml")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A copy of the small library that a test may break."""

    root: Path

    @property
    def content(self) -> Path:
        """Its `content/`."""
        return self.root / "content"

    @property
    def locales(self) -> Path:
        """Its `locales/`."""
        return self.root / "locales"

    def check(self) -> Report:
        """Check it as `python -m bot check` does, on the day it was written."""
        return check_all(self.content, self.locales, TODAY)


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    return small_library(tmp_path / "small")


def small_library(root: Path) -> Workspace:
    """Lay a small valid library out at `root`."""
    shutil.copytree(SMALL, root)
    for name in SURFACE:
        _copy(ROOT / "content" / name, root / "content" / name)
    for name in RULE_FILES:
        _copy(ROOT / "locales" / "en" / name, root / "locales" / "en" / name)
    return Workspace(root)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        # Refusals cite facts; the small library has one of its own.
        shutil.copytree(
            source, target, ignore=shutil.ignore_patterns("refusal"), dirs_exist_ok=True
        )
    else:
        shutil.copyfile(source, target)
