"""The patterns that rule files are written in, and how a misspelt word still meets one.

A pattern is one word or several. `stem*` is the beginning of a word, `*ending` its end,
`#` a number, `#6` a number of at least 6, `~` between words stands for up to three other
words, and `=word` is never read into a misspelling.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bot.core.safety.normalise import normalise

SHORTEST_PART = 2
# Slips are looked for in so many letters at the beginning of a word.
FUZZY_PREFIX = 6
_DOUBLED = re.compile(r"(.)\1+", re.DOTALL)


class PatternError(ValueError):
    """A pattern that can never match; the text says why."""


class Element(NamedTuple):
    """One word of a pattern: how it is meant, folded, and whether words may stand before it."""

    how: str
    word: str
    gap: bool


class Folded(dict[str, tuple[str, ...]]):
    """The folded words of what stands between two spaces of a pattern, worked out once each."""

    def __missing__(self, written: str) -> tuple[str, ...]:
        self[written] = words = tuple(normalise(written).split())
        return words


class Spellings:
    """One form for words that are written in several ways: "can not", "cannot", "cant"."""

    def __init__(self, variants: Mapping[str, Iterable[str]] | None = None) -> None:
        """Take, for each canonical form, its variants of one or two words."""
        self._single: dict[str, list[str]] = {}
        self._double: dict[tuple[str, str], list[str]] = {}
        for canonical, written in (variants or {}).items():
            folded = normalise(canonical).split()
            for variant in written:
                words = normalise(variant).split()
                if len(words) == 1:
                    self._single[words[0]] = folded
                elif len(words) == SHORTEST_PART:
                    self._double[words[0], words[1]] = folded
                else:
                    raise PatternError(f"'{variant}' is not one or two words")
        self._starts = {*self._single, *(first for first, _ in self._double)}

    def unify(self, words: Sequence[str]) -> list[str]:
        """Return the words with each variant replaced by its canonical form."""
        if self._starts.isdisjoint(words):
            return list(words)
        unified: list[str] = []
        skip = False
        for at, word in enumerate(words):
            if skip:
                skip = False
            elif word not in self._starts:
                unified.append(word)
            else:
                pair = self._double.get((word, words[at + 1])) if at + 1 < len(words) else None
                skip = pair is not None
                unified += pair or self._single.get(word) or [word]
        return unified


_NO_SPELLINGS = Spellings()


def parse(
    pattern: str, spellings: Spellings = _NO_SPELLINGS, folded: Folded | None = None
) -> list[Element]:
    """Return a pattern's elements; raises PatternError if it can never match.

    Who parses many patterns hands in one `folded` for all, and saves most of the work.
    """
    fold = Folded() if folded is None else folded
    elements: list[Element] = []
    gap = False
    plain: list[str] = []
    for written in [*pattern.split(), "~"]:
        if written[0] not in "~#=*" and written[-1] != "*":
            plain += fold[written] or _nothing(written)
            continue
        for word in spellings.unify(plain):
            elements.append(Element("fuzzy", word, gap))
            gap = False
        plain = []
        if written == "~":
            gap = bool(elements)
        else:
            elements.append(_marked(written, fold, gap=gap))
            gap = False
    if not elements:
        raise PatternError("the pattern is empty")
    if pattern.rstrip().endswith("~"):
        raise PatternError("'~' stands at the end")
    return elements


def _nothing(written: str) -> tuple[str, ...]:
    raise PatternError(f"nothing of '{written}' is left after folding")


def _marked(written: str, fold: Folded, *, gap: bool) -> Element:
    if written.startswith("#"):
        if written[1:] and not written[1:].isdecimal():
            raise PatternError(f"'{written}' is not a number pattern")
        return Element("number", written[1:] or "0", gap)
    how = "word" if written[0] == "=" else "ending" if written[0] == "*" else "stem"
    folded = "".join(fold[written.strip("*=")])
    if not folded:
        _nothing(written)
    if how != "word" and len(folded) < SHORTEST_PART:
        raise PatternError(f"'{written}' is too short for a part of a word")
    return Element(how, folded, gap)


def squeeze(word: str) -> str:
    """Return the word, or words with one space between, with every doubled letter single."""
    return _DOUBLED.sub(r"\1", word)


def slips(word: str) -> set[str]:
    """Return the word and what is left of it without one of its letters but the first."""
    return {word[:at] + word[at + 1 :] for at in range(1, len(word) + 1)}


def is_near(word: str, stem: str, *, whole: bool) -> bool:
    """Tell whether one slip of the pen turns `stem` into `word`, or into its beginning.

    Slips are one letter more, less, other, or two neighbours swapped. The first letter
    must be right; so must be the last letter of a stem, where any word would fit.
    """
    size, length = len(stem), len(word)
    if length < size - 1 or (whole and length > size + 1):
        return False
    at = 0
    while at < size and at < length and word[at] == stem[at]:
        at += 1
    if at == size:
        return not whole or length <= size + 1
    if at == 0 or (not whole and at == size - 1):
        return False
    for skip_stem, skip_word in ((1, 1), (0, 1), (1, 0)):
        if word.startswith(stem[at + skip_stem :], at + skip_word) and (
            not whole or length - skip_word == size - skip_stem
        ):
            return True
    return (
        word[at : at + 2] == stem[at + 1 : at - 1 : -1]
        and at + 1 < size
        and word.startswith(stem[at + 2 :], at + 2)
        and (not whole or length == size)
    )
