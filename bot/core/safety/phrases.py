"""Where the phrases of the rule files stand in a message."""

from collections.abc import Mapping, Sequence

from bot.core.safety.index import (
    FIRST_OF_LATER,
    FIRST_OF_NEXT,
    IN_LATER,
    IN_NEXT,
    LATER,
    NEXT,
    Graph,
)

MAX_SKIPPED = 3

# First position, last position, number of the set of labels.
Span = tuple[int, int, int]


def spans(graph: Graph, words: Sequence[str], atoms: Mapping[str, tuple[int, ...]]) -> list[Span]:
    """Return all phrases in reading order, given the atoms that each word stands for."""
    walk = _Walk(graph, words, atoms)
    close: dict[str, list[int]] = {}
    far: dict[str, list[int]] = {}
    into_close: dict[str, list[int]] = {}
    into_far: dict[str, list[int]] = {}
    roles, begins, size = graph.roles, graph.begins, graph.atoms
    for word, stands_for in atoms.items():
        for atom in stands_for:
            if role := roles[atom]:
                if role & FIRST_OF_NEXT:
                    close.setdefault(word, []).append(begins[atom] * size)
                if role & FIRST_OF_LATER:
                    far.setdefault(word, []).append(begins[atom] * size)
                if role & IN_NEXT:
                    into_close.setdefault(word, []).append(atom)
                if role & IN_LATER:
                    into_far.setdefault(word, []).append(atom)
    if close and into_close:
        walk.begin(close, into_close, graph.next, 1)
    if far and into_far:
        walk.begin(far, into_far, graph.later, 1 + MAX_SKIPPED)
    return sorted(walk.found) if far else walk.found


class _Walk:
    def __init__(
        self, graph: Graph, words: Sequence[str], atoms: Mapping[str, tuple[int, ...]]
    ) -> None:
        self.found: list[Span] = []
        self._graph = graph
        self._words = words
        self._atoms = atoms

    def begin(
        self,
        leaving: Mapping[str, list[int]],
        into: Mapping[str, list[int]],
        edges: Mapping[int, int],
        farthest: int,
    ) -> None:
        """Find the phrases whose second word stands at most so many words after the first."""
        words, ways, ends = self._words, self._graph.ways, self._graph.ends
        # A pair of words leads to the same nodes wherever it stands.
        known: dict[tuple[str, str], list[int]] = {}
        starts = [(first, word) for first, word in enumerate(words) if word in leaving]
        for step in range(1, farthest + 1):
            while starts and starts[-1][0] + step >= len(words):
                starts.pop()
            for first, word in starts:
                then = words[first + step]
                if then not in into:
                    continue
                reached = known.get((word, then))
                if reached is None:
                    reached = known[word, then] = [
                        edges[base + atom]
                        for base in leaving[word]
                        for atom in into[then]
                        if base + atom in edges
                    ]
                for node in reached:
                    if ways[node]:
                        self._on(first, first + step, node)
                    else:
                        self.found.append((first, first + step, ends[node]))

    def _on(self, first: int, at: int, node: int) -> None:
        """Add the phrases that begin at `first` and reach this node at `at`."""
        graph = self._graph
        if end := graph.ends[node]:
            self.found.append((first, at, end))
        ways = graph.ways[node]
        if not ways:
            return
        base = node * graph.atoms
        if ways & NEXT and at + 1 < len(self._words):
            for atom in self._atoms[self._words[at + 1]]:
                child = graph.next.get(base + atom)
                if child is not None:
                    self._on(first, at + 1, child)
        if ways & LATER:
            reached = set[int]()
            for then in range(at + 1, min(at + 2 + MAX_SKIPPED, len(self._words))):
                for atom in self._atoms[self._words[then]]:
                    child = graph.later.get(base + atom)
                    if child is not None and atom not in reached:
                        reached.add(atom)
                        self._on(first, then, child)
