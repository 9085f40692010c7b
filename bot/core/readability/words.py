"""From text to sentences and words, and phrases found among the words.

Every step is linear in the text: the two patterns are possessive, look-backs are bounded.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Kind = Literal["paragraph", "bullet", "heading", "urgent"]

_LETTER: Final = r"(?:[^\W_]|[\u0300-\u036f])"
TOKEN: Final = re.compile(
    rf"\d++(?:[.,:/–-]\d++)*+{_LETTER}*+|{_LETTER}++(?:['’‑-]{_LETTER}++)*+",
)
END: Final = re.compile(r"[.!?…؟。।！？]++[\"'”“»’)\]]*+")

_ALWAYS_END: Final = frozenset("؟。।！？")
_CLOSERS: Final = "\"'”“»’)]"
_OPENERS: Final = "([\"'„“«‘"
_PAUSES: Final = frozenset(',;:()[]—–،؛…"«»„“”')
_INVISIBLE: Final = dict.fromkeys(
    [
        *(0xAD, 0x640, 0x670, 0xFEFF),
        *(*range(0x64B, 0x653), *range(0x200B, 0x2010)),
        *(*range(0x202A, 0x202F), *range(0x2060, 0x206A)),
    ],
)
_FOLD: Final = str.maketrans(
    {"’": "'", "‑": "-", "ё": "е", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه"},
)
_MARKS_KEPT: Final = 4
_LOOK_BACK: Final = 12
_LOOK_AHEAD: Final = 8
_LONGEST_ENTRY: Final = 40
_LEAD: Final = 4
_TRAIL: Final = 5


class Passage(NamedTuple):
    """A block of plain text as the reader sees it, citations already gone.

    Consecutive bullets are one list. `urgent` is the emergency block, which is kept out of
    formulas. `line` is where the text begins in its file; `first` marks the unit's first message.
    """

    kind: Kind
    text: str
    line: int = 0
    first: bool = False


class Word(NamedTuple):
    """A word as written, its folded key for comparing, and whether a pause stands before it."""

    text: str
    key: str
    pause: bool

    @property
    def is_number(self) -> bool:
        """Whether it starts with a digit: 10, 2.5, 5-10, 5mg."""
        return self.text[0].isdecimal()


class Hit(NamedTuple):
    """A phrase found: the entry as listed, its note, and the words start..end it covers."""

    entry: str
    note: str
    start: int
    end: int


class Sentence(NamedTuple):
    """A sentence with at least one word."""

    text: str
    line: int
    words: tuple[Word, ...]

    def said(self, hit: Hit) -> str:
        """Return the words of a phrase found, as they were written."""
        return " ".join(word.text for word in self.words[hit.start : hit.end])

    @property
    def is_question(self) -> bool:
        """Whether it ends in a question mark."""
        return self.text.rstrip(_CLOSERS).endswith(("?", "؟", "？"))


@dataclass(frozen=True, slots=True)
class Block:
    """A passage with its sentences."""

    passage: Passage
    text: str
    sentences: tuple[Sentence, ...]

    @property
    def kind(self) -> Kind:
        """The passage's kind."""
        return self.passage.kind

    @property
    def words(self) -> int:
        """How many words the passage has."""
        return sum(len(sentence.words) for sentence in self.sentences)


def fold(word: str) -> str:
    """Return the form for comparing: caseless, one apostrophe, Arabic letter variants merged."""
    return word.casefold().translate(_FOLD)


def clean(text: str) -> str:
    """Return the text composed (NFC), without bidi marks, harakat and soft hyphens."""
    if text.isascii():
        return text
    kept, run = [], 0
    for char in text.translate(_INVISIBLE):
        # Sorting a long run of combining marks is quadratic in normalize(); nobody writes five.
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MARKS_KEPT:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def split_words(text: str) -> tuple[Word, ...]:
    """Return the words: letters with inner hyphens and apostrophes, numbers in one piece."""
    words, end = [], 0
    for match in TOKEN.finditer(text):
        pause = not _PAUSES.isdisjoint(text[end : match.start()])
        words.append(Word(match.group(), fold(match.group()), pause))
        end = match.end()
    return tuple(words)


def split_sentences(text: str, line: int, titles: Collection[str]) -> tuple[Sentence, ...]:
    """Return the sentences of cleaned text; what follows the last full stop is one as well.

    `titles` are folded abbreviations with their dot that never end a sentence ("dr.").
    """
    cuts = [match.end() for match in END.finditer(text) if _is_end(text, match, titles)]
    sentences, start = [], 0
    for cut in [*cuts, len(text)]:
        piece = text[start:cut]
        body = piece.lstrip()
        if words := split_words(body):
            skipped = len(piece) - len(body)
            sentences.append(Sentence(body.rstrip(), line + piece.count("\n", 0, skipped), words))
        line += piece.count("\n")
        start = cut
    return tuple(sentences)


def _is_end(text: str, match: re.Match[str], titles: Collection[str]) -> bool:
    marks = match.group().rstrip(_CLOSERS)
    if not _ALWAYS_END.isdisjoint(marks):
        return True
    after = text[match.end() : match.end() + _LOOK_AHEAD]
    if after and not after[0].isspace():
        return False
    if marks.endswith(("!", "?")):
        return True
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    pieces = before.split()
    chunk = pieces[-1].lstrip(_OPENERS) if pieces and not before[-1].isspace() else ""
    if marks == "." and (fold(chunk) + "." in titles or (len(chunk) == 1 and chunk.isalpha())):
        return False
    return not after.lstrip()[:1].islower()


def read(passage: Passage, titles: Collection[str]) -> Block:
    """Return the passage with its sentences; a bullet without a full stop is a sentence too."""
    text = clean(passage.text)
    return Block(passage, text, split_sentences(text, passage.line, titles))


def sentences_in(blocks: Iterable[Block], *kinds: Kind) -> Iterator[Sentence]:
    """Yield the sentences of the blocks of these kinds."""
    for block in blocks:
        if block.kind in kinds:
            yield from block.sentences


class _Pattern(NamedTuple):
    stem: str
    lead: bool
    trail: bool

    @classmethod
    def of(cls, word: str) -> "_Pattern":
        return cls(fold(word.strip("*")), word.startswith("*"), word.endswith("*"))

    def matches(self, word: Word) -> bool:
        if self.stem == "#":
            return word.is_number
        lead = _LEAD if self.lead else 0
        at = word.key.find(self.stem, 0, lead + len(self.stem))
        return 0 <= at <= lead and (
            len(word.key) - at - len(self.stem) <= (_TRAIL if self.trail else 0)
        )


class Lexicon:
    """A list of phrases that finds itself in a sentence, longest entry first, without overlap.

    In an entry `word*` allows up to 5 more letters behind, `*word` up to 4 before (Arabic glues
    articles and prepositions on), and `#` stands for a number. Dots are ignored ("e.g.").
    """

    def __init__(self, entries: Mapping[str, str] | Iterable[str]) -> None:
        notes = entries if isinstance(entries, Mapping) else dict.fromkeys(entries, "")
        self._phrases: dict[str, list[tuple[tuple[_Pattern, ...], str, str]]] = {}
        self._lead = self._trail = 0
        for entry, note in notes.items():
            patterns = tuple(_Pattern.of(word) for word in entry.replace(".", " ").split())
            if not patterns or not all(pattern.stem for pattern in patterns):
                continue
            self._phrases.setdefault(patterns[0].stem, []).append((patterns, entry, note))
            self._lead = max(self._lead, _LEAD * patterns[0].lead)
            self._trail = max(self._trail, _TRAIL * patterns[0].trail)
        for phrases in self._phrases.values():
            phrases.sort(key=lambda phrase: -len(phrase[0]))

    def find(self, words: Sequence[Word]) -> Iterator[Hit]:
        """Yield the phrases among the words, from left to right."""
        at = 0
        while at < len(words):
            hit = self._at(words, at)
            if hit is not None:
                yield hit
            at = at + 1 if hit is None else hit.end

    def __contains__(self, word: Word) -> bool:
        """Whether the word alone is an entry."""
        return self._at((word,), 0) is not None

    def _at(self, words: Sequence[Word], at: int) -> Hit | None:
        best: Hit | None = None
        for stem in self._stems(words[at]):
            for patterns, entry, note in self._phrases.get(stem, ()):
                end = at + len(patterns)
                if end > len(words) or (best is not None and end <= best.end):
                    continue
                if all(
                    pattern.matches(word)
                    for pattern, word in zip(patterns, words[at:end], strict=True)
                ):
                    best = Hit(entry, note, at, end)
        return best

    def _stems(self, word: Word) -> Iterable[str]:
        key = word.key
        if len(key) > _LONGEST_ENTRY:
            return ()
        stems = [key]
        if self._lead or self._trail:
            size = len(key)
            stems = [
                key[lead:end]
                for lead in range(min(self._lead, size - 1) + 1)
                for end in range(size, max(lead, size - self._trail - 1), -1)
            ]
        if word.is_number:
            stems.append("#")
        return stems
