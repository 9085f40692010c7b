"""What differs between two texts: which lines, and in them which words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.core.writers.web import Span

ADDED, REMOVED = "added", "removed"
# Two lines less alike than this are told as one taken out and one put in.
_ALIKE = 0.4
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that differs: its words on either side, None where it is not there."""

    before: str | None
    after: str | None
    removed: tuple[Span, ...] = ()
    added: tuple[Span, ...] = ()

    def pieces(self) -> Iterator[tuple[str, tuple[tuple[str, bool], ...]]]:
        """Yield each side that is there with its words, each piece and whether it differs."""
        for kind, text, spans in (
            (REMOVED, self.before, self.removed),
            (ADDED, self.after, self.added),
        ):
            if text is not None:
                yield kind, tuple(_pieces(text, spans))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts line by line: spans to mark in either, and the lines that differ."""

    left: dict[int, list[Span]]
    right: dict[int, list[Span]]
    differences: tuple[Difference, ...]


def compare(left: Sequence[str], right: Sequence[str]) -> Comparison:
    """Return what differs between two texts given as lines."""
    found: list[Difference] = []
    marks: tuple[dict[int, list[Span]], dict[int, list[Span]]] = ({}, {})
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for kind, a, a_end, b, b_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        pairs = _paired(left[a:a_end], right[b:b_end])
        for i, j in pairs:
            before = left[a + i] if i is not None else None
            after = right[b + j] if j is not None else None
            removed, added = _spans(before, after)
            found.append(Difference(before, after, tuple(removed), tuple(added)))
            if i is not None:
                marks[0][a + i] = removed
            if j is not None:
                marks[1][b + j] = added
    return Comparison(*marks, tuple(found))


def _paired(
    left: Sequence[str], right: Sequence[str]
) -> list[tuple[int, None] | tuple[None, int] | tuple[int, int]]:
    pairs: list[tuple[int, None] | tuple[None, int] | tuple[int, int]] = []
    free = list(range(len(right)))
    for i, line in enumerate(left):
        likeness = {j: _alike(line, right[j]) for j in free}
        best = max(likeness, key=lambda j: (likeness[j], -j), default=None)
        if best is None or likeness[best] < _ALIKE:
            pairs.append((i, None))
            continue
        pairs += [(None, j) for j in free if j < best]
        pairs.append((i, best))
        free = [j for j in free if j > best]
    return [*pairs, *((None, j) for j in free)]


def _alike(left: str, right: str) -> float:
    return SequenceMatcher(None, left.split(), right.split(), autojunk=False).ratio()


def _spans(before: str | None, after: str | None) -> tuple[list[Span], list[Span]]:
    if before is not None and after is not None:
        return _words(before, after)
    removed = [Span(0, len(before), REMOVED)] if before else []
    return removed, [Span(0, len(after), ADDED)] if after else []


def _pieces(text: str, spans: Iterable[Span]) -> Iterator[tuple[str, bool]]:
    at = 0
    for span in spans:
        yield text[at : span.start], False
        yield text[span.start : span.end], True
        at = span.end
    yield text[at:], False


def _words(left: str, right: str) -> tuple[list[Span], list[Span]]:
    a, b = _TOKEN.findall(left), _TOKEN.findall(right)
    starts_a, starts_b = _starts(a), _starts(b)
    removed: list[Span] = []
    added: list[Span] = []
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        if i < i_end:
            removed.append(Span(starts_a[i], starts_a[i_end], REMOVED))
        if j < j_end:
            added.append(Span(starts_b[j], starts_b[j_end], ADDED))
    return removed, added


def _starts(tokens: Sequence[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts
