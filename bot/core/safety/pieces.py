"""The pieces of a message that carry weight in the nets: whole numbers, whatever they stand for.

A piece is a word, the beginning of one, a pair of neighbouring words, a concept or hint, or a pair
of hints of one locale.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import combinations, pairwise
from operator import or_

from bot.core.safety.lexicon import Scan

Pieces = frozenset[int]

# A long message is read in overlapping windows of so many words, at most so many of them.
_WINDOW, _STEP, _MOST_WINDOWS, _MOST_READ = 40, 20, 48, 8
_STEM = 4
# Words and stems are numbered below, pairs of words from there on; concepts, hints and their pairs
# follow, with room for more of them than there are.
_SPAN = 1 << 20
_MARK = 1 << 44
_PAIRED = 1 << 16


def is_pair(piece: int) -> bool:
    """Tell whether the piece is two words or two hints."""
    return _SPAN <= piece < _MARK or piece >= _MARK + _PAIRED


def stem(word: str) -> str:
    """Return what stands for all words with this beginning; no word looks like it."""
    return word[:_STEM] + "-" if len(word) > _STEM else ""


class Cutter:
    """Cuts a scanned message into pieces."""

    def __init__(self, hints: Iterable[int], numbers: Mapping[str, int]) -> None:
        """Take, for each locale, the neighbouring bits of its hints, and the numbers of words.

        `numbers` has stems as well, and "" as 0; words it does not hold are numbered on in each
        part of a message.
        """
        self._hints = [
            ((bits & -bits).bit_length() - 1, bits.bit_length()) for bits in hints if bits
        ]
        self._numbers = numbers

    def telling(self, scan: Scan) -> list[range]:
        """Return where the message is, or the parts of a long one, the most telling part first."""
        size = len(scan.words)
        if size <= _WINDOW:
            return [range(size)]
        step = max(_STEP, math.ceil(size / _MOST_WINDOWS))
        marked: dict[int, range] = {}
        marks = scan.labels
        for start in range(0, size - _WINDOW + step, step):
            marked.setdefault(reduce(or_, marks[start : start + _WINDOW]), _part(start, size))
        return [marked[union] for union in sorted(marked, key=_fewness)[:_MOST_READ]]

    def ends(self, scan: Scan) -> list[range]:
        """Return where the message is, or the beginning and the end of a long one."""
        size = len(scan.words)
        if size <= _WINDOW:
            return [range(size)]
        return [range(_WINDOW), range(size - _WINDOW, size)]

    def cut(self, scan: Scan, part: range) -> Pieces:
        """Return the pieces of a part of the message."""
        return self._pieces(
            scan.words[part.start : part.stop], _union(scan.labels[part.start : part.stop])
        )

    def whole(self, scan: Scan) -> Pieces:
        """Return the pieces of a message that is short, as examples are."""
        return self.cut(scan, range(len(scan.words)))

    def _numbered(self, names: Sequence[str], first: int) -> list[int]:
        """Return the number of each word or stem; new ones are numbered from `first` on."""
        known = self._numbers
        numbers = [known.get(name, -1) for name in names]
        if -1 in numbers:
            fresh = {name: first + at for at, name in enumerate(names) if name not in known}
            numbers = [
                fresh[name] if number < 0 else number
                for name, number in zip(names, numbers, strict=True)
            ]
        return numbers

    def _pieces(self, words: Sequence[str], union: int) -> Pieces:
        first = len(self._numbers)
        numbers = self._numbered(words, first)
        pieces = {*numbers, *self._numbered([*map(stem, words)], first + len(words))}
        pieces.discard(0)
        pieces.update([(a + 1) * _SPAN + b for a, b in pairwise(numbers)])
        bits = _single_bits(union)
        pieces.update([_MARK + bit for bit in bits])
        for lowest, end in self._hints:
            alike = bits[bisect_left(bits, lowest) : bisect_left(bits, end)]
            if len(alike) > 1:
                pieces.update([_MARK + a * _PAIRED + b for a, b in combinations(alike, 2)])
        return frozenset(pieces)


def _part(start: int, size: int) -> range:
    return range(start, min(start + _WINDOW, size))


def _fewness(union: int) -> int:
    return -union.bit_count()


def _union(labels: Iterable[int]) -> int:
    return reduce(or_, set(labels), 0)


def _single_bits(bits: int) -> list[int]:
    """Return the places of the set bits."""
    digits = f"{bits:b}"[::-1]
    found = []
    at = digits.find("1")
    while at >= 0:
        found.append(at)
        at = digits.find("1", at + 1)
    return found
