"""The sandbox's own time, which a test may move forward."""

import time
from collections.abc import Callable


class Clock:
    """Unix time in seconds; `advance` lets hours pass in no time."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._ahead = 0.0

    def now(self) -> float:
        """Return the present moment."""
        return self._source() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._ahead += seconds
