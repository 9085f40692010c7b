"""Which of the rule files' words and phrases a message holds, and where.

Everything that could be asked of a word is looked up in tables made at the start; a message
costs a bounded number of look-ups for each of its words, whatever it says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.core.safety.normalise import clauses, normalise
from bot.core.safety.patterns import (
    SHORTEST_PART,
    Element,
    Spellings,
    is_near,
    parse,
    slips,
    squeeze,
)

MAX_SKIPPED = 3
_FUZZY_STEM, _FUZZY_WORD, _FUZZY_PREFIX = 6, 5, 6
_STRONG = 5
_HEAD = SHORTEST_PART
_SENTENCE_PAUSE, _PAUSES = 4, 150
_MIN_AFTER_PREFIX = 3
_LONGEST_WORD = 48
# So many unknown words at each end of a message are read as misspelt: the bound on the cost.
_GUESSED_AT_AN_END = 40


@dataclass(slots=True)
class _Node:
    labels: int = 0
    next: dict[int, "_Node"] = field(default_factory=dict)
    later: dict[int, "_Node"] = field(default_factory=dict)


@dataclass(slots=True)
class _Start:
    """The phrases that one word of a message can begin, by the words that go on with them."""

    next: dict[str, list[_Node]] = field(default_factory=dict)
    later: dict[str, list[_Node]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scan:
    """A message as positions; `labels[i]` are the bits of all patterns that start at i.

    Positions between sentences are empty, so that neighbours count as further apart.
    `sentence` and `clause` number the part each position stands in; `words` are folded, empty
    between sentences, and `count` says how many there are.
    """

    labels: list[int]
    sentence: list[int]
    clause: list[int]
    words: list[str]
    count: int


def _sizes(headed: Iterable[tuple[str, str]]) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for head, word in headed:
        sizes.setdefault(head, set()).add(len(word))
    return {head: tuple(sorted(found)) for head, found in sizes.items()}


class Lexicon:
    """All patterns of all locales in one index; built once, then only read."""

    def __init__(
        self,
        patterns: Iterable[tuple[str, int]],
        *,
        idioms: Mapping[int, int] | None = None,
        correct: Iterable[str] = (),
        prefixes: Iterable[str] = (),
        spellings: Spellings | None = None,
    ) -> None:
        """Index (pattern, label bit) pairs; `idioms` maps an idiom's bit to the bits it hides.

        `correct` are words never read as misspelt, `prefixes` letters written onto words.
        """
        self._atoms: dict[tuple[str, str], int] = {}
        self._labels: list[int] = []
        self._nodes: list[_Node | None] = []
        self._exact: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        self._endings: dict[str, list[int]] = {}
        self._squeezed: dict[str, list[int]] = {}
        self._slips: dict[str, list[tuple[str, bool, int]]] = {}
        self._numbers: list[tuple[int, int]] = []
        self._remembered: dict[str, tuple[int, ...]] = {"": ()}
        self._idioms = dict(idioms or {})
        self._idiom_bits = sum(self._idioms)
        self._correct = {normalise(word) for word in correct}
        self._prefixes = tuple(sorted({normalise(word) for word in prefixes}, key=len))
        self._spellings = spellings or Spellings()
        for pattern, bit in patterns:
            self._add(parse(pattern, self._spellings), bit)
        self._stem_sizes = _sizes((stem[:_HEAD], stem) for stem in self._stems)
        self._ending_sizes = _sizes((ending[-_HEAD:], ending) for ending in self._endings)

    def _add(self, elements: list[Element], bit: int) -> None:
        atoms = [(self._atom(how, word), gap) for how, word, gap in elements]
        first = atoms[0][0]
        if len(atoms) == 1:
            self._labels[first] |= bit
            return
        node = self._nodes[first] = self._nodes[first] or _Node()
        for atom, gap in atoms[1:]:
            node = (node.later if gap else node.next).setdefault(atom, _Node())
        node.labels |= bit

    def _atom(self, how: str, word: str) -> int:
        known = self._atoms.get((how, word))
        if known is not None:
            return known
        atom = self._atoms[how, word] = len(self._labels)
        self._labels.append(0)
        self._nodes.append(None)
        if how == "number":
            self._numbers.append((int(word), atom))
        elif how == "ending":
            self._endings.setdefault(word, []).append(atom)
        elif how == "stem":
            self._stems.setdefault(word, []).append(atom)
        else:
            self._exact.setdefault(word, []).append(atom)
            self._squeezed.setdefault(squeeze(word), []).append(atom)
        if how in {"fuzzy", "stem"} and len(word) >= _FUZZY_STEM:
            for slip in slips(word[:_FUZZY_PREFIX]):
                self._slips.setdefault(slip, []).append((word, how != "stem", atom))
        return atom

    def _known(self, word: str) -> tuple[list[int], bool]:
        """Return the atoms found without guessing, and whether one of them settles it."""
        found = list(self._exact.get(word, ()))
        strong = bool(found)
        for size in self._stem_sizes.get(word[:_HEAD], ()):
            if hit := self._stems.get(word[:size]):
                found += hit
                strong = strong or size >= _STRONG
        for size in self._ending_sizes.get(word[-_HEAD:], ()):
            if hit := self._endings.get(word[-size:]):
                found += hit
                strong = strong or size >= _STRONG
        return found, strong

    def _look_up(self, words: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """Return the atoms that each word stands for; an empty word stands for none."""
        atoms: dict[str, tuple[int, ...]] = {}
        unsure: list[str] = []
        remembered = self._remembered
        for word in dict.fromkeys(words):
            if word in remembered:
                atoms[word] = remembered[word]
            else:
                found, sure = self._sure(word[:_LONGEST_WORD])
                atoms[word] = tuple(found)
                if not sure and len(word) >= _FUZZY_WORD and word not in self._correct:
                    unsure.append(word)
        if len(unsure) > 2 * _GUESSED_AT_AN_END:
            unsure = unsure[:_GUESSED_AT_AN_END] + unsure[-_GUESSED_AT_AN_END:]
        for word in unsure:
            if near := self._near(word, atoms[word]):
                atoms[word] = (*atoms[word], *near)
        return atoms

    def _sure(self, word: str) -> tuple[list[int], bool]:
        """Return what a word is known as, also without prefix and with letters single."""
        if word[0].isdigit():
            digits = len(word) - len(word.lstrip("0123456789"))
            value = int(word[:digits] or 0)
            found, _ = self._known(word)
            return [*found, *(atom for least, atom in self._numbers if value >= least)], True
        found, sure = self._known(word)
        if sure:
            return found, True
        for prefix in self._prefixes:
            if word.startswith(prefix) and len(word) - len(prefix) >= _MIN_AFTER_PREFIX:
                found += self._known(word[len(prefix) :])[0]
        if not found and (single := squeeze(word)) != word:
            found += self._squeezed.get(single, ())
        return found, False

    def _near(self, word: str, known: tuple[int, ...]) -> set[int]:
        """Return the atoms that one slip of the pen could have turned into this word."""
        head = word[:_FUZZY_PREFIX]
        near: set[int] = set()
        for at in range(1, len(head) + 1):
            for stem, whole, atom in self._slips.get(head[:at] + head[at + 1 :], ()):
                if atom not in near and atom not in known and is_near(word, stem, whole=whole):
                    near.add(atom)
        return near

    def scan(self, text: str, *, remember: bool = False) -> Scan:
        """Find every pattern in the text, in time linear in its length.

        What the words of a text mean can be remembered, to save work later: for our own
        examples, never for what a person typed.
        """
        words: list[str] = []
        sentence: list[int] = []
        clause: list[int] = []
        part = 0
        for number, parts in enumerate(clauses(text)):
            if number:
                pause = _SENTENCE_PAUSE if number < _PAUSES else 1
                words += [""] * pause
                sentence += [-number] * pause
                clause += [-1] * pause
            for one in map(self._spellings.unify, parts):
                part += 1
                words += one
                sentence += [number] * len(one)
                clause += [part] * len(one)
        lookup = self._look_up(words)
        if remember:
            self._remembered.update(lookup)
        atoms = [lookup[word] for word in words]
        meaning = {word: self._meaning(found) for word, found in lookup.items()}
        labels = [meaning[word] for word in words]
        starts = self._starts(lookup)
        spans = [
            span
            for at, word in enumerate(words)
            if word in starts
            for span in _phrases(words, atoms, at, starts[word])
        ]
        self._settle(labels, spans)
        return Scan(labels, sentence, clause, words, sum(map(bool, words)))

    def _meaning(self, atoms: tuple[int, ...]) -> int:
        bits = 0
        for atom in atoms:
            bits |= self._labels[atom]
        return bits

    def _starts(self, lookup: Mapping[str, tuple[int, ...]]) -> dict[str, _Start]:
        """Return, for words that can begin a phrase, which words here can go on with it."""
        spelled: dict[int, list[str]] = {}
        for word, found in lookup.items():
            for atom in found:
                spelled.setdefault(atom, []).append(word)
        starts: dict[str, _Start] = {}
        for word, found in lookup.items():
            start = _Start()
            for atom in found:
                if node := self._nodes[atom]:
                    for children, words in ((node.next, start.next), (node.later, start.later)):
                        for second in children.keys() & spelled.keys():
                            for then in spelled[second]:
                                words.setdefault(then, []).append(children[second])
            if start.next or start.later:
                starts[word] = start
        return starts

    def _settle(self, labels: list[int], spans: list[tuple[int, int, int]]) -> None:
        """Add what phrases mean, after idioms have hidden what their words mean alone.

        A longer phrase that holds the whole idiom keeps its meaning.
        """
        hidden: dict[int, tuple[int, int, int]] = {}
        for start, end, bits in spans:
            if bits & self._idiom_bits:
                hides = sum(hide for idiom, hide in self._idioms.items() if bits & idiom)
                for at in range(start, end + 1):
                    labels[at] &= ~hides
                    hidden[at] = (start, end, hides)
        if not hidden:
            for start, _, bits in spans:
                labels[start] |= bits
            return
        for start, end, bits in spans:
            kept = bits
            for at in (start, end):
                first, last, hides = hidden.get(at, (start, end, 0))
                if not (start <= first and last <= end and last - first < end - start):
                    kept &= ~hides
            labels[start] |= kept


def _phrases(
    words: list[str], atoms: list[tuple[int, ...]], first: int, start: _Start
) -> Iterable[tuple[int, int, int]]:
    """Yield (start, end, labels) of the phrases whose first word stands at `first`."""
    open_nodes: list[tuple[int, _Node]] = []
    after = first + 1
    if start.next and after < len(words):
        open_nodes += [(after, node) for node in start.next.get(words[after], ())]
    if start.later:
        for then in range(after, min(after + 1 + MAX_SKIPPED, len(words))):
            open_nodes += [(then, node) for node in start.later.get(words[then], ())]
    while open_nodes:
        at, node = open_nodes.pop()
        if node.labels:
            yield first, at, node.labels
        if node.next or node.later:
            open_nodes += _followers(atoms, at, node)


def _followers(atoms: list[tuple[int, ...]], at: int, node: _Node) -> Iterable[tuple[int, _Node]]:
    if node.next and at + 1 < len(atoms):
        for atom in atoms[at + 1]:
            if atom in node.next:
                yield at + 1, node.next[atom]
    if node.later:
        reached = set[int]()
        for then in range(at + 1, min(at + 2 + MAX_SKIPPED, len(atoms))):
            for atom in atoms[then]:
                if atom in node.later and atom not in reached:
                    reached.add(atom)
                    yield then, node.later[atom]
