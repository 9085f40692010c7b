"""Reads all rule files and examples, or what an earlier start has made of the very same files."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from bot.core.safety import cache
from bot.core.safety.assembly import Parts, assembled, planned
from bot.core.safety.examples import PATTERN, QUESTIONS, Examples, read_examples
from bot.core.safety.rules import FILE_NAME, RuleFile, RuleReader
from bot.core.safety.storing import restored, stored
from bot.errors import ContentError, Problem

CACHE_NAME = "triage.cache"


def load(locales_dir: Path, folder: Path | None, note: Callable[[str], None]) -> Parts:
    """Return the parts for these files; raises ContentError with every fault of theirs.

    `folder` is where a cache may be kept; `note` is told why it was not used or not written.
    """
    parts, notes = _loaded(locales_dir, _state(locales_dir), folder)
    for one in notes:
        note(one)
    return parts


def inputs(locales_dir: Path) -> list[Path]:
    """Return all files that triage is made from."""
    read = (FILE_NAME, PATTERN, QUESTIONS)
    return sorted({path for name in read for path in locales_dir.glob(f"*/{name}")})


def _state(locales_dir: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what tells whether any file that `load` reads has changed."""
    stats = ((str(path), path.stat()) for path in inputs(locales_dir))
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@lru_cache(maxsize=2)
def _loaded(
    locales_dir: Path, _state: tuple[tuple[str, int, int], ...], folder: Path | None
) -> tuple[Parts, tuple[str, ...]]:
    if folder is None:
        return _made(locales_dir)[0], ()
    path = folder / CACHE_NAME
    key = _key(locales_dir)
    try:
        return assembled(restored(cache.read(path, key))), ()
    except cache.UnusableCacheError as fault:
        reason = str(fault)
    except (KeyError, TypeError, ValueError, IndexError):
        reason = "not a cache of this program"
    notes = [f"{path} is not used: {reason}"]
    parts, sections = _made(locales_dir)
    try:
        cache.write(path, key, sections)
    except OSError as fault:
        notes.append(f"{path} is not written: {fault.strerror}")
    return parts, tuple(notes)


def _made(locales_dir: Path) -> tuple[Parts, cache.Stored]:
    """Read, lay out and learn; what comes of it is the same that a cache would give."""
    files, examples = read(locales_dir)
    sections = stored(planned(files, examples))
    return assembled(restored(sections)), sections


def read(locales_dir: Path) -> tuple[list[RuleFile], dict[str, Examples]]:
    """Read `triage.toml` and `examples*.toml` of every locale that has one."""
    problems: list[Problem] = []
    files: list[RuleFile] = []
    for path in sorted(locales_dir.glob(f"*/{FILE_NAME}")):
        reader = RuleReader(path)
        if file := reader.read():
            files.append(file)
        problems += [problem for problem in reader.problems if not problem.warning]
    examples, faults = all_examples(locales_dir)
    problems += faults
    if problems:
        raise ContentError(problems)
    return files, examples


def all_examples(locales_dir: Path) -> tuple[dict[str, Examples], list[Problem]]:
    """Read the examples of every locale that has some, and their faults."""
    folders = sorted({path.parent for path in locales_dir.glob(f"*/{PATTERN}")})
    found = {folder.name: read_examples(folder) for folder in folders}
    problems = [problem for _, faults in found.values() for problem in faults]
    return {locale: examples for locale, (examples, _) in found.items()}, problems


def _key(locales_dir: Path) -> str:
    """Return what tells this Python, this code and these files from all others."""
    digest = hashlib.sha256(f"{sys.version} {sys.byteorder}".encode())
    for path in _sources():
        digest.update(b"\0" + path.name.encode() + b"\0" + path.read_bytes())
    for path in inputs(locales_dir):
        digest.update(f"\0{path.relative_to(locales_dir)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield from sorted(Path(__file__).parent.glob("*.py"))
