"""One message seen through the rules: where a rule holds, and what softens it there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from bot.core.safety.lexicon import Scan
from bot.core.safety.rules import REACHES, Rule

_NEGATION_REACH = 4
_FARTHEST = max(REACHES.values())


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule as bit masks; `frames` and `negation` are those of all locales."""

    rule: Rule
    anchor: int
    need: int
    groups: tuple[int, ...]
    barred: int
    frames: int
    asked: int
    now: int
    negation: int


class Context:
    """What surrounds each position of one message; windows are made when first asked for."""

    def __init__(self, scan: Scan, anchors: int) -> None:
        self.scan = scan
        self.steps = 0
        self.places: dict[int, list[int]] = {}
        self._sentences: dict[int, int] = {}
        known: dict[int, list[list[int]]] = {}
        for at, bits in enumerate(scan.labels):
            if not bits:
                continue
            number = scan.sentence[at]
            self._sentences[number] = self._sentences.get(number, 0) | bits
            lists = known.get(bits)
            if lists is None:
                lists = known[bits] = [
                    self.places.setdefault(anchor, []) for anchor in _separate(bits & anchors)
                ]
            for places in lists:
                places.append(at)
        self.total = reduce(or_, known, 0)
        edge = [0] * _FARTHEST
        # Item k holds, for each position, the union of the 2**k labels from it on.
        self._unions = [[*edge, *scan.labels, *edge, 0]]

    def around(self, at: int, reach: int) -> int:
        """Return the bits of all positions at most `reach` away."""
        size = 2 * reach + 1
        power = size.bit_length() - 1
        unions = self._unions
        while len(unions) <= power:
            last = unions[-1]
            unions.append([*map(or_, last, last[1 << (len(unions) - 1) :])])
        union = unions[power]
        first = at + _FARTHEST - reach
        return union[first] | union[first + size - (1 << power)]

    def softened(self, bits: Compiled, at: int) -> bool:
        """Tell whether the danger at this position is denied, imagined, past or asked about."""
        scan = self.scan
        if bits.rule.negatable:
            for before in range(max(0, at - _NEGATION_REACH), at):
                if scan.labels[before] & bits.negation and scan.clause[before] == scan.clause[at]:
                    return True
        if not bits.rule.framed:
            return False
        near = self._same_sentence(at)
        return bool(near & bits.frames) and not near & bits.now

    def asked(self, bits: Compiled, at: int) -> bool:
        """Tell whether the words here are about the danger as a subject: a lesson, a film."""
        near = self._same_sentence(at)
        return bool(near & bits.asked) and not near & bits.now

    def _same_sentence(self, at: int) -> int:
        return self.around(at, REACHES["near"]) & self._sentences[self.scan.sentence[at]]

    def fires(self, bits: Compiled) -> Iterator[int]:
        """Yield the positions of the rule's anchor at which the whole rule holds."""
        rule = bits.rule
        if self.total & bits.need != bits.need:
            return
        if rule.max_words and self.scan.count > rule.max_words:
            return
        for at in self.places[bits.anchor]:
            self.steps += 1
            here = self.around(at, rule.reach)
            if (
                here & bits.need == bits.need
                and not here & bits.barred
                and all(here & group for group in bits.groups)
            ):
                yield at


def union(bit: Mapping[str, int], names: Iterable[str]) -> int:
    """Return the bits of all these names together; a name without a bit adds none."""
    union = 0
    for name in names:
        union |= bit.get(name, 0)
    return union


def compiled(rule: Rule, bit: Mapping[str, int]) -> Compiled:
    """Return the rule with its concepts, and the frames around it, as the bits of their names."""
    return Compiled(
        rule,
        anchor=bit[rule.all[0]],
        need=union(bit, rule.all),
        groups=tuple(union(bit, group) for group in rule.any),
        barred=union(bit, rule.none),
        frames=union(bit, ("frame hypothetical", "frame past", "frame information")),
        asked=union(bit, ("frame information",)),
        now=union(bit, ("frame now",)),
        negation=union(bit, ("frame negation",)),
    )


def _separate(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest
        bits ^= lowest
