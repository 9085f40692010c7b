"""One spelling for what people type, so that rules and example questions meet it.

`normalise` is used on both sides: on the message and on the words in the rule files.
Every step is linear in the length of the text.
"""

import re
import unicodedata
from collections.abc import Iterable

_PRECOMPUTED = 0x2100
_LEARNED = 40_000
_SENTENCE, _CLAUSE = "\n", ","
_SENTENCE_MARKS = ".!?\n\r\u2028\u2029。؟।"
_CLAUSE_MARKS = ',;:()[]{}"«»“”„،؛–—|'
_APOSTROPHES = "'’‘`´ʼʻ′"
_BREAKS: dict[str, str | None] = {
    **dict.fromkeys(_SENTENCE_MARKS, _SENTENCE),
    **dict.fromkeys(_CLAUSE_MARKS, _CLAUSE),
    **dict.fromkeys(_APOSTROPHES + "\u0640"),
}
_KEPT_WHOLE = "йї"
_IDEOGRAPHS, _HANGUL = range(0x4E00, 0xA000), range(0xAC00, 0xD7A4)

_LETTERS = {
    **dict(zip("ىةٱگچڤپکیە", "يهاكجفبكيه", strict=True)),
    **dict(zip("øłđıħŧðþ", "oldihtdt", strict=True)),
    "æ": "ae",
    "œ": "oe",
    "ς": "σ",
}
# One compatibility character can stand for up to 18 letters; none of these is typed in need.
_EXPANDING = dict.fromkeys([*range(0x3200, 0x3400), *range(0xFDF0, 0xFDFE)], " ")
_BEFORE = {**_EXPANDING, ord("´"): "'", 0x1F198: " sos ", 0x1F4A9: " "}
_BEFORE_ANY = re.compile(f"[{''.join(map(chr, _BEFORE))}]")

_CYRILLIC_AS_LATIN = dict(zip("авсенкмортухгпијѕіԁԛԝӏьɡ", "abcehkmoptyxrnujsidqwlbg", strict=True))
_GREEK_AS_LATIN = dict(zip("αβεηικνορτυχγωμσζ", "abenikvoptuxywmoz", strict=True))
_AS_LATIN = str.maketrans({**_CYRILLIC_AS_LATIN, **_GREEK_AS_LATIN})
_AS_CYRILLIC = str.maketrans(
    {
        **dict(zip("abcehkmoptyxrnui", "авсенкмортухгпии", strict=True)),
        **dict(zip("αβεηικορτυχ", "авенікортух", strict=True)),
    }
)
_LEET_LATIN = str.maketrans("013457", "oieast")
_LEET_CYRILLIC = str.maketrans("0346", "озчб")

_LATIN = re.compile("[a-z]")
# Each of these begins with a set of characters, which is what makes the search for it fast; what
# must stand before is looked at from behind.
_MIXED = re.compile("[\u0370-\u052f](?:[a-z]|(?<=[a-z].))")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_FRACTION = re.compile(r"[.,٫](?<=\d.)\d+")
_UNIT = re.compile(r"[1-9](?<![^\W_].)\d*(?=[^\W\d_]{2})")
_DOTTED = re.compile(r"[.\-_*](?<=[^\W\d_].)(?<![^\W_]..)(?=[^\W\d_](?![^\W_]))", re.DOTALL)
_DOTS = ".-_*"
_SYMBOL = re.compile(r"[@$!*](?<=[^\W\d_].)(?=[^\W\d_])")
_SYMBOLS = "@$!*"
_SYMBOL_LETTERS = {"@": "a", "$": "s", "!": "i", "*": ""}
_LONG = re.compile(r"([^\W\d_])\1{2,}")
_DIGIT_IN_WORD = re.compile(
    r"[0-9](?:(?<=[^\W\d_].)\d*[^\W\d_]|(?<=0)(?<!\w.)[^\W\d_]{4})", re.DOTALL
)
_DIGITS = "0123456789"
_MIN_SPELLED = 3
# So many words at each end of a message are looked at for letters of another script.
_READ_AT_AN_END = 60


def _fold_character(code: int) -> str | None:
    """Return what stands for a composed character; None for one that is left out."""
    char = chr(code)
    if char in _BREAKS:
        return _BREAKS[char]
    if char in _KEPT_WHOLE:
        return char
    parts = map(_fold_part, unicodedata.normalize("NFD", char))
    return unicodedata.normalize("NFC", "".join(parts)) or None


def _fold_part(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cf" or unicodedata.combining(char):
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    return _LETTERS.get(char, char) if category[0] in "LMN" else " "


class _Folding(dict[int, str | int | None]):
    """A table for `str.translate` that learns rare characters, up to a limit."""

    def __missing__(self, code: int) -> str | int | None:
        if code in _IDEOGRAPHS or code in _HANGUL:
            return code
        folded = _fold_character(code)
        if len(self) < _LEARNED:
            self[code] = folded
        return folded


_FOLDING = _Folding({code: _fold_character(code) for code in range(_PRECOMPUTED)})


def _readings(words: Iterable[str]) -> dict[str, list[str]]:
    """Read the words written in two scripts by their look-alikes; both ways if both fit."""
    written = [word for word in dict.fromkeys(words) if not word.isascii()]
    if len(written) > 2 * _READ_AT_AN_END:
        written = written[:_READ_AT_AN_END] + written[-_READ_AT_AN_END:]
    mixed = " ".join(filter(_MIXED.search, written))
    readings: dict[str, list[str]] = {}
    for word, latin, cyrillic in zip(
        mixed.split(),
        mixed.translate(_AS_LATIN).split(),
        mixed.translate(_AS_CYRILLIC).split(),
        strict=True,
    ):
        fitting = [latin] if latin.isascii() else []
        if _CYRILLIC.search(word) and not _LATIN.search(cyrillic):
            fitting.append(cyrillic)
        readings[word] = fitting or [word]
    return readings


def _unleet(word: str) -> str:
    if not _DIGIT_IN_WORD.search(word) or word[0] in "123456789":
        return word
    return word.translate(_LEET_CYRILLIC if _CYRILLIC.search(word) else _LEET_LATIN)


def _join_spelled(words: list[str]) -> list[str]:
    """Join three or more letters written one by one: k i l l."""
    if "111" not in "".join(["1" if len(word) == 1 else "0" for word in words]):
        return words
    joined: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        if len(run) >= _MIN_SPELLED:
            joined.append(_LONG.sub(r"\1\1", "".join(run)))
        else:
            joined.extend(run)
        run = []
        if word:
            joined.append(word)
    return joined


def _has_any(text: str, characters: str) -> bool:
    return any(one in text for one in characters)


def _fold(text: str) -> str:
    """Return the text in folded characters, with marks only for ends of sentence and clause."""
    if not text.isascii():
        text = _BEFORE_ANY.sub(lambda found: _BEFORE[ord(found.group())], text)
        text = unicodedata.normalize("NFKC", text)
    text = text.casefold()
    if _has_any(text, _DIGITS):
        text = _UNIT.sub(r"\g<0> ", _FRACTION.sub("", text))
    if _has_any(text, _DOTS):
        text = _DOTTED.sub(" ", text)
    if _has_any(text, _SYMBOLS):
        text = _SYMBOL.sub(lambda found: _SYMBOL_LETTERS[found.group()], text)
    text = text.translate(_FOLDING)
    return _LONG.sub(r"\1\1", text)


def clauses(text: str) -> list[list[list[str]]]:
    """Split a message into sentences, clauses and folded words, in reading order."""
    text = _fold(text)
    readings = {}
    if not text.isascii() and _MIXED.search(text):
        readings = _readings(text.replace(_CLAUSE, " ").split())
    leet = _has_any(text, _DIGITS) and _DIGIT_IN_WORD.search(text) is not None
    sentences = []
    for sentence in text.split(_SENTENCE):
        parts = []
        for clause in sentence.split(_CLAUSE):
            words = clause.split()
            if readings and not readings.keys().isdisjoint(words):
                words = [one for word in words for one in readings.get(word, (word,))]
            if leet:
                words = [word if word.isalpha() else _unleet(word) for word in words]
            if words:
                parts.append(_join_spelled(words))
        if parts:
            sentences.append(parts)
    return sentences


def normalise(text: str) -> str:
    """Return the text as folded words with one space between them; never raises.

    Case, accents, apostrophes, invisible characters, Arabic letter variants, foreign
    digits, look-alike letters of another script, digits used as letters, letters
    written one by one and runs of three or more letters are folded away.
    """
    return " ".join(word for sentence in clauses(text) for clause in sentence for word in clause)
