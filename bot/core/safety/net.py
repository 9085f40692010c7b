"""A soft net under the rules: what example phrases of danger have that harmless ones have not.

Rules find what their authors thought of; the net finds what resembles the examples. It learns
one weight for each piece (`bot.core.safety.pieces`) by logistic regression. It only ever adds a
doubt, so it needs no certainty of its own.
"""

import math
import random
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import add

from bot.core.safety.pieces import Pieces, is_pair
from bot.core.safety.sparse import Sparse

# Chosen by cross-validation on locales/*/examples*.toml; more rounds gain nothing there.
_ROUNDS, _RATE, _SLOWING = 6, 3.0, 0.5
# What was learnt last weighs too much, so weights are means: over some orders to learn in, and in
# each over the ends of the later rounds, so that another order changes scores less.
_ORDERS, _FIRST_ROUNDS = 3, 4
_BIAS_RATE = 0.1
_SETTLED = 0.03
_STEEPEST = 30.0
_SMOOTHING = 0.3
_TELLING = 2

# 1 for an example of the wanted heap, else 0; the factor of its sum; its pieces, renumbered.
Row = tuple[float, float, list[int]]


class Net:
    """Weights that part one heap of examples from another, and name the heap's kinds."""

    def __init__(
        self, table: Sparse, column: Sequence[float], bias: float, kinds: "Kinds"
    ) -> None:
        """Take what was learnt; `learn` makes it."""
        self.table = table
        self.column = column
        self.bias = bias
        self.kinds = kinds

    @classmethod
    def learn(cls, wanted: Mapping[str, Iterable[Pieces]], other: Iterable[Pieces]) -> "Net":
        """Learn from the pieces of the wanted examples, by kind, and of all others."""
        heaps = {kind: list(examples) for kind, examples in wanted.items()}
        yes = [pieces for examples in heaps.values() for pieces in examples]
        weights, bias = _learn(yes, list(other))
        table = Sparse.of(piece for piece, weight in weights.items() if weight)
        return cls(table, table.column(weights), bias, Kinds.learn(heaps))

    def score(self, pieces: Pieces, known: dict[int, float]) -> float:
        """Return how much the pieces speak for the wanted heap: above 0 for, below against.

        `known` has the weights of pieces looked up before, and takes in those of these.
        """
        self.table.look_up(pieces - known.keys(), self.column, known)
        return sum(map(known.__getitem__, pieces)) / math.sqrt(len(pieces) or 1) + self.bias

    def kind(self, pieces: Pieces) -> str:
        """Return the kind of wanted example that the pieces resemble most."""
        return self.kinds.likeliest(pieces)


class Kinds:
    """Naive Bayes over the kinds: which of them holds such pieces more than the others do."""

    def __init__(self, kinds: Sequence[str], table: Sparse, rows: Sequence[float]) -> None:
        """Take the kinds, and for each slot of the table a weight for each of them."""
        self.kinds = tuple(kinds)
        self.table = table
        self.rows = rows

    @classmethod
    def learn(cls, heaps: Mapping[str, Sequence[Pieces]]) -> "Kinds":
        """Learn from the pieces of each kind's examples."""
        counts = [Counter(p for one in heap for p in one) for heap in heaps.values()]
        sizes = [len(heap) for heap in heaps.values()]
        everywhere = sum(sizes)
        total: Counter[int] = Counter()
        for counted in counts:
            total.update(counted)
        table = Sparse.of(p for p, times in total.items() if times >= _TELLING and not is_pair(p))
        rows = (
            math.log((inside[piece] + _SMOOTHING) / (size + 1))
            - math.log((total[piece] - inside[piece] + _SMOOTHING) / (everywhere - size + 1))
            if piece
            else 0.0
            for piece in table.keys
            for inside, size in zip(counts, sizes, strict=True)
        )
        return cls(tuple(heaps), table, array("f", rows))

    def likeliest(self, pieces: Pieces) -> str:
        """Return the kind whose examples hold these pieces more than the others' do."""
        size = len(self.kinds)
        scores = [0.0] * size
        for piece in pieces:
            row = self.table.slot(piece) * size
            for kind in range(size):
                scores[kind] += self.rows[row + kind]
        return self.kinds[scores.index(max(scores))]


def _learn(yes: list[Pieces], no: list[Pieces]) -> tuple[dict[int, float], float]:
    """Return weights and bias by logistic regression; the same examples give the same weights."""
    number: dict[int, int] = {}
    rows = [
        (target, 1 / math.sqrt(len(pieces)), [number.setdefault(p, len(number)) for p in pieces])
        for target, heap in ((1.0, yes), (0.0, no))
        for pieces in heap
        if pieces
    ]
    weights, bias = [0.0] * len(number), 0.0
    times = _ORDERS * (_ROUNDS - _FIRST_ROUNDS)
    for order in range(_ORDERS):
        for on_the_way, its_bias in _descents(rows[:], len(number), order):
            weights = [*map(add, weights, on_the_way)]
            bias += its_bias
    return {piece: weights[at] / times for piece, at in number.items()}, bias / times


def _descents(rows: list[Row], size: int, order: int) -> Iterator[tuple[list[float], float]]:
    """Yield the weights and bias at the end of each of the later rounds."""
    weights = [0.0] * size
    bias = 0.0
    dice = random.Random(1 + order)  # noqa: S311 - an order to learn in, no secret
    for turn in range(_ROUNDS):
        dice.shuffle(rows)
        rate = _RATE / (1 + turn * _SLOWING)
        for target, scale, row in rows:
            value = sum(map(weights.__getitem__, row)) * scale + bias
            value = max(-_STEEPEST, min(_STEEPEST, value))
            error = target - 1 / (1 + math.exp(-value))
            if abs(error) < _SETTLED:
                continue
            bias += rate * _BIAS_RATE * error
            change = rate * scale * error
            for piece in row:
                weights[piece] += change
        if turn >= _FIRST_ROUNDS:
            yield weights, bias
