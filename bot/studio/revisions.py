"""Content as it was at a git revision, and who changed what last; git is only ever read.

Where content/ is in no repository everything here answers "nothing known".
"""

import io
import os
import subprocess
import tarfile
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from bot.core.library import Library
from bot.core.reviews import fingerprint
from bot.errors import BotError
from bot.studio.snapshot import Snapshot
from bot.studio.trees import CONTENT, LOCALES, Tree

_KEPT = 4
_SECONDS = 20
_FIELD = "\x1f"
_FORMAT = f"--format=%H{_FIELD}%h{_FIELD}%cs{_FIELD}%an{_FIELD}%s"
_START = "\x1e"
_ENTRY = _FORMAT.replace("=", f"={_START}", 1)
_CO_AUTHORS = "%(trailers:key=Co-authored-by,valueonly)"
_POINTS = 40


class RevisionError(BotError):
    """The name is no revision of the content, or git cannot be asked."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A change of the content: its name, short name, day, author and subject."""

    name: str
    short: str
    day: date
    author: str
    subject: str


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who changed a page last; `uncommitted` when files on disk are newer than any commit."""

    commit: Commit | None
    authors: tuple[str, ...]
    uncommitted: bool


class Revisions:
    """The history of one content folder."""

    def __init__(self, content: Path, locales: Path, today: Callable[[], date]) -> None:
        self._content, self._locales, self._today = content, locales, today
        self._read: OrderedDict[str, Snapshot] = OrderedDict()
        self.growth = lru_cache(maxsize=2)(self._growth)
        self._fingerprints = lru_cache(maxsize=64)(self._fingerprinted)

    def head(self) -> str:
        """Return the newest commit's name; empty where there is none."""
        try:
            return self._git("rev-parse", "HEAD").strip()
        except RevisionError:
            return ""

    def resolve(self, name: str) -> str:
        """Return the full name of a revision; RevisionError where there is none of that name."""
        try:
            return self._git(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
            ).strip()
        except RevisionError:
            raise RevisionError(f"git knows no revision {name!r} of this content") from None

    def commits(self, place: Path | None = None, most: int = 30) -> tuple[Commit, ...]:
        """Return the newest changes of a file or folder of the content, the newest first."""
        where = place or self._content
        try:
            log = self._git("log", f"--max-count={most}", _FORMAT, "--", str(where.resolve()))
        except RevisionError:
            return ()
        return tuple(map(_commit, log.splitlines()))

    def fingerprints(self, place: Path) -> tuple[tuple[Commit, str], ...]:
        """Return the newest commits of a page with the fingerprint it had after each of them.

        `place` is what `bot.core.reviews.place_of` returns.
        """
        return self._fingerprints(place, self.head())

    def _fingerprinted(self, place: Path, _head: str) -> tuple[tuple[Commit, str], ...]:
        found = ((one, self.print_at(one.name, place)) for one in self.commits(place))
        return tuple((one, text) for one, text in found if text)

    def print_at(self, commit: str, place: Path) -> str:
        """Return the fingerprint of a page at a commit; empty where it was not there."""
        with tempfile.TemporaryDirectory(prefix="clearleaf-page-") as name:
            there = Path(name) / place.name
            files = self.files_at(commit, place)
            try:
                for file, data in files.items():
                    target = there if place.is_file() else there / file
                    target.parent.mkdir(exist_ok=True)
                    target.write_bytes(data)
                return fingerprint(there) if files else ""
            except (OSError, ValueError):
                return ""  # its own faults are no matter of ours

    def files_at(self, commit: str, place: Path) -> dict[str, bytes]:
        """Return the files of a page at a commit by their names; empty where it was not there."""
        prefix = self._git("rev-parse", "--show-prefix").strip()
        where = f"{prefix}{place.relative_to(self._content).as_posix()}"
        top = Path(self._git("rev-parse", "--show-toplevel").strip())
        if not self._git("ls-tree", "-r", commit, "--", where, at=top):
            return {}
        packed = self._run("archive", "--format=tar", commit, "--", where, at=top)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            return {
                name: data.read()
                for member in archive
                for name in [member.name.removeprefix(f"{where}/").removeprefix(f"{prefix}")]
                if member.isfile() and (data := archive.extractfile(member))
            }

    def touched(self, place: Path) -> Iterator[tuple[Commit, tuple[str, ...]]]:
        """Yield every change of a file or folder, the newest first, with the files it touched.

        Files are named from the content folder.
        """
        where = str(place.resolve())
        log = self._git("log", _ENTRY, "--name-only", "--relative", "--", where)
        for entry in log.split(_START)[1:]:
            first, *names = entry.splitlines()
            yield _commit(first), tuple(filter(None, names))

    def last_change(self, place: Path) -> LastChange:
        """Return who changed a file or folder last, as far as git knows."""
        where = str(place.resolve())
        try:
            log = self._git("log", "--max-count=1", f"{_FORMAT}%n{_CO_AUTHORS}", "--", where)
        except RevisionError:
            log = ""
        if not log:
            return LastChange(None, (), uncommitted=True)
        first, *others = log.splitlines()
        commit = _commit(first)
        named = (commit.author, *(other.split(" <")[0].strip() for other in others))
        dirty = self._git("status", "--porcelain", "--untracked-files=all", "--", where)
        authors = tuple(dict.fromkeys(filter(None, named)))
        return LastChange(commit, authors, uncommitted=bool(dirty.strip()))

    def at(self, commit: str, newest: Library) -> Snapshot:
        """Return the content as it was at a commit (`resolve` names it).

        Buttons that did not exist then have the labels of the newest content.

        RevisionError where the commit has none, ContentError where this program cannot read it.
        """
        if commit in self._read:
            self._read.move_to_end(commit)
            return self._read[commit]
        tree = Tree(self._content, self._locales)
        folders = {CONTENT: self._content, LOCALES: self._locales}
        for name, folder in folders.items():
            self._unpack(commit, folder, tree.root / name)
        snapshot = Snapshot(tree, self._today, labels=newest.labels)
        self._read[commit] = snapshot
        while len(self._read) > _KEPT:
            self._read.popitem(last=False)
        return snapshot

    def _growth(self, head: str) -> tuple[tuple[date, int], ...]:  # noqa: ARG002 - the cache's key
        """Return how many page files there were, commit by commit, the oldest first."""
        commits = self.commits(self._content / "topics", most=400)
        step = -(-len(commits) // _POINTS) or 1
        found = []
        for commit in dict.fromkeys((*commits[::step], *commits[-1:])):
            names = self._git("ls-tree", "-r", "--name-only", commit.name, "--", "topics")
            found.append((commit.day, sum(n.endswith(".md.j2") for n in names.splitlines())))
        return tuple(reversed(found))

    def _unpack(self, commit: str, folder: Path, into: Path) -> None:
        into.mkdir(parents=True, exist_ok=True)
        prefix = self._git("rev-parse", "--show-prefix", at=folder).strip()
        top = Path(self._git("rev-parse", "--show-toplevel", at=folder).strip())
        packed = self._run("archive", "--format=tar", f"{commit}:{prefix}", at=top)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(into, filter="data")

    def _git(self, *words: str, at: Path | None = None) -> str:
        return self._run(*words, at=at).decode("utf-8", "replace")

    def _run(self, *words: str, at: Path | None = None) -> bytes:
        # Without optional locks a look at the state never gets in the way of a commit.
        environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C.UTF-8"}
        command = ("git", "-C", str((at or self._content).resolve()), *words)
        try:
            done = subprocess.run(  # noqa: S603 - no shell, and revisions are verified first
                command, env=environment, capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RevisionError(f"git cannot be asked: {error}") from error
        if done.returncode:
            told = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise RevisionError(told[0] if told else f"git {words[0]} failed")
        return done.stdout


def _commit(line: str) -> Commit:
    name, short, day, author, subject = line.split(_FIELD, 4)
    return Commit(name, short, date.fromisoformat(day), author, subject)
