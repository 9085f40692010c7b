"""What can go wrong, as one tree.

BotError
├── ConfigError      a setting is missing or makes no sense; says which and what to do
├── ContentError     files in content/ or locales/ are at fault; carries every Problem found
├── AddressError     text that is not, or is no longer, the address of a screen
└── StorageError     the database did not answer; reading goes on without it
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class BotError(Exception):
    """Anything this program can explain to the person in front of it."""


class ConfigError(BotError):
    """A setting is missing or wrong; the text names it and the cure."""


class AddressError(BotError):
    """The text does not name a screen of this version."""


class StorageError(BotError):
    """The database could not do what was asked; nothing was half done."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in a content file, in words a content maintainer can act on.

    `line` counts from 1; 0 means the file as a whole. `rule` is the name under which
    content/README.md explains the rule. A `warning` is printed but fails nothing.
    """

    file: Path
    line: int
    rule: str
    what: str
    cure: str
    warning: bool = False

    def __str__(self) -> str:
        """Return the one line that `make check` prints: file, line, rule, fault and cure."""
        kind = " (warning)" if self.warning else ""
        return f"{self.file}:{self.line}: {self.rule}{kind}: {self.what} -> {self.cure}"


class ContentError(BotError):
    """Content that cannot be served; `problems` lists every fault of the run, never one alone."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
