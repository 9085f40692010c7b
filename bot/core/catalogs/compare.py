"""A source text and its translation side by side: what must be the same in both.

Each function that yields says in words what differs, and yields nothing where all is well.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

DROPPED = "lacks "

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_CITE = re.compile(r"\[@([^\]]*)\]")
_WORD = re.compile(r"\]\(([^)]*)\)")
_PART = re.compile(r"\[#[^\]]*\]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_OPENING = re.compile(
    r"(?m)^[ \t]*(?:([-+*>])(?=[ \t]|$)|(\#{1,6})(?=[ \t])|(\d+[.)])(?=[ \t])|(:::))"
)
_SIGNS = "*_`<>\\\n"
_SIGN_NAMES = {"\n": "line break", "\\": "backslash"}
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_NUMBER = re.compile(r"\d+(?:[.,\u066b\u066c]\d+|(?<=\d)[ \u00a0\u202f]\d{3}(?!\d))*")
_DECIMALS = ".,\u066b"
_GROUP = 3
_CLOSERS = "\"'”“»›’)]}*_"
_ENDINGS = {
    "a full stop": ".。।।۔",
    "a question": "?؟？",
    "a call": "!！",
    "a colon": ":：",
    "an ellipsis": "…",
    "a comma": ",،，;؛；",
}


def placeholders(source: str, text: str) -> Iterator[str]:
    """Yield what is wrong with the `%(name)s` and per cent signs of a formatted text."""
    wanted, found = set(_PLACEHOLDER.findall(source)), set(_PLACEHOLDER.findall(text))
    for name in sorted(wanted - found):
        yield f"{DROPPED}%({name})s"
    for name in sorted(found - wanted):
        yield f"has %({name})s, the source does not"
    if "%" in _PLACEHOLDER.sub("", text.replace("%%", "")):
        yield "has a bare or broken per cent sign"


def marks(source: str, text: str) -> Iterator[str]:
    """Yield the marks that one text has and the other has not."""
    wanted, found = _marks(source), _marks(text)
    for mark in sorted((wanted - found).keys()):
        yield f"{DROPPED}{mark}"
    for mark in sorted((found - wanted).keys()):
        yield (
            f"has {mark} once too often" if mark in wanted else f"has {mark}, the source does not"
        )


def numbers(source: str, text: str, decimal_sign: str) -> Iterator[str]:
    """Yield the numbers that one text has and the other has not; digits of all scripts count.

    `decimal_sign` is the one of the translation; the source has the point.
    """
    wanted = Counter(_numbers(bare(source), "."))
    found = Counter(_numbers(bare(text), decimal_sign))
    for number in sorted((wanted - found).keys()):
        yield f"{DROPPED}the number {number:f}"
    for number in sorted((found - wanted).keys()):
        yield f"has the number {number:f}, the source does not"


def bare(text: str) -> str:
    """Return the words a reader sees, without marks and placeholders."""
    for pattern in (_CITE, _WORD, _PART, _TAG, _PLACEHOLDER):
        text = pattern.sub(" ", text)
    return text.replace("%%", "%").replace("**", "")


def has_bidi_marks(text: str) -> bool:
    """Tell whether somebody typed a direction mark."""
    return _BIDI.search(text) is not None


def edges(text: str) -> tuple[str, str]:
    """Return the white space in front of and behind a text."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def ending(text: str) -> str:
    """Return the class of a text's last punctuation, marks and quotes aside."""
    last = _PART.sub("", _CITE.sub("", text)).rstrip().rstrip(_CLOSERS).rstrip()[-1:]
    for name, signs in _ENDINGS.items():
        if last and last in signs:
            return name
    return "no punctuation"


def _marks(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for facts in _CITE.findall(text):
        found[f"[@{', '.join(sorted(part.strip() for part in facts.split(',')))}]"] += 1
    found.update(f"[..]({target})" for target in _WORD.findall(text))
    found.update(_PART.findall(text))
    found.update(_TAG.findall(text))
    found.update(
        f"{sign!r} at the start of a line"
        for signs in _OPENING.findall(text)
        for sign in signs
        if sign
    )
    left = _TAG.sub("", _WORD.sub("", _CITE.sub("", text)))
    left = _PLACEHOLDER.sub("", left)
    found.update(_SIGN_NAMES.get(sign, repr(sign)) for sign in left if sign in _SIGNS)
    return found


def _numbers(text: str, decimal_sign: str) -> Iterator[Decimal]:
    folded = "".join(
        str(unicodedata.digit(char))
        if char.isdigit() and unicodedata.digit(char, None) is not None
        else char
        for char in text
    )
    for match in _NUMBER.finditer(folded):
        yield from _values(match.group(), decimal_sign)


def _values(written: str, decimal_sign: str) -> Iterator[Decimal]:
    """Yield the value of a number; of an odd row of groups, each group's own."""
    signs = {decimal_sign, "\u066b"} & set(_DECIMALS)
    whole, point, rest = written, "", ""
    for sign in signs:
        if written.count(sign) == 1:
            whole, point, rest = written.partition(sign)
    groups = re.split(r"\D", whole)
    grouped = all(len(group) == _GROUP for group in groups[1:]) and len(groups[0]) <= _GROUP
    if rest.isdecimal() == bool(point) and (len(groups) == 1 or grouped):
        yield Decimal("".join(groups) + (f".{rest}" if point else ""))
        return
    for group in re.split(r"\D", written):
        yield Decimal(group)
