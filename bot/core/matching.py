"""Which page answers a typed question: character n-grams with TF-IDF weights.

One document per topic is made of its example questions (`locales/<locale>/questions.toml`). The
cosine of a question with each of them is its score. Measured choices (n-grams of 2 to 5 letters,
one document per topic) and both thresholds: see DECISIONS.md.
"""

import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.safety.normalise import normalise
from bot.errors import ContentError, Problem

SURE_SCORE = 0.40
SURE_MARGIN = 0.10
WORTH_OFFERING = 0.15
MAX_QUESTION = 300

_SHORTEST, _LONGEST = 2, 5


@dataclass(frozen=True, slots=True)
class Match:
    """The best topics for a question, best first, and whether the first is the answer."""

    topics: tuple[str, ...]
    scores: tuple[float, ...]
    sure: bool


class Index:
    """Example questions of one language."""

    def __init__(self, questions: Mapping[str, Iterable[str]]) -> None:
        counts = {topic: Counter(_grams_of_all(texts)) for topic, texts in questions.items()}
        frequency = Counter(gram for grams in counts.values() for gram in grams)
        total = len(counts)
        self._rarity = {g: math.log((1 + total) / (1 + n)) + 1 for g, n in frequency.items()}
        self._postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for topic, grams in counts.items():
            for gram, weight in self._unit(grams).items():
                self._postings[gram].append((topic, weight))

    def match(self, question: str) -> Match:
        """Return up to three topics worth offering; none for words this language does not know."""
        scores: dict[str, float] = defaultdict(float)
        for gram, weight in self._unit(Counter(_grams(question[:MAX_QUESTION]))).items():
            for topic, topic_weight in self._postings.get(gram, ()):
                scores[topic] += weight * topic_weight
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:3]
        best = [item for item in ranked if item[1] >= WORTH_OFFERING]
        second = ranked[1][1] if len(ranked) > 1 else 0.0
        sure = bool(best) and best[0][1] >= SURE_SCORE and best[0][1] - second >= SURE_MARGIN
        return Match(tuple(t for t, _ in best), tuple(round(s, 3) for _, s in best), sure)

    def _unit(self, grams: Counter[str]) -> dict[str, float]:
        """Return TF-IDF weights of length one; grams no example holds count in the length."""
        unseen = max(self._rarity.values(), default=1.0)
        weights = {g: (1 + math.log(n)) * self._rarity.get(g, unseen) for g, n in grams.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {gram: weight / length for gram, weight in weights.items()}


def _grams_of_all(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _grams(text)


def _grams(text: str) -> Iterator[str]:
    for word in normalise(text).split():
        padded = f" {word} "
        for size in range(_SHORTEST, _LONGEST + 1):
            if len(padded) <= size:
                yield padded
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


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
