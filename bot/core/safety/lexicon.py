"""Which of the rule files' words and phrases a message holds, and where.

Everything that could be asked of a word is looked up in tables made at the start; a message
costs a bounded number of look-ups for each of its words, whatever it says.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.core.safety.index import Lists, PatternIndex
from bot.core.safety.normalise import clauses, normalise
from bot.core.safety.patterns import FUZZY_PREFIX, SHORTEST_PART, Spellings, is_near, squeeze
from bot.core.safety.phrases import Span, spans

_FUZZY_WORD = 5
_STRONG = 5
_HEAD = SHORTEST_PART
_SENTENCE_PAUSE, _PAUSES = 4, 150
_MIN_AFTER_PREFIX = 3
_LONGEST_WORD = 48
# So many unknown words at each end of a message are read as misspelt: the bound on the cost.
_GUESSED_AT_AN_END = 40


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


class Manner:
    """How words are written in the languages of the rule files, apart from their patterns.

    `correct` are words never read as misspelt, `prefixes` letters written onto words.
    """

    def __init__(
        self,
        correct: Iterable[str] = (),
        prefixes: Iterable[str] = (),
        spellings: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """Take them as they stand in the files; raises PatternError for a faulty spelling."""
        self.correct = frozenset(map(normalise, correct))
        self.prefixes = frozenset(map(normalise, prefixes))
        self.spellings = Spellings(spellings)
        self._sizes = sorted({len(prefix) for prefix in self.prefixes})
        self._firsts = frozenset(prefix[0] for prefix in self.prefixes)

    def without_prefix(self, word: str) -> Iterator[str]:
        """Yield what is left of the word after each prefix it may have, the shortest first."""
        if word[0] not in self._firsts:
            return
        for size in self._sizes:
            if len(word) - size >= _MIN_AFTER_PREFIX and word[:size] in self.prefixes:
                yield word[size:]


class Vocabulary:
    """Words whose atoms are known beforehand; each has a number, the empty word 0."""

    def __init__(self, numbers: dict[str, int] | None = None, atoms: Lists | None = None) -> None:
        """Start with no words, or go on with those of an earlier vocabulary."""
        self.numbers = {"": 0} if numbers is None else numbers
        self.atoms = Lists.of([()]) if atoms is None else atoms

    def add(self, word: str, atoms: Iterable[int] = ()) -> None:
        """Add a word if it is new."""
        if word not in self.numbers:
            self.numbers[word] = len(self.numbers)
            self.atoms.append(atoms)


def _sizes(headed: Iterable[tuple[str, str]]) -> dict[str, tuple[int, ...]]:
    sizes: dict[str, set[int]] = {}
    for head, word in headed:
        sizes.setdefault(head, set()).add(len(word))
    return {head: tuple(sorted(found)) for head, found in sizes.items()}


class Lexicon:
    """All patterns of all locales; built once, then only read."""

    def __init__(
        self,
        index: PatternIndex,
        manner: Manner,
        idioms: Mapping[int, int] | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """Take the patterns; `idioms` maps an idiom's bit to the bits it hides."""
        self.index = index
        self.vocabulary = vocabulary or Vocabulary()
        self._manner = manner
        self._idioms = dict(idioms or {})
        self._hides = [
            sum(hides for idiom, hides in self._idioms.items() if bits & idiom)
            for bits in index.labels
        ]
        self._stem_sizes = _sizes((stem[:_HEAD], stem) for stem in index.stems)
        self._ending_sizes = _sizes((ending[-_HEAD:], ending) for ending in index.endings)

    def _known(self, word: str) -> tuple[list[int], bool]:
        """Return the atoms found without guessing, and whether one of them settles it."""
        index = self.index
        number = index.exact.get(word)
        found = [] if number is None else [*index.exact_atoms[number]]
        strong = number is not None
        for size in self._stem_sizes.get(word[:_HEAD], ()):
            hit = index.stems.get(word[:size])
            if hit is not None:
                found.append(hit)
                strong = strong or size >= _STRONG
        for size in self._ending_sizes.get(word[-_HEAD:], ()):
            hit = index.endings.get(word[-size:])
            if hit is not None:
                found.append(hit)
                strong = strong or size >= _STRONG
        return found, strong

    def _look_up(self, words: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """Return the atoms that each word stands for; an empty word stands for none."""
        atoms: dict[str, tuple[int, ...]] = {}
        new: list[str] = []
        unsure: list[str] = []
        numbers, listed = self.vocabulary.numbers, self.vocabulary.atoms
        for word in dict.fromkeys(words):
            number = numbers.get(word)
            if number is None:
                new.append(word)
            else:
                atoms[word] = listed[number]
        cut = [word[:_LONGEST_WORD] for word in new]
        single = squeeze(" ".join(cut)).split()
        for word, short, squeezed in zip(new, cut, single, strict=True):
            found, sure = self._sure(short, squeezed)
            atoms[word] = tuple(found)
            if not sure and len(word) >= _FUZZY_WORD and word not in self._manner.correct:
                unsure.append(word)
        if len(unsure) > 2 * _GUESSED_AT_AN_END:
            unsure = unsure[:_GUESSED_AT_AN_END] + unsure[-_GUESSED_AT_AN_END:]
        for word in unsure:
            if near := self._near(word, atoms[word]):
                atoms[word] = (*atoms[word], *near)
        return atoms

    def _sure(self, word: str, single: str) -> tuple[list[int], bool]:
        """Return what a word is known as, also without prefix and with letters single."""
        index = self.index
        if word[0].isdigit():
            digits = len(word) - len(word.lstrip("0123456789"))
            value = int(word[:digits] or 0)
            found, _ = self._known(word)
            return [*found, *(atom for least, atom in index.numbers if value >= least)], True
        found, sure = self._known(word)
        if sure:
            return found, True
        for rest in self._manner.without_prefix(word):
            found += self._known(rest)[0]
        if not found and single != word:
            for numbers, atoms in (
                (index.squeezed, index.squeezed_atoms),
                (index.exact, index.exact_atoms),
            ):
                number = numbers.get(single)
                if number is not None:
                    found += atoms[number]
                    break
        return found, False

    def _near(self, word: str, known: tuple[int, ...]) -> set[int]:
        """Return the atoms that one slip of the pen could have turned into this word."""
        index = self.index
        head = word[:FUZZY_PREFIX]
        near: set[int] = set()
        for at in range(1, len(head) + 1):
            number = index.slips.get(head[:at] + head[at + 1 :])
            if number is None:
                continue
            for atom in index.slip_atoms[number]:
                if atom not in near and atom not in known:
                    whole = bool(index.whole[atom])
                    if is_near(word, index.names[atom], whole=whole):
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
        unify = self._manner.spellings.unify
        for number, parts in enumerate(clauses(text)):
            if number:
                pause = _SENTENCE_PAUSE if number < _PAUSES else 1
                words += [""] * pause
                sentence += [-number] * pause
                clause += [-1] * pause
            for one in map(unify, parts):
                part += 1
                words += one
                sentence += [number] * len(one)
                clause += [part] * len(one)
        atoms = self._look_up(words)
        if remember:
            for word, found in atoms.items():
                self.vocabulary.add(word, found)
        meaning = {word: self._meaning(found) for word, found in atoms.items()}
        labels = [meaning[word] for word in words]
        self._settle(labels, spans(self.index.graph, words, atoms))
        return Scan(labels, sentence, clause, words, len(words) - words.count(""))

    def _meaning(self, atoms: tuple[int, ...]) -> int:
        labels, meanings = self.index.labels, self.index.meanings
        bits = 0
        for atom in atoms:
            if means := meanings[atom]:
                bits |= labels[means]
        return bits

    def _settle(self, labels: list[int], found: list[Span]) -> None:
        """Add what phrases mean, after idioms have hidden what their words mean alone.

        A longer phrase that holds the whole idiom keeps its meaning.
        """
        pool = self.index.labels
        hidden: dict[int, tuple[int, int, int]] = {}
        for start, end, means in found:
            if hides := self._hides[means]:
                for at in range(start, end + 1):
                    labels[at] &= ~hides
                    hidden[at] = (start, end, hides)
        if not hidden:
            for start, _, means in found:
                labels[start] |= pool[means]
            return
        for start, end, means in found:
            kept = pool[means]
            for at in (start, end):
                first, last, hides = hidden.get(at, (start, end, 0))
                if not (start <= first and last <= end and last - first < end - start):
                    kept &= ~hides
            labels[start] |= kept
