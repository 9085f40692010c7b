"""The rule files' patterns, laid out so that a message's words find them without a search.

An *atom* is one word of a pattern and how it is meant: two patterns that share it share the atom.
Patterns of several words form a graph whose edges are atoms; equal endings of it are one.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.safety.patterns import (
    FUZZY_PREFIX,
    Element,
    Folded,
    Spellings,
    parse,
    slips,
    squeeze,
)

NEXT, LATER = 1, 2
FIRST_OF_NEXT, FIRST_OF_LATER, IN_NEXT, IN_LATER = 1, 2, 4, 8
_FUZZY_STEM = 6


class Lists:
    """Many short lists of whole numbers, end to end in one array."""

    def __init__(self, starts: "array[int]", items: "array[int]") -> None:
        """Take where each list begins, with one more for the end of the last, and the items."""
        self.starts = starts
        self.items = items

    @classmethod
    def of(cls, lists: Iterable[Iterable[int]]) -> "Lists":
        """Lay out the lists in their order."""
        made = cls(array("I", [0]), array("I"))
        for one in lists:
            made.append(one)
        return made

    def append(self, items: Iterable[int]) -> None:
        """Add one more list at the end."""
        self.items.extend(items)
        self.starts.append(len(self.items))

    def __getitem__(self, number: int) -> tuple[int, ...]:
        starts = self.starts
        return tuple(self.items[starts[number] : starts[number + 1]])

    def __len__(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Graph:
    """The phrases: node n is entered by edges, and means `labels[ends[n]]` when reached.

    `ways[n]` says whether edges for the next word and for one of the next words leave node n; an
    edge is `n * atoms + atom`. `begins[atom]` is the node whose phrases begin with the atom (0:
    none), and `roles[atom]` says which edges it has any part in.
    """

    atoms: int
    begins: "array[int]"
    ways: bytes
    ends: "array[int]"
    next: dict[int, int]
    later: dict[int, int]
    roles: bytes

    @classmethod
    def of(
        cls,
        begins: "array[int]",
        ways: bytes,
        ends: "array[int]",
        following: dict[int, int],
        later: dict[int, int],
    ) -> "Graph":
        """Make the graph that has these nodes and edges."""
        atoms = len(begins)
        roles = bytearray(ways[node] for node in begins)
        for role, edges in ((IN_NEXT, following), (IN_LATER, later)):
            for atom in {edge % atoms for edge in edges}:
                roles[atom] |= role
        return cls(atoms, begins, ways, ends, following, later, bytes(roles))


@dataclass(frozen=True, slots=True)
class PatternIndex:
    """All patterns of all locales; atoms and sets of label bits are numbers.

    An atom stands for `names[atom]`, which is a whole word or not, and means
    `labels[meanings[atom]]` by itself. Words that stand in patterns have their atoms in `exact`,
    each stem and ending has one; `slips` are what a slip of the pen leaves of a word.
    """

    labels: list[int]
    names: list[str]
    whole: bytes
    meanings: "array[int]"
    graph: Graph
    exact: dict[str, int]
    exact_atoms: Lists
    squeezed: dict[str, int]
    squeezed_atoms: Lists
    slips: dict[str, int]
    slip_atoms: Lists
    stems: dict[str, int]
    endings: dict[str, int]
    numbers: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Node:
    labels: int = 0
    next: dict[int, "_Node"] = field(default_factory=dict)
    later: dict[int, "_Node"] = field(default_factory=dict)


class _Pool(dict[int, int]):
    """Numbers the sets of label bits; none at all is 0."""

    def __missing__(self, bits: int) -> int:
        self[bits] = number = len(self)
        return number


def index(patterns: Iterable[tuple[str, int]], spellings: Spellings) -> PatternIndex:
    """Lay out (pattern, label bit) pairs; raises PatternError for one that can never match."""
    heap = _Heap()
    folded = Folded()
    for pattern, bit in patterns:
        heap.add(parse(pattern, spellings, folded), bit)
    return heap.laid_out()


class _Heap:
    def __init__(self) -> None:
        self._atoms: dict[tuple[str, str], int] = {}
        self._labels: list[int] = []
        self._nodes: list[_Node | None] = []

    def add(self, elements: Sequence[Element], bit: int) -> None:
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
        atom = self._atoms.setdefault((how, word), len(self._labels))
        if atom == len(self._labels):
            self._labels.append(0)
            self._nodes.append(None)
        return atom

    def laid_out(self) -> PatternIndex:
        exact: dict[str, list[int]] = {}
        squeezed: dict[str, list[int]] = {}
        slipped: dict[str, list[int]] = {}
        stems: dict[str, int] = {}
        endings: dict[str, int] = {}
        numbers: list[tuple[int, int]] = []
        for (how, word), atom in self._atoms.items():
            if how == "number":
                numbers.append((int(word), atom))
            elif how == "ending":
                endings[word] = atom
            elif how == "stem":
                stems[word] = atom
            else:
                exact.setdefault(word, []).append(atom)
                squeezed.setdefault(squeeze(word), []).append(atom)
            if how in {"fuzzy", "stem"} and len(word) >= _FUZZY_STEM:
                for slip in slips(word[:FUZZY_PREFIX]):
                    slipped.setdefault(slip, []).append(atom)
        # Where no word has a doubled letter, `exact` says the same.
        doubled = {word: atoms for word, atoms in squeezed.items() if atoms != exact.get(word)}
        pool = _Pool({0: 0})
        graph = _Joined(len(self._labels), pool)
        begins = array("I", [graph.node(node) if node else 0 for node in self._nodes])
        meanings = array("I", [pool[bits] for bits in self._labels])
        return PatternIndex(
            list(pool),
            [word for _, word in self._atoms],
            bytes(how != "stem" for how, _ in self._atoms),
            meanings,
            graph.whole(begins),
            *_listed(exact),
            *_listed(doubled),
            *_listed(slipped),
            stems,
            endings,
            tuple(numbers),
        )


def _listed(lists: Mapping[str, Iterable[int]]) -> tuple[dict[str, int], Lists]:
    return {word: number for number, word in enumerate(lists)}, Lists.of(lists.values())


class _Joined:
    """Turns trees of nodes into one graph in which equal branches are one."""

    def __init__(self, atoms: int, pool: _Pool) -> None:
        self._atoms = atoms
        self._pool = pool
        self._known: dict[tuple[object, ...], int] = {}
        self._ways = bytearray(b"\0")
        self._ends = array("I", [0])
        self._next: dict[int, int] = {}
        self._later: dict[int, int] = {}

    def node(self, tree: _Node) -> int:
        follow = [(atom, self.node(child)) for atom, child in tree.next.items()]
        after = [(atom, self.node(child)) for atom, child in tree.later.items()]
        key = (tree.labels, tuple(sorted(follow)), tuple(sorted(after)))
        known = self._known.get(key)
        if known is not None:
            return known
        number = self._known[key] = len(self._ends)
        self._ends.append(self._pool[tree.labels])
        self._ways.append((NEXT if follow else 0) | (LATER if after else 0))
        for edges, children in ((self._next, follow), (self._later, after)):
            for atom, child in children:
                edges[number * self._atoms + atom] = child
        return number

    def whole(self, begins: "array[int]") -> Graph:
        return Graph.of(begins, bytes(self._ways), self._ends, self._next, self._later)
