"""Thousands of translations in little memory: three blocks of bytes instead of an object each."""

from array import array
from bisect import bisect_left
from collections.abc import Mapping
from hashlib import blake2b
from itertools import accumulate
from typing import NamedTuple

_SIZE = 16  # of a digest, in bytes: two texts never share one
_BETWEEN = "\0"


class Key(NamedTuple):
    """What a catalog is asked by."""

    context: str
    source: str


class Packed:
    """Texts by key, to be asked for but not listed: only a digest of each key is kept.

    `names` are the digests in order, `ends` where each text ends in `body` (UTF-8).
    """

    def __init__(self, names: bytes, ends: "array[int]", body: bytes) -> None:
        self.names = names
        self.ends = ends
        self.body = body

    @classmethod
    def of(cls, texts: Mapping[Key, tuple[str, ...]]) -> "Packed":
        """Pack complete texts, each with its plural forms."""
        found = sorted((_digest(key), forms) for key, forms in texts.items())
        ends, body = array("Q"), bytearray()
        for _, forms in found:
            body += _BETWEEN.join(forms).encode()
            ends.append(len(body))
        return cls(b"".join(name for name, _ in found), ends, bytes(body))

    def with_texts(self, texts: Mapping[Key, tuple[str, ...]]) -> "Packed":
        """Return these texts with others beside them, or in the place of those of the same key."""
        new = {_digest(key): _BETWEEN.join(forms).encode() for key, forms in texts.items()}
        names = [self._name(at) for at in range(len(self))]
        begins = [0, *self.ends]
        old = {
            name: self.body[begin:end]
            for name, begin, end in zip(names, begins, self.ends, strict=False)
        }
        old |= new
        found = sorted(old.items())
        ends = array("Q", accumulate(len(text) for _, text in found))
        return Packed(
            b"".join(name for name, _ in found), ends, b"".join(text for _, text in found)
        )

    def __len__(self) -> int:
        return len(self.ends)

    def get(self, key: Key) -> tuple[str, ...]:
        """Return the forms of a text, none where it is not there."""
        name = _digest(key)
        at = bisect_left(range(len(self)), name, key=self._name)
        if at == len(self) or self._name(at) != name:
            return ()
        begin = self.ends[at - 1] if at else 0
        return tuple(self.body[begin : self.ends[at]].decode().split(_BETWEEN))

    def _name(self, at: int) -> bytes:
        return self.names[at * _SIZE : (at + 1) * _SIZE]


def _digest(key: Key) -> bytes:
    return blake2b(_BETWEEN.join(key).encode(), digest_size=_SIZE).digest()
