"""What the nets learn from the example files, and what they say about one scanned message."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.core.safety.examples import Examples
from bot.core.safety.kinds import Kind, RefusalKind
from bot.core.safety.lexicon import Lexicon, Scan, Vocabulary
from bot.core.safety.net import Net
from bot.core.safety.pieces import Cutter, Pieces, stem
from bot.core.safety.rules import RESEMBLES_DANGER, Rule

RULE = "examples"
# Scores chosen by cross-validation on the examples. At the first the net supports a rule's clear
# finding, below it that is shown as possible; below the second it is against a weak rule, below
# the third against any rule of no more than possible danger; above the last a request resembles
# refused ones. Each language's file says when danger is resembled.
SUPPORTS_CLEAR = 2.75
SPEAKS_AGAINST = 0.0
OVERRULES = -0.5
RESEMBLES_REFUSAL = 0.0


@dataclass(frozen=True, slots=True)
class Nets:
    """Two nets, for danger and for refusals, and which locale's examples hold which words.

    `locales[n]` has bit n set in `held[w]` if its examples hold word w of the vocabulary; a
    message in it resembles danger above the score `least[n]`.
    """

    hints: tuple[int, ...]
    locales: tuple[str, ...]
    least: tuple[float, ...]
    held: "array[int]"
    danger: Net
    refusal: Net

    def language(self, pieces: Pieces) -> int:
        """Return the number of the locale whose examples share most words with these pieces."""
        masks = [self.held[piece] for piece in pieces if piece < len(self.held)]
        shared = [sum(mask >> at & 1 for mask in masks) for at in range(len(self.locales))]
        return shared.index(max(shared))


class Learnt:
    """What the nets say about one message after the other."""

    def __init__(self, nets: Nets, vocabulary: Vocabulary) -> None:
        """Take the nets of all locales, and the words and stems that they learnt from."""
        self._nets = nets
        self._cutter = Cutter(nets.hints, vocabulary.numbers)

    def read(self, scan: Scan) -> "Reading":
        """Return what the nets say about a message that has words."""
        return Reading(self._nets, self._cutter, scan)


class Reading:
    """One message as the nets see it; its parts are looked at one by one, as far as needed."""

    def __init__(self, nets: Nets, cutter: Cutter, scan: Scan) -> None:
        self._nets = nets
        self._cutter = cutter
        self._scan = scan
        self._windows: list[range] = []
        self._scored: list[tuple[float, Pieces]] = []
        self._weights: dict[int, float] = {}

    def reaches(self, least: float) -> bool:
        """Tell whether some part resembles danger at least so much."""
        return any(score >= least for score, _ in self._parts())

    def danger(self) -> tuple[Kind, str] | None:
        """Return kind and locale of the first danger that a part resembles, if any does."""
        nets = self._nets
        lowest = min(nets.least)
        for score, pieces in self._parts():
            if score > lowest and score > nets.least[number := nets.language(pieces)]:
                return Kind(nets.danger.kind(pieces)), nets.locales[number]
        return None

    def refusal(self) -> tuple[RefusalKind, str] | None:
        """Return kind and locale of the refused request that beginning or end resemble, if any."""
        nets = self._nets
        known: dict[int, float] = {}
        ends = [self._cutter.cut(self._scan, one) for one in self._cutter.ends(self._scan)]
        scores = [nets.refusal.score(pieces, known) for pieces in ends]
        most = max(scores)
        if most <= RESEMBLES_REFUSAL:
            return None
        pieces = ends[scores.index(most)]
        return RefusalKind(nets.refusal.kind(pieces)), nets.locales[nets.language(pieces)]

    def _parts(self) -> Iterator[tuple[float, Pieces]]:
        """Yield score and pieces of each part, the most telling part first."""
        yield from self._scored
        self._windows = self._windows or self._cutter.telling(self._scan)
        for window in self._windows[len(self._scored) :]:
            pieces = self._cutter.cut(self._scan, window)
            self._scored.append((self._nets.danger.score(pieces, self._weights), pieces))
            yield self._scored[-1]


def learn(
    lexicon: Lexicon,
    hints: Iterable[int],
    rules: Iterable[Rule],
    examples: Mapping[str, Examples],
    least: Mapping[str, float],
) -> Nets:
    """Learn from the examples of all locales, and from those that stand beside the rules.

    `least` has the score of each locale above which a message resembles danger.

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
    return heaps.learnt(least)


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

    def learnt(self, least: Mapping[str, float]) -> Nets:
        refused = [pieces for heap in self._refusal.values() for pieces in heap]
        harmless = (*self._safe, *self._answerable)
        return Nets(
            self._hints,
            tuple(self._held),
            tuple(least.get(locale, RESEMBLES_DANGER) for locale in self._held),
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
