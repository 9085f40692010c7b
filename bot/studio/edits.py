"""Edits that leave every other line of a file, and every comment, as it was.

An edit stays only if all content can still be read with it; else the file is as before.
"""

import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from bot.core.library import Library, load_library
from bot.errors import BotError, ContentError

Value = str | date
_TABLE = re.compile(r"^\s*\[{1,2}([^\[\]]+)\]{1,2}\s*(?:#.*)?$")
_STRING = r"\"(?:[^\"\\]|\\.)*\"|'[^']*'"


class RefusedError(BotError):
    """What was asked for is not done; the text says why, and what would help."""


def literal(value: Value) -> str:
    """Return a value as TOML writes it; a text on one line."""
    if isinstance(value, date):
        return value.isoformat()
    # JSON's escapes are a part of those of a TOML basic string; DEL is the one it leaves bare.
    return json.dumps(" ".join(value.split()), ensure_ascii=False).replace("\x7f", "\\u007F")


def with_key(text: str, table: str, key: str, value: Value) -> str:
    """Return a TOML text with one key of a table set; a comment behind the value stays.

    RefusedError where there is no such table, or the value spans several lines.
    """
    lines = text.splitlines(keepends=True)
    start = next((n for n, one in enumerate(lines) if _is_table(one, table)), None)
    if start is None:
        raise RefusedError(f"the file has no [{table}]; write it by hand")
    end = next((n for n in range(start + 1, len(lines)) if _TABLE.match(lines[n])), len(lines))
    key_line = re.compile(
        rf"^(\s*{re.escape(key)}\s*=\s*)({_STRING}|[^\s#\"'\[{{]+)(\s*(?:#.*)?\r?\n?)$"
    )
    for number in range(start + 1, end):
        if found := key_line.match(lines[number]):
            lines[number] = f"{found[1]}{literal(value)}{found[3]}"
            return "".join(lines)
        if re.match(rf"^\s*{re.escape(key)}\s*=", lines[number]):
            raise RefusedError(f"`{key}` spans several lines; mend it by hand")
    last = max(n for n in range(start, end) if lines[n].strip())
    if not lines[last].endswith("\n"):
        lines[last] += "\n"
    lines.insert(last + 1, f"{key} = {literal(value)}\n")
    return "".join(lines)


def with_entry(text: str, table: str, values: Mapping[str, Value]) -> str:
    """Return a TOML text with one more `[[table]]` at its end."""
    gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    rows = "".join(f"{key} = {literal(value)}\n" for key, value in values.items())
    return f"{text}{gap}[[{table}]]\n{rows}"


def write_checked(
    files: Mapping[Path, bytes | None], content: Path, holds: Callable[[Library], bool]
) -> Library:
    """Write files (None: delete), read all content again, and return it; undo all if that fails.

    `holds` tells whether the content now says what the edit was for. RefusedError says why not.
    """
    before = {file: file.read_bytes() if file.exists() else None for file in files}
    stays = False
    try:
        _replace(files)
        library = load_library(content)
        stays = holds(library)
    except ContentError as error:
        raise RefusedError(f"nothing was changed: {error}") from error
    finally:
        if not stays:
            _replace(before)
    if not stays:
        raise RefusedError("the files do not say it even so; nothing was changed")
    return library


def _replace(files: Mapping[Path, bytes | None]) -> None:
    """Replace each file as a whole, so that nobody ever reads half of it."""
    for file, data in files.items():
        if data is None:
            file.unlink(missing_ok=True)
            continue
        mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(name).chmod(mode)
            Path(name).replace(file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def _is_table(line: str, table: str) -> bool:
    found = _TABLE.match(line)
    return bool(found) and found is not None and found[1].strip() == table
