"""A soft net under the rules: what example phrases of danger have that harmless ones have not.

Rules find what their authors thought of; the net finds what resembles the examples. It learns,
at the start, one weight for each word, pair of neighbouring words, concept and pair of hints
(the broad word classes of a rule file), by logistic regression. It only ever adds a doubt, so
it needs no certainty of its own.
"""

import math
import random
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise, repeat

from bot.core.safety.lexicon import Scan

Pieces = frozenset[Hashable]

# Chosen by cross-validation on locales/*/examples*.toml; more rounds gain nothing there.
_ROUNDS, _RATE, _SLOWING = 6, 3.0, 0.5
_BIAS_RATE = 0.1
_SETTLED = 0.03
_STEEPEST = 30.0
_SMOOTHING = 0.3
_TELLING = 2
# A long message is read in overlapping windows of so many words, at most so many of them.
_WINDOW, _STEP, _MOST_WINDOWS, _MOST_READ = 40, 20, 48, 8
_STEM = 4
# More than there are concepts and hints: a pair of them is a number of its own.
_PAIRED = 1 << 16


class Cutter:
    """Cuts a scanned message into the pieces that carry weight."""

    def __init__(self, hints: Iterable[int]) -> None:
        """Take, for each locale, the bits of its hints; only hints of one locale pair up."""
        self._hints = tuple(hints)

    def windows(self, scan: Scan) -> Iterator[Pieces]:
        """Yield the pieces of the whole message, or of the most telling parts of a long one."""
        words, labels = scan.words, scan.labels
        if len(words) <= _WINDOW:
            yield self._pieces(words, _union(labels))
            return
        step = max(_STEP, math.ceil(len(words) / _MOST_WINDOWS))
        unions: dict[tuple[str, ...], int] = {}
        for start in range(0, len(words) - _WINDOW + step, step):
            end = start + _WINDOW
            unions[tuple(words[start:end])] = _union(labels[start:end])
        telling = set(sorted(unions, key=lambda part: -unions[part].bit_count())[:_MOST_READ])
        for part, union in unions.items():
            if part in telling:
                yield self._pieces(part, union)

    def whole(self, scan: Scan) -> Pieces:
        """Return the pieces of a message that is short, as examples are."""
        return self._pieces(scan.words, _union(scan.labels))

    def _pieces(self, words: Sequence[str], union: int) -> Pieces:
        found = _single_bits(union)
        pieces: set[Hashable] = {*words, *pairwise(words), *found}
        pieces.update([word[:_STEM] + "-" for word in words if len(word) > _STEM])
        for hints in self._hints:
            if len(alike := _single_bits(union & hints)) > 1:
                pieces.update([a * _PAIRED + b for a, b in combinations(alike, 2)])
        pieces.discard("")
        return frozenset(pieces)


def _union(labels: Iterable[int]) -> int:
    union = 0
    for bits in set(labels):
        union |= bits
    return union


def _single_bits(bits: int) -> list[int]:
    """Return the places of the set bits."""
    digits = f"{bits:b}"[::-1]
    found = []
    at = digits.find("1")
    while at >= 0:
        found.append(at)
        at = digits.find("1", at + 1)
    return found


class Net:
    """Weights that part one heap of examples from another, and name the heap's kinds."""

    def __init__(self, wanted: Mapping[str, Iterable[Pieces]], other: Iterable[Pieces]) -> None:
        """Learn from the pieces of the wanted examples, by kind, and of all others."""
        kinds = {kind: list(examples) for kind, examples in wanted.items()}
        yes = [pieces for examples in kinds.values() for pieces in examples]
        self._weights, self._bias = _learn(yes, list(other))
        self._kinds = _Kinds(kinds)

    def score(self, pieces: Pieces) -> float:
        """Return how much the pieces speak for the wanted heap: above 0 for, below against."""
        if not pieces:
            return self._bias
        known = sum(map(self._weights.get, pieces, repeat(0.0)))
        return known / math.sqrt(len(pieces)) + self._bias

    def kind(self, pieces: Pieces) -> str:
        """Return the kind of wanted example that the pieces resemble most."""
        return self._kinds.likeliest(pieces)


def _is_pair(piece: Hashable) -> bool:
    return isinstance(piece, int) and piece >= _PAIRED


class _Kinds:
    """Naive Bayes over the kinds: which of them holds such pieces more than the others do."""

    def __init__(self, kinds: Mapping[str, Sequence[Pieces]]) -> None:
        self._kinds = tuple(kinds)
        counts = [Counter(p for one in kinds[kind] for p in one) for kind in self._kinds]
        sizes = [len(kinds[kind]) for kind in self._kinds]
        everywhere = sum(sizes)
        total: Counter[Hashable] = Counter()
        for counted in counts:
            total.update(counted)
        self._rows = {
            piece: tuple(
                math.log((inside[piece] + _SMOOTHING) / (size + 1))
                - math.log((times - inside[piece] + _SMOOTHING) / (everywhere - size + 1))
                for inside, size in zip(counts, sizes, strict=True)
            )
            for piece, times in total.items()
            if times >= _TELLING and not isinstance(piece, tuple) and not _is_pair(piece)
        }

    def likeliest(self, pieces: Pieces) -> str:
        rows = [self._rows[piece] for piece in pieces if piece in self._rows]
        scores = [sum(column) for column in zip(*rows, strict=True)] or [0.0]
        return self._kinds[scores.index(max(scores))]


def _learn(yes: list[Pieces], no: list[Pieces]) -> tuple[dict[Hashable, float], float]:
    """Return weights and bias by logistic regression; the same examples give the same weights."""
    number: dict[Hashable, int] = {}
    rows = [
        (target, [number.setdefault(piece, len(number)) for piece in pieces])
        for target, heap in ((1.0, yes), (0.0, no))
        for pieces in heap
        if pieces
    ]
    weights = [0.0] * len(number)
    bias = 0.0
    dice = random.Random(1)  # noqa: S311 - an order to learn in, no secret
    for turn in range(_ROUNDS):
        dice.shuffle(rows)
        rate = _RATE / (1 + turn * _SLOWING)
        for target, row in rows:
            size = 1 / math.sqrt(len(row))
            value = sum(map(weights.__getitem__, row)) * size + bias
            value = max(-_STEEPEST, min(_STEEPEST, value))
            error = target - 1 / (1 + math.exp(-value))
            if abs(error) < _SETTLED:
                continue
            bias += rate * _BIAS_RATE * error
            change = rate * size * error
            for piece in row:
                weights[piece] += change
    return {piece: weights[at] for piece, at in number.items()}, bias
