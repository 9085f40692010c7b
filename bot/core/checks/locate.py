"""Where a rendered sentence stands in its template, and a key in its file."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from bot.core.files import line_of
from bot.core.model import Inlines, Text

_ENOUGH = 40
# Parsing each file once more would take longer than all that is found here.
_EXTENDS = re.compile(r"""\{%-?\s*extends\s+["']([^"']+)["']""")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, counted from 1; 0 for the file as a whole."""

    file: Path
    line: int


class Source:
    """The words of one template and the lines they stand on."""

    def __init__(self, file: Path, parent: str | None) -> None:
        self.file = file
        self.parent = parent
        self._lines = file.read_text("utf-8").splitlines()
        words = [(w, n) for n, line in enumerate(self._lines, 1) for w in line.split()]
        self._joined = " ".join(word for word, _ in words)
        self._starts = [0, *accumulate(len(word) + 1 for word, _ in words)]
        self._numbers = [number for _, number in words]

    def line(self, words: str) -> int:
        """Return the line on which these words begin; 0 where they do not stand here."""
        found = self._joined.find(words) if words else -1
        return self._numbers[bisect_right(self._starts, found) - 1] if found >= 0 else 0

    def line_of_id(self, name: str) -> int:
        """Return the first line that names a fact; 0 where none does."""
        return _first(self._lines, name)


class Locator:
    """Finds text in a template and in those it extends, the nearest first."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = tuple(sources)

    @property
    def file(self) -> Path:
        """The page's own file."""
        return self._sources[0].file

    def place(self, inlines: Inlines) -> Place:
        """Return where a line of the page was written."""
        runs = (inline.text.strip() for inline in inlines if isinstance(inline, Text))
        return self.text(max(runs, key=len, default=""))

    def text(self, words: str) -> Place:
        """Return where these words stand; the page's own file as a whole where they do not."""
        needle = " ".join(words.split())[:_ENOUGH]
        found = ((source.file, source.line(needle)) for source in self._sources)
        return self._first(found)

    def fact(self, name: str) -> Place:
        """Return where a fact is cited first."""
        found = ((source.file, source.line_of_id(name)) for source in self._sources)
        return self._first(found)

    def _first(self, found: Iterable[tuple[Path, int]]) -> Place:
        there = (Place(file, line) for file, line in found if line)
        return next(there, Place(self.file, 0))


class Places:
    """Locators of all templates of one folder; each file is read once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._sources: dict[str, Source] = {}

    def of(self, template: str) -> Locator:
        """Return the locator of a template and of those it extends, up to the layout."""
        chain: list[Source] = []
        name: str | None = template
        while name:
            source = self._sources.get(name)
            if source is None:
                source = self._sources[name] = self._read(name)
            chain.append(source)
            name = source.parent
        return Locator(chain)

    def _read(self, name: str) -> Source:
        file = self._directory / name
        parent = _EXTENDS.search(file.read_text("utf-8"))
        return Source(file, parent[1] if parent else None)


def line_in(file: Path, needle: str) -> int:
    """Return the first line of a file that holds `needle`; 0 where none does, or no file is."""
    return line_of(file.read_text("utf-8"), needle) if file.exists() else 0


def line_of_id(file: Path, name: str) -> int:
    """Return the first line of a file that names an id, not one that merely begins with it."""
    return _first(file.read_text("utf-8").splitlines(), name) if file.exists() else 0


def _first(lines: Iterable[str], name: str) -> int:
    whole = re.compile(rf"(?<![A-Za-z0-9-]){re.escape(name)}(?![A-Za-z0-9-])")
    return next((n for n, line in enumerate(lines, 1) if whole.search(line)), 0)
