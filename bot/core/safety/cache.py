"""A file of plain tables, kept to save work at the next start and never trusted further.

It opens with one line of JSON: the key that says what the tables were made from, a digest of
everything that follows, and the sections' names, kinds and sizes. A section is an array, bytes, a
list of words, or JSON. Reading runs no code, and whatever does not fit is refused.
"""

import hashlib
import json
import os
import tempfile
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.errors import BotError

Stored = Mapping[str, Any]

_ARRAYS = frozenset("BIQf")


class UnusableCacheError(BotError):
    """The cache cannot be used; the text says why."""


def write(path: Path, key: str, sections: Stored) -> None:
    """Replace the file as a whole; raises OSError where that is impossible."""
    packed = [(name, *_packed(value)) for name, value in sections.items()]
    body = b"".join(data for _, _, data in packed)
    head = {
        "key": key,
        "digest": hashlib.sha256(body).hexdigest(),
        "sections": [[name, kind, len(data)] for name, kind, data in packed],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(head).encode() + b"\n" + body)
        # An image is built by one user and run by another.
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def read(path: Path, key: str) -> Stored:
    """Return the sections of a file with this key; raises UnusableCacheError, saying why."""
    try:
        with path.open("rb") as file:
            head = json.loads(file.readline())
            if head["key"] != key:
                raise UnusableCacheError("made from other files")
            body = file.read()
        if hashlib.sha256(body).hexdigest() != head["digest"]:
            raise UnusableCacheError("damaged")
        sections: dict[str, Any] = {}
        view = memoryview(body)
        at = 0
        for name, kind, size in head["sections"]:
            sections[name] = _unpacked(kind, view[at : at + size])
            at += size
    except FileNotFoundError as fault:
        raise UnusableCacheError("not made yet") from fault
    except OSError as fault:
        raise UnusableCacheError(f"unreadable: {fault.strerror}") from fault
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise UnusableCacheError("not a cache of this program") from fault
    return sections


def _packed(value: object) -> tuple[str, bytes]:
    if isinstance(value, array):
        return value.typecode, value.tobytes()
    if isinstance(value, bytes):
        return "bytes", value
    if isinstance(value, list):
        return "words", "".join([word + "\n" for word in value]).encode()
    return "json", json.dumps(value, ensure_ascii=False).encode()


def _unpacked(kind: str, data: memoryview) -> object:
    if kind in _ARRAYS:
        found: array[int] | array[float] = array(kind)
        found.frombytes(data)
        return found
    if kind == "bytes":
        return bytes(data)
    text = str(data, "utf-8")
    if kind == "words":
        return text.split("\n")[:-1]
    return json.loads(text)
