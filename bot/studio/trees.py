"""Frozen copies of content/ and locales/: what is drawn never changes under the drawing.

The next copy shares every unchanged file with the one before it (hard links), so that a save costs
one copied file. A copy is deleted when nothing uses it any more.
"""

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.errors import Problem

CONTENT, LOCALES = "content", "locales"
# What triage learns from is read where it stands (`asking`), and is most of the bytes.
_LEFT_OUT = ("triage.toml", "examples")

Stamps = dict[str, tuple[int, int]]


class Tree:
    """One state of both folders. `changed` are the files that differ from the copy before it."""

    def __init__(self, content: Path, locales: Path) -> None:
        """Take where the files really stand; the copy is empty until it is filled."""
        self.places = {CONTENT: content, LOCALES: locales}
        self.root = Path(tempfile.mkdtemp(prefix="clearleaf-studio-"))
        self.changed: frozenset[str] = frozenset()
        self.stamps: Stamps = {}
        weakref.finalize(self, shutil.rmtree, self.root, ignore_errors=True)

    @property
    def content(self) -> Path:
        """The frozen `content/`."""
        return self.root / CONTENT

    @property
    def locales(self) -> Path:
        """The frozen `locales/`."""
        return self.root / LOCALES

    @classmethod
    def of(cls, content: Path, locales: Path) -> "Tree":
        """Return a copy of the folders as they are now."""
        return cls(content, locales).filled()

    def next(self) -> "Tree":
        """Return a copy of the folders as they are now, sharing what has not changed."""
        return Tree(self.places[CONTENT], self.places[LOCALES]).filled(self)

    def real(self, file: Path) -> Path:
        """Return where a file of this copy really stands; any other path as it is."""
        if not file.is_relative_to(self.root):
            return file
        first, *rest = file.relative_to(self.root).parts or ("",)
        return self.places.get(first, self.root / first).joinpath(*rest)

    def told(self, problem: Problem) -> Problem:
        """Return a problem of this copy as one of the files that a maintainer edits."""
        what = problem.what.replace(f"{self.root}{os.sep}", "")
        return replace(problem, file=self.real(problem.file), what=what)

    def filled(self, before: "Tree | None" = None) -> "Tree":
        """Copy all files as they are now; what is as it was `before` is shared with that copy."""
        old = before.stamps if before else {}
        # Texts, not Paths: ten thousand files are looked at for each save of one.
        root = f"{self.root}{os.sep}"
        shared = f"{before.root}{os.sep}" if before else ""
        for first, folder in self.places.items():
            (self.root / first).mkdir()
            for name, entry in _files(first, str(folder), root):
                try:
                    stat = entry.stat()
                    stamp = (stat.st_mtime_ns, stat.st_size)
                    if old.get(name) == stamp:
                        os.link(shared + name, root + name)
                    else:
                        shutil.copyfile(entry.path, root + name)
                except FileNotFoundError:
                    continue  # taken away while we looked
                self.stamps[name] = stamp
        self.changed = self.since(before) if before else frozenset(self.stamps)
        return self

    def since(self, before: "Tree") -> frozenset[str]:
        """Return the files that differ from those of an earlier copy, by their names in either."""
        return frozenset(name for name, _ in self.stamps.items() ^ before.stamps.items())


def _files(name: str, folder: str, root: str) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    """Yield the files of a folder by their names in a tree, whose own folders are made."""
    if not os.path.isdir(folder):  # noqa: PTH112 - see `filled`
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            inside = f"{name}/{entry.name}"
            if entry.is_dir():
                os.mkdir(root + inside)  # noqa: PTH102 - see `filled`
                yield from _files(inside, entry.path, root)
            elif name.startswith(CONTENT) or not entry.name.startswith(_LEFT_OUT):
                yield inside, entry
