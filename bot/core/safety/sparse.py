"""A table from whole numbers to weights, kept in arrays for a third of a dict's memory."""

from array import array
from collections.abc import Iterable, Mapping, Sequence

_EMPTY = 0
# Keys come in long rows of neighbours; multiplied by this they do not crowd together.
_SCATTER = 2654435761


class Sparse:
    """Finds the slot of a key, or an empty one; built once, then only read.

    Keys are above 0 and below 2 to the 64th. What a caller keeps by slot has 0 in empty slots.
    """

    def __init__(self, keys: "array[int]", size: int) -> None:
        """Take the keys by slot, and how many slots a key can begin its search at."""
        self.keys = keys
        self.size = size

    @classmethod
    def of(cls, keys: Iterable[int]) -> "Sparse":
        """Lay out distinct keys; a key that finds its slot taken has the next one that is free."""
        given = list(keys)
        size = 3 * len(given) // 2 + 1
        taken: dict[int, int] = {}
        for key in given:
            slot = key * _SCATTER % size
            while slot in taken:
                slot += 1
            taken[slot] = key
        slots = max(size, *taken) + 2
        return cls(array("Q", [taken.get(slot, _EMPTY) for slot in range(slots)]), size)

    def slot(self, key: int) -> int:
        """Return the key's slot, or an empty one if there is no such key."""
        slot = key * _SCATTER % self.size
        while self.keys[slot] not in (key, _EMPTY):
            slot += 1
        return slot

    def column(self, weights: Mapping[int, float]) -> "array[float]":
        """Return the weights of all keys by slot."""
        return array("f", [weights[key] if key else 0.0 for key in self.keys])

    def look_up(
        self, keys: Iterable[int], column: Sequence[float], known: dict[int, float]
    ) -> None:
        """Add these keys' weights to `known`; 0 for a key that there is not.

        It is what most time of a long message goes into, so it calls nothing.
        """
        slots, size, scatter = self.keys, self.size, _SCATTER
        for key in keys:
            slot = key * scatter % size
            while (found := slots[slot]) != key and found:
                slot += 1
            known[key] = column[slot]
