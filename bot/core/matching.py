"""Which page answers a typed question: pieces of words, weighted by how rare they are.

The examples are `locales/<locale>/questions.toml`. A question and an example are sets of word
pieces (3 or 4 letters, and the whole word), so that endings and slips of the finger still meet.
A topic's score is the mean of two cosines: with all its examples taken together, which tells
what the topic speaks of, and with its three nearest examples, which tells how it is asked.
The choices were measured on tests/matching/dev_*.toml; tests/matching/measured.toml holds what
an independent set said afterwards.
"""

import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bot.core.safety.normalise import normalise
from bot.errors import ContentError, Problem

# Chosen on examples held back, a fifth at a time: 98 of 100 sure answers were right there, where
# the margin tells more than the score. On the development sets none was wrong.
SURE_SCORE = 0.25
SURE_MARGIN = 0.17
# The most that costs no right button on the development sets: a wrong one does little harm.
WORTH_OFFERING = 0.06
MAX_QUESTION = 300

_SHORTEST, _LONGEST = 3, 4
_NEAREST = 3
# Pieces that no example holds weigh more than the rarest known: "side effects of atorvastatin"
# must not be answered with those of diazepam.
_UNSEEN = 1.6


@dataclass(frozen=True, slots=True)
class Match:
    """The best topics for a question, best first, and whether the first is the answer."""

    topics: tuple[str, ...]
    scores: tuple[float, ...]
    sure: bool


class Index:
    """Example questions of one language."""

    def __init__(self, questions: Mapping[str, Iterable[str]]) -> None:
        cut = _Pieces()
        self._topics = sorted(questions)
        examples = [[cut.of(text) for text in questions[topic]] for topic in self._topics]
        self._owners = [topic for topic, owned in enumerate(examples) for _ in owned]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for example, pieces in enumerate(chain.from_iterable(examples)):
            for piece in pieces:
                self._holders[piece].append(example)
        most = math.log(1 + len(self._owners)) + 1
        self._unseen = (_UNSEEN * most) ** 2
        self._rarity = {p: (most - math.log(1 + len(h))) ** 2 for p, h in self._holders.items()}
        self._lengths = [self._length(pieces) for pieces in chain.from_iterable(examples)]
        self._topic_lengths = [self._topic_length(owned) for owned in examples]

    def match(self, question: str) -> Match:
        """Return up to three topics worth offering; none for words this language does not know."""
        pieces = _Pieces().of(question[:MAX_QUESTION])
        length = self._length(pieces)
        together = [0.0] * len(self._topics)
        alone = [0.0] * len(self._lengths)
        for piece in sorted(pieces & self._holders.keys()):
            rarity, holders = self._rarity[piece], self._holders[piece]
            for example in holders:
                alone[example] += rarity
            for topic, times in Counter(map(self._owners.__getitem__, holders)).items():
                together[topic] += rarity * _damped(times)
        nearest: list[list[float]] = [[] for _ in self._topics]
        for example, shared in enumerate(alone):
            if shared:
                nearest[self._owners[example]].append(shared / self._lengths[example])
        scored = [
            (-(whole / its_length + sum(sorted(near)[-_NEAREST:]) / _NEAREST) / 2 / length, topic)
            for whole, its_length, near, topic in zip(
                together, self._topic_lengths, nearest, self._topics, strict=True
            )
            if whole
        ]
        return _verdict([(topic, -score) for score, topic in sorted(scored)[:3]])

    def _length(self, pieces: Iterable[str]) -> float:
        rarity, unseen = self._rarity, self._unseen
        return math.sqrt(math.fsum(rarity.get(piece, unseen) for piece in pieces))

    def _topic_length(self, examples: Iterable[set[str]]) -> float:
        counts = Counter(chain.from_iterable(examples))
        return math.sqrt(math.fsum(self._rarity[p] * _damped(n) ** 2 for p, n in counts.items()))


def _damped(times: int) -> float:
    return 1 + math.log(times)


def _verdict(ranked: Sequence[tuple[str, float]]) -> Match:
    best = [(topic, score) for topic, score in ranked if score >= WORTH_OFFERING]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    sure = bool(best) and best[0][1] >= SURE_SCORE and best[0][1] - second >= SURE_MARGIN
    return Match(tuple(t for t, _ in best), tuple(round(s, 3) for _, s in best), sure)


class _Pieces(dict[str, frozenset[str]]):
    """The pieces of a word, worked out once per word."""

    def of(self, text: str) -> set[str]:
        return set().union(*(self[word] for word in normalise(text).split()))

    def __missing__(self, word: str) -> frozenset[str]:
        self[word] = pieces = frozenset(_cut(f" {word} "))
        return pieces


def _cut(word: str) -> Iterator[str]:
    yield word
    for size in range(_SHORTEST, _LONGEST + 1):
        for start in range(len(word) - size + 1):
            yield word[start : start + size]


def load_questions(file: Path) -> dict[str, tuple[str, ...]]:
    """Return the example questions per topic slug; ContentError for a file that is not that."""
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        cure = "mend the file; content/README.md shows one"
        raise ContentError([Problem(file, 0, "questions", str(error), cure)]) from error
    problems = [
        Problem(file, 0, "questions", f"{slug} is no list of texts", "write slug = [..texts..]")
        for slug, texts in table.items()
        if not (isinstance(texts, list) and texts and all(isinstance(t, str) for t in texts))
    ]
    if problems:
        raise ContentError(problems)
    return {slug: tuple(texts) for slug, texts in table.items()}
