"""The reading formulas, each with its source, and how far chance moves it.

FKGL      0.39 ASL + 11.8 ASW - 15.59. US school grade. Kincaid, Fishburne, Rogers, Chissom 1975.
SMOG      1.043 sqrt(30 polysyllables / sentences) + 3.1291. US school grade. McLaughlin 1969.
INFLESZ   206.835 - 62.3 ASW - ASL. Points, 100 is easiest. Formula of Szigriszt Pazos 1993,
          scale for Spanish patients by Barrio-Cantalejo and others 2008.
WSTF1     0.1935 MS + 0.1672 ASL + 0.1297 IW - 0.0327 ES - 0.875. School year. Erste Wiener
          Sachtextformel, Bamberger and Vanecek 1984.
LIX       ASL + IW. Points, low is easy. Björnsson 1968.
Oborneva  206.835 - 1.3 ASL - 60.1 ASW. Points, 100 is easiest. Oborneva 2006.
letters_per_word, words_over_6_letters_pct
          for Arabic; no formula was validated on health texts, so these are house limits.

ASL is words per sentence, ASW syllables per word; MS, IW, ES are per cent of the words with 3 or
more syllables, with more than 6 letters, and with one syllable. Polysyllables have 3 or more.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

_POLY: Final = 3
_LONG: Final = 6
_SD_AT: Final = (8, 30)


class Size(NamedTuple):
    """A word as a formula sees it."""

    syllables: int
    letters: int


MASKED: Final = Size(syllables=2, letters=5)
"""What a masked term counts as, whatever it is."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The sums over some sentences from which every formula is worked out."""

    sentences: int
    words: int
    syllables: int
    letters: int
    polysyllables: int
    monosyllables: int
    long_words: int

    @classmethod
    def of(cls, sentences: Sequence[Sequence[Size]]) -> "Counts":
        """Count sentences of word sizes."""
        sizes = [size for sentence in sentences for size in sentence]
        return cls(
            sentences=len(sentences),
            words=len(sizes),
            syllables=sum(size.syllables for size in sizes),
            letters=sum(size.letters for size in sizes),
            polysyllables=sum(size.syllables >= _POLY for size in sizes),
            monosyllables=sum(size.syllables == 1 for size in sizes),
            long_words=sum(size.letters > _LONG for size in sizes),
        )

    @property
    def asl(self) -> float:
        """Words per sentence."""
        return self.words / self.sentences

    @property
    def asw(self) -> float:
        """Syllables per word."""
        return self.syllables / self.words

    def percent(self, part: int) -> float:
        """Return a count of words as per cent of all words."""
        return 100 * part / self.words


def _wstf1(c: Counts) -> float:
    return (
        0.1935 * c.percent(c.polysyllables)
        + 0.1672 * c.asl
        + 0.1297 * c.percent(c.long_words)
        - 0.0327 * c.percent(c.monosyllables)
        - 0.875
    )


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula over Counts (at least one sentence and word).

    `spread` is its measured standard deviation at 8 and at 30 sentences of one homogeneous text;
    None where nobody measured it. `cap` bounds the spread then taken from the unit itself.
    """

    compute: Callable[[Counts], float]
    spread: tuple[float, float] | None
    by_syllables: bool = True
    cap: float = 0.0


FORMULAS: Final[dict[str, Formula]] = {
    "FKGL": Formula(lambda c: 0.39 * c.asl + 11.8 * c.asw - 15.59, (0.9, 0.5)),
    "SMOG": Formula(
        lambda c: 1.043 * math.sqrt(30 * c.polysyllables / c.sentences) + 3.1291,
        (0.9, 0.4),
    ),
    "INFLESZ": Formula(lambda c: 206.835 - 62.3 * c.asw - c.asl, (2.8, 1.7)),
    "WSTF1": Formula(_wstf1, (1.8, 0.9)),
    "LIX": Formula(lambda c: c.asl + c.percent(c.long_words), (5.4, 2.8), by_syllables=False),
    "Oborneva": Formula(lambda c: 206.835 - 1.3 * c.asl - 60.1 * c.asw, (7.3, 3.6)),
    "letters_per_word": Formula(
        lambda c: c.letters / c.words,
        None,
        by_syllables=False,
        cap=0.3,
    ),
    "words_over_6_letters_pct": Formula(
        lambda c: c.percent(c.long_words),
        None,
        by_syllables=False,
        cap=5.0,
    ),
}
"""Formula name, as written in reading.toml -> formula."""


def spread_at(formula: Formula, sentences: Sequence[Sequence[Size]]) -> float:
    """Return the standard deviation of a formula's value at this number of sentences.

    Sampling error falls with the root of the length, so between the two measured lengths the
    value is interpolated over 1/sqrt(n), and past 30 sentences it shrinks with 1/sqrt(n). Below
    8 sentences that of 8 holds. For a formula nobody measured it is the standard error of the
    unit's own mean per word, sentences taken as the sample, at most the formula's cap.
    """
    n = len(sentences)
    if formula.spread is None:
        return min(formula.cap, _ratio_error(formula, sentences))
    short, long = formula.spread
    low, high = _SD_AT
    if n >= high:
        return long * math.sqrt(high / n)
    share = (_root(low) - _root(max(n, low))) / (_root(low) - _root(high))
    return short + (long - short) * share


def _root(n: int) -> float:
    return 1 / math.sqrt(n)


def _ratio_error(formula: Formula, sentences: Sequence[Sequence[Size]]) -> float:
    n = len(sentences)
    if n < _SD_AT[0]:
        return formula.cap
    mean = formula.compute(Counts.of(sentences))
    gaps = [
        len(sentence) * (formula.compute(Counts.of([sentence])) - mean) for sentence in sentences
    ]
    words = sum(len(sentence) for sentence in sentences)
    return math.sqrt(n / (n - 1) * sum(gap * gap for gap in gaps)) / words
