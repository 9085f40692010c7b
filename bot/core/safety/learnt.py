"""What the nets learn from the example files, and what they say about one scanned message."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.safety.examples import Examples
from bot.core.safety.kinds import Kind, RefusalKind
from bot.core.safety.lexicon import Lexicon, Scan
from bot.core.safety.net import Cutter, Net, Pieces
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


class Learnt:
    """Two nets, for danger and for refusals, learnt from the examples of all locales."""

    def __init__(
        self,
        lexicon: Lexicon,
        hints: Iterable[int],
        rules: Iterable[Rule],
        examples: Mapping[str, Examples],
    ) -> None:
        """Learn; the examples that stand beside the rules are learnt from as well."""
        self._cutter = Cutter(hints)
        self._vocabulary: dict[str, set[str]] = {}
        cut = _Heaps(self._cutter, lexicon, self._vocabulary)
        for rule in rules:
            if rule.certainty:
                cut.dangers(rule.locale, str(rule.kind), (*rule.hits, *rule.softer))
                cut.harmless(rule.locale, rule.traps)
            else:
                cut.refusals(rule.locale, str(rule.kind), rule.hits)
                cut.general(rule.locale, rule.traps)
        for locale, given in examples.items():
            for kind, phrases in given.danger.items():
                cut.dangers(locale, kind, phrases)
            for kind, phrases in given.refusal.items():
                cut.refusals(locale, kind, phrases)
            cut.harmless(locale, given.harmless)
            cut.general(locale, (*given.general, *given.questions))
        self._danger = Net(cut.danger, (*cut.safe, *cut.answerable, *cut.refused()))
        self._refusal = Net(cut.refusal, (*cut.safe, *cut.answerable))

    def parts(self, scan: Scan) -> tuple[Pieces, ...]:
        """Cut a message into the parts that the nets look at, in reading order."""
        return tuple(self._cutter.windows(scan))

    def danger(self, parts: Iterable[Pieces]) -> Resemblance:
        """Return how much the most alarming part resembles danger."""
        return _most(self._danger, parts)

    def refusal(self, parts: Sequence[Pieces]) -> Resemblance:
        """Return how much a message's beginning or end resembles a request to refuse."""
        return _most(self._refusal, {parts[0], parts[-1]})

    def danger_kind(self, pieces: Pieces) -> Kind:
        """Return the kind of danger that these pieces resemble most."""
        return Kind(self._danger.kind(pieces))

    def refusal_kind(self, pieces: Pieces) -> RefusalKind:
        """Return the kind of refusal that these pieces resemble most."""
        return RefusalKind(self._refusal.kind(pieces))

    def locale(self, pieces: Pieces) -> str:
        """Return the locale whose examples share most words with these pieces."""
        known = self._vocabulary
        return max(known, key=lambda locale: len(known[locale] & pieces))


def _most(net: Net, parts: Iterable[Pieces]) -> Resemblance:
    return max((Resemblance(net.score(one), one) for one in parts), key=lambda one: one.score)


class _Heaps:
    """The examples, cut into pieces and sorted into heaps; no phrase is taken twice."""

    def __init__(self, cutter: Cutter, lexicon: Lexicon, vocabulary: dict[str, set[str]]) -> None:
        self._cutter = cutter
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._seen: set[str] = set()
        self.danger: dict[str, list[Pieces]] = {}
        self.refusal: dict[str, list[Pieces]] = {}
        self.safe: list[Pieces] = []
        self.answerable: list[Pieces] = []

    def dangers(self, locale: str, kind: str, phrases: Iterable[str]) -> None:
        self.danger.setdefault(kind, []).extend(self._cut(locale, phrases))

    def refusals(self, locale: str, kind: str, phrases: Iterable[str]) -> None:
        self.refusal.setdefault(kind, []).extend(self._cut(locale, phrases))

    def harmless(self, locale: str, phrases: Iterable[str]) -> None:
        self.safe.extend(self._cut(locale, phrases))

    def general(self, locale: str, phrases: Iterable[str]) -> None:
        self.answerable.extend(self._cut(locale, phrases))

    def refused(self) -> list[Pieces]:
        return [pieces for heap in self.refusal.values() for pieces in heap]

    def _cut(self, locale: str, phrases: Iterable[str]) -> Iterator[Pieces]:
        vocabulary = self._vocabulary.setdefault(locale, set())
        for phrase in phrases:
            scan = self._lexicon.scan(phrase, remember=True)
            key = " ".join(scan.words)
            if key and key not in self._seen:
                self._seen.add(key)
                vocabulary.update(scan.words)
                yield self._cutter.whole(scan)
