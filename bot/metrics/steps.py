"""Counters that hide small numbers, as the stored ones do.

What tells about health (which danger, which page) moves in steps of `SMALL`: a counter that is
read every 15 seconds would show the single reader behind each step of one.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from itertools import product

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.store.counters import SMALL

OTHER = "other"


class Steps(Collector):
    """Counters that show whole steps of `SMALL`; every label set is there from the start."""

    def __init__(self, name: str, about: str, **labels: Collection[str]) -> None:
        self._name, self._about = name, f"{about}, in steps of {SMALL}"
        self._labels = tuple(labels)
        self._allowed: tuple[set[str], ...] = tuple(set() for _ in labels)
        self._counts: Counter[tuple[str, ...]] = Counter()
        self.allow(**labels)

    def allow(self, **labels: Collection[str]) -> None:
        """Add label values; what was counted stays."""
        for name, allowed in zip(self._labels, self._allowed, strict=True):
            allowed.update(labels[name])
        for values in product(*self._allowed):
            self._counts.setdefault(values, 0)

    def add(self, *values: str) -> None:
        """Add one; a value outside of its set counts as `other`."""
        pairs = zip(values, self._allowed, strict=True)
        known = tuple(value if value in allowed else OTHER for value, allowed in pairs)
        self._counts[known] += 1

    def collect(self) -> Iterable[Metric]:
        """Return the family with its numbers rounded down; for the registry."""
        family = CounterMetricFamily(self._name, self._about, labels=self._labels)
        for values, count in self._counts.items():
            family.add_metric(values, count - count % SMALL)
        yield family
