"""Where a rendered sentence stands in its template."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, nodes

from bot.core.model import Inlines, Text

_ENOUGH = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, counted from 1; 0 for the file as a whole."""

    file: Path
    line: int


class Locator:
    """Finds text in a template and in those it extends, the nearest first."""

    def __init__(self, env: Environment, directory: Path, template: str) -> None:
        self._files = [
            (directory / name, _numbered((directory / name).read_text("utf-8")))
            for name in lineage(env, template)
        ]

    def place(self, inlines: Inlines) -> Place:
        """Return where a line of the page was written."""
        runs = (inline.text.strip() for inline in inlines if isinstance(inline, Text))
        longest = max(runs, key=len, default="")
        return self.text(longest)

    def text(self, words: str) -> Place:
        """Return where these words stand; the page's own file as a whole where they do not."""
        needle = " ".join(words.split())[:_ENOUGH]
        for file, numbered in self._files:
            joined = " ".join(word for word, _ in numbered)
            found = joined.find(needle) if needle else -1
            if found >= 0:
                return Place(file, numbered[joined[:found].count(" ")][1])
        return Place(self._files[0][0], 0)


def _numbered(text: str) -> list[tuple[str, int]]:
    return [(word, n) for n, line in enumerate(text.splitlines(), 1) for word in line.split()]


def lineage(env: Environment, template: str) -> Iterator[str]:
    """Yield a template and those it extends, up to the layout."""
    assert env.loader is not None  # noqa: S101 - `render.environment` always sets one
    name: str | None = template
    while name:
        yield name
        source, _, _ = env.loader.get_source(env, name)
        parents = env.parse(source).find_all(nodes.Extends)
        name = next(
            (str(p.template.value) for p in parents if isinstance(p.template, nodes.Const)), None
        )
