"""How much one reader may ask for: a token bucket each, in memory only."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

# A person who types in haste sends a message every second or two.
BURST = 20.0
PER_SECOND = 0.5
# Readers remembered at once; whoever was away longest is forgotten first, and so starts full.
READERS = 10_000
# Seconds between two requests to slow down.
REMIND = 10.0


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float
    told_at: float | None = None


class Limits:
    """A bucket for each reader who was busy just now; about 200 bytes each.

    One that is full again is dropped, so that the memory of who was here lasts seconds.
    """

    def __init__(
        self,
        burst: float = BURST,
        per_second: float = PER_SECOND,
        readers: int = READERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._readers = readers
        self._clock = clock
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """Return how many readers are remembered."""
        return len(self._buckets)

    def take(self, reader: int) -> bool:
        """Take one token of a reader's; False if there is none."""
        now = self._clock()
        self._forget(now)
        bucket = self._buckets.pop(reader, None) or _Bucket(self._burst, now)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._per_second)
        bucket.at = now
        self._buckets[reader] = bucket
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True

    def remind(self, reader: int) -> bool:
        """Tell whether a reader who got nothing is to be told why; at most once in a while."""
        bucket, now = self._buckets.get(reader), self._clock()
        if bucket is None or (bucket.told_at is not None and now - bucket.told_at < REMIND):
            return False
        bucket.told_at = now
        return True

    def _forget(self, now: float) -> None:
        # The order is that of last use: the first is the one that had most time to fill.
        full_after = self._burst / self._per_second
        while self._buckets:
            oldest = next(iter(self._buckets))
            if len(self._buckets) < self._readers and now - self._buckets[oldest].at < full_after:
                return
            del self._buckets[oldest]
