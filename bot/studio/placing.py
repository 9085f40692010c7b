"""Where words stand in a catalog, which may be ten megabytes."""

from functools import cached_property
from pathlib import Path

from bot.core.checks.locate import Source, line_of_id


class CatalogSource(Source):
    """A `.po` file: unlike in a template, no sentence of it goes on in the next line unquoted.

    So it is searched as it is, and read only when something is to be placed in it.
    """

    def __init__(self, file: Path) -> None:
        """Take the file, which must stay as it is."""
        self.file = file
        self.parent = None

    def line(self, words: str) -> int:
        """Return the line on which these words stand; 0 where they do not stand here."""
        found = self._text.find(words) if words else -1
        return self._text.count("\n", 0, found) + 1 if found >= 0 else 0

    def line_of_id(self, name: str) -> int:
        """Return the first line that names a fact; 0 where none does."""
        return line_of_id(self.file, name)

    @cached_property
    def _text(self) -> str:
        return self.file.read_text("utf-8")
