"""Where the time of a tap goes: the finished bot, sampled while it serves.

`python -m bot.bench.layers RESULT` runs the bot as `python -m bot run` does. Every millisecond
of processor time the innermost frame that belongs to a known layer is counted; at the end the
shares are written to RESULT as JSON, beside that of the HTTP client's own threads, which have no
Python frames. Sampling is switched on and off by SIGUSR1, so that start-up and the
first drawing of pages stay out.
"""

import json
import os
import runpy
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

_INTERVAL = 0.001
# The innermost frame whose file holds one of these names its layer; first match wins.
_LAYERS = (
    ("/bot/tg/request.py", "HTTP client, as seen from Python"),
    ("/bot/tg/", "bot.tg: door, lanes, delivery"),
    ("/bot/web/", "bot.web: webhook"),
    ("/bot/core/", "bot.core: drawing"),
    ("/bot/", "bot.service and the rest of bot"),
    ("/telegram/", "python-telegram-bot"),
    ("/uvicorn/", "uvicorn and httptools"),
    ("/starlette/", "starlette"),
    ("/structlog/", "structlog: the line per turn"),
    ("/sqlalchemy/", "database"),
    ("/aiosqlite/", "database"),
)
LOOP = "event loop and system calls"
CLIENT = "HTTP client's threads (Rust)"


class Sampler:
    """Counts layers while it is on."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._on = False
        self._main = 0.0
        self._threads = 0.0

    def toggle(self, _: int, __: FrameType | None) -> None:
        """Start or stop sampling; a signal handler."""
        self._on = not self._on
        interval = _INTERVAL if self._on else 0
        signal.setitimer(signal.ITIMER_PROF, interval, interval)
        # A difference on both sides: what passed while it was on.
        sign = -1 if self._on else 1
        main = time.thread_time()
        self._main += sign * main
        self._threads += sign * (time.process_time() - main)

    def sample(self, _: int, frame: FrameType | None) -> None:
        """Count the frame that was interrupted; a signal handler."""
        self.counts[_layer(frame)] += 1

    def shares(self) -> dict[str, float]:
        """Return each layer's part of all processor time, the largest first.

        The timer also runs out for the other threads' time, but always in the main one: its
        samples tell how its own time divides, and the clocks how much that is.
        """
        whole = (self._main + self._threads) or 1.0
        samples = sum(self.counts.values()) or 1
        parts = {layer: n / samples * self._main / whole for layer, n in self.counts.items()}
        parts[CLIENT] = self._threads / whole
        return dict(sorted(parts.items(), key=lambda part: -part[1]))


def _layer(frame: FrameType | None) -> str:
    while frame is not None:
        file = frame.f_code.co_filename
        for part, layer in _LAYERS:
            if part in file and "/bench/" not in file:
                return LOOP if file.endswith(("bot/running.py", "bot/cli.py")) else layer
        frame = frame.f_back
    return LOOP


def main() -> None:
    """Run the bot; write what was sampled when it stops."""
    sampler = Sampler()
    signal.signal(signal.SIGUSR1, sampler.toggle)
    signal.signal(signal.SIGPROF, sampler.sample)
    result = Path(sys.argv[1])
    sys.argv = ["bot", "run"]
    try:
        runpy.run_module("bot", run_name="__main__")
    finally:
        result.write_text(json.dumps(sampler.shares()), "utf-8")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()
