"""What the nets learn from the example files, and what they say about one scanned message."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.safety.examples import Examples
from bot.core.safety.kinds import Kind, RefusalKind
from bot.core.safety.lexicon import Lexicon, Scan, Vocabulary
from bot.core.safety.net import Net
from bot.core.safety.pieces import Cutter, Pieces, stem
from bot.core.safety.rules import Rule

RULE = "examples"
# Scores chosen by cross-validation on the examples. Above the first a message resembles danger;
# at the second the net supports a rule's clear finding, below it that is shown as possible; below
# the third it speaks against a weak rule; above the last a request resembles refused ones.
RESEMBLES_DANGER = 0.3
SUPPORTS_CLEAR = 2.0
SPEAKS_AGAINST = 0.0
RESEMBLES_REFUSAL = 0.0


@dataclass(frozen=True, slots=True)
class Resemblance:
    """How much the most alarming part of a message resembles a heap of examples."""

    score: float
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Nets:
    """Two nets, for danger and for refusals, and which locale's examples hold which words.

    `locales[n]` has bit n set in `held[w]` if its examples hold word w of the vocabulary.
    """

    hints: tuple[int, ...]
    locales: tuple[str, ...]
    held: "array[int]"
    danger: Net
    refusal: Net


class Learnt:
    """What the nets say about one message after the other."""

    def __init__(self, nets: Nets, vocabulary: Vocabulary) -> None:
        """Take the nets of all locales, and the words and stems that they learnt from."""
        self._nets = nets
        self._cutter = Cutter(nets.hints, vocabulary.numbers)

    def parts(self, scan: Scan) -> tuple[Pieces, ...]:
        """Cut a message into the parts that the nets look at, in reading order."""
        return self._cutter.parts(scan)

    def danger(self, parts: Sequence[Pieces]) -> Resemblance:
        """Return how much the most alarming part resembles danger."""
        return _most(self._nets.danger, parts)

    def refusal(self, parts: Sequence[Pieces]) -> Resemblance:
        """Return how much a message's beginning or end resembles a request to refuse."""
        return _most(self._nets.refusal, (parts[0], parts[-1]))

    def danger_kind(self, pieces: Pieces) -> Kind:
        """Return the kind of danger that these pieces resemble most."""
        return Kind(self._nets.danger.kind(pieces))

    def refusal_kind(self, pieces: Pieces) -> RefusalKind:
        """Return the kind of refusal that these pieces resemble most."""
        return RefusalKind(self._nets.refusal.kind(pieces))

    def locale(self, pieces: Pieces) -> str:
        """Return the locale whose examples share most words with these pieces."""
        held, locales = self._nets.held, self._nets.locales
        masks = [held[piece] for piece in pieces if piece < len(held)]
        shared = [sum(mask >> at & 1 for mask in masks) for at in range(len(locales))]
        return locales[shared.index(max(shared))]


def _most(net: Net, parts: Sequence[Pieces]) -> Resemblance:
    scores = net.scores(parts)
    most = max(scores)
    return Resemblance(most, parts[scores.index(most)])


def learn(
    lexicon: Lexicon,
    hints: Iterable[int],
    rules: Iterable[Rule],
    examples: Mapping[str, Examples],
) -> Nets:
    """Learn from the examples of all locales, and from those that stand beside the rules.

    The lexicon's vocabulary takes in the words, and their stems.
    """
    heaps = _Heaps(tuple(hints), lexicon)
    for rule in rules:
        if rule.certainty:
            heaps.dangers(rule.locale, str(rule.kind), (*rule.hits, *rule.softer))
            heaps.harmless(rule.locale, rule.traps)
        else:
            heaps.refusals(rule.locale, str(rule.kind), rule.hits)
            heaps.general(rule.locale, rule.traps)
    for locale, given in examples.items():
        for kind, phrases in given.danger.items():
            heaps.dangers(locale, kind, phrases)
        for kind, phrases in given.refusal.items():
            heaps.refusals(locale, kind, phrases)
        heaps.harmless(locale, given.harmless)
        heaps.general(locale, (*given.general, *given.questions))
    return heaps.learnt()


class _Heaps:
    """The examples, cut into pieces and sorted into heaps; no phrase is taken twice."""

    def __init__(self, hints: tuple[int, ...], lexicon: Lexicon) -> None:
        self._hints = hints
        self._lexicon = lexicon
        self._vocabulary = lexicon.vocabulary
        self._cutter = Cutter(hints, self._vocabulary.numbers)
        self._held: dict[str, set[str]] = {}
        self._seen: set[str] = set()
        self._danger: dict[str, list[Pieces]] = {}
        self._refusal: dict[str, list[Pieces]] = {}
        self._safe: list[Pieces] = []
        self._answerable: list[Pieces] = []

    def dangers(self, locale: str, kind: str, phrases: Iterable[str]) -> None:
        self._danger.setdefault(kind, []).extend(self._cut(locale, phrases))

    def refusals(self, locale: str, kind: str, phrases: Iterable[str]) -> None:
        self._refusal.setdefault(kind, []).extend(self._cut(locale, phrases))

    def harmless(self, locale: str, phrases: Iterable[str]) -> None:
        self._safe.extend(self._cut(locale, phrases))

    def general(self, locale: str, phrases: Iterable[str]) -> None:
        self._answerable.extend(self._cut(locale, phrases))

    def _cut(self, locale: str, phrases: Iterable[str]) -> Iterator[Pieces]:
        held = self._held.setdefault(locale, set())
        for phrase in phrases:
            scan = self._lexicon.scan(phrase, remember=True)
            key = " ".join(scan.words)
            if key and key not in self._seen:
                self._seen.add(key)
                held.update(scan.words)
                for word in scan.words:
                    self._vocabulary.add(stem(word))
                yield self._cutter.whole(scan)

    def learnt(self) -> Nets:
        refused = [pieces for heap in self._refusal.values() for pieces in heap]
        harmless = (*self._safe, *self._answerable)
        return Nets(
            self._hints,
            tuple(self._held),
            array(
                "Q",
                (
                    sum((word in held) << at for at, held in enumerate(self._held.values()))
                    for word in self._vocabulary.numbers
                ),
            ),
            Net.learn(self._danger, (*harmless, *refused)),
            Net.learn(self._refusal, harmless),
        )
