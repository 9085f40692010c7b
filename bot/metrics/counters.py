"""Counters and histograms that cost a tap next to nothing, and hide small numbers where asked.

A look into a dictionary and an addition each; the library's own take a lock and several calls.
All of it happens on the event loop's thread, the reading too. What tells about health (which
danger, which page) moves in steps of `SMALL`, as the stored counters do: one that is read every
15 seconds would show the single reader behind each step of one.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable
from itertools import accumulate, product

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.store.counters import SMALL

OTHER = "other"


class Counts(Collector):
    """A counter for every combination of its labels' values, all there from the start.

    With `hidden` only whole steps of `SMALL` are shown.
    """

    def __init__(
        self, name: str, about: str, *, hidden: bool = False, **labels: Collection[str]
    ) -> None:
        self._step = SMALL if hidden else 1
        self._name, self._about = name, f"{about}, in steps of {SMALL}" if hidden else about
        self._labels = tuple(labels)
        self._allowed: tuple[set[str], ...] = tuple(set() for _ in labels)
        self._counts: dict[tuple[str, ...], int] = {}
        self.allow(**labels)

    def allow(self, **labels: Collection[str]) -> None:
        """Add label values; what was counted stays."""
        for name, allowed in zip(self._labels, self._allowed, strict=True):
            allowed.update(labels[name])
        for values in product(*map(sorted, self._allowed)):
            self._counts.setdefault(values, 0)

    def add(self, *values: str) -> None:
        """Add one; a value outside of its set counts as `other`."""
        if values not in self._counts:
            pairs = zip(values, self._allowed, strict=True)
            values = tuple(value if value in allowed else OTHER for value, allowed in pairs)
        self._counts[values] = self._counts.get(values, 0) + 1

    def collect(self) -> Iterable[Metric]:
        """Return the family, rounded down to whole steps; for the registry."""
        family = CounterMetricFamily(self._name, self._about, labels=self._labels)
        for values, count in self._counts.items():
            family.add_metric(values, count - count % self._step)
        yield family


class Times(Collector):
    """A histogram of seconds for every value of one label."""

    def __init__(
        self, name: str, about: str, bounds: tuple[float, ...], **label: Collection[str]
    ) -> None:
        ((self._label, values),) = label.items()
        self._name, self._about, self._bounds = name, about, bounds
        self._counts = {value: [0] * (len(bounds) + 1) for value in values}
        self._sums = dict.fromkeys(values, 0.0)

    def add(self, value: str, seconds: float) -> None:
        """Add a duration; a value outside of the set counts as `other`."""
        if value not in self._sums:
            value = OTHER
        self._counts[value][bisect_left(self._bounds, seconds)] += 1
        self._sums[value] += seconds

    def collect(self) -> Iterable[Metric]:
        """Return the family; for the registry."""
        family = HistogramMetricFamily(self._name, self._about, labels=(self._label,))
        names = [*(str(bound) for bound in self._bounds), "+Inf"]
        for value, counts in self._counts.items():
            buckets = list(zip(names, accumulate(counts), strict=True))
            family.add_metric((value,), buckets, self._sums[value])
        yield family
