"""What typed words cost: triage at its worst, a question to its screen, and loading.

Run by itself (`python -m bot.bench.reading <locales> [<cache folder>]`) it loads triage once, in a
process that has done nothing else, and prints the seconds and megabytes that took.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from telegram.constants import MessageLimit

from bot import bootstrap
from bot.bench.processes import memory
from bot.config import Settings
from bot.core.matching import load_questions
from bot.core.model import Reader, Say
from bot.core.safety import Triage

LONGEST = int(MessageLimit.MAX_TEXT_LENGTH)
_REPEATED = (
    "not ", "can't wake ", "overdose ", "7 tablets ", "killing me ", "k i l l m e . ", "a.b ", ".",
    "t00k p1lls ", "tаke рills ", "e\u0301", "\u200bx", "ﷺ", "wake, ", "pills. ", "!?\n",
)  # fmt: skip
_TABLES = ("concepts", "frames", "hints")


def measure(settings: Settings, times: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Measure all of it, tell a line for each figure, and return the figures.

    Milliseconds of processor time for the one thread: median and 99th percentile.
    """
    figures: dict[str, Any] = {"load": _loads(settings.locales_dir)}
    for start, found in figures["load"].items():
        tell(f"triage loaded, {start}: {found['seconds']:.2f} s, {found['megabytes']:.0f} MB")
    content = bootstrap.load_content(settings)
    everything: list[float] = []
    for name, texts in hostile(settings.locales_dir).items():
        spent = _timed(content.triage.judge, texts, times)
        everything += spent
        figures[name] = _summary(spent)
    figures["triage"] = _summary(everything)
    conversation = bootstrap.conversation(content, settings)
    reader = Reader(locale="en")
    questions = [
        text
        for path in sorted(settings.locales_dir.glob("*/questions.toml"))
        for texts in load_questions(path).values()
        for text in texts[:1]
    ]
    spent = _timed(lambda text: conversation.respond(reader, Say(text)), questions, times)
    figures["question to screen"] = _summary(spent)
    for name, found in figures.items():
        if name != "load":
            tell(f"{name}: median {found['median']:.2f} ms, 99th percentile {found['p99']:.2f} ms")
    return figures


def hostile(locales_dir: Path) -> dict[str, list[str]]:
    """Return messages of the greatest length, by the way in which they are bad."""
    dice = random.Random(7)  # noqa: S311 - the same texts every time, no secrets
    patterns = {
        path.parent.name: _patterns(path) for path in sorted(locales_dir.glob("*/triage.toml"))
    }
    every = [pattern for found in patterns.values() for pattern in found]
    letters = "abcehkmoptyxавсенкмортух"
    anything = [*range(0x20, 0xD800), *range(0xE000, 0x11000)]
    made = {
        "repetition": (text * LONGEST for text in _REPEATED),
        "words of the rules": (" ".join(dice.choices(every, k=1500)) for _ in range(20)),
        "words of one language": (
            " ".join(dice.choices(found, k=1500)) for found in patterns.values() for _ in range(4)
        ),
        "misspelt": (
            " ".join(
                word[:3] + dice.choice(letters) + word[3:] for word in dice.choices(every, k=900)
            )
            for _ in range(10)
        ),
        "mixed scripts": (
            " ".join("".join(dice.choices(letters, k=dice.randrange(3, 9))) for _ in range(1400))
            for _ in range(10)
        ),
        "random": ("".join(map(chr, dice.choices(anything, k=LONGEST))) for _ in range(10)),
    }
    return {name: [text[:LONGEST] for text in texts] for name, texts in made.items()}


def _patterns(path: Path) -> list[str]:
    data = tomllib.loads(path.read_text("utf-8"))
    marks = str.maketrans({"~": " ", "*": None, "=": None, "#": "20 "})
    return [
        pattern.translate(marks)
        for table in _TABLES
        for patterns in data.get(table, {}).values()
        for pattern in patterns
    ]


def _timed(do: Callable[[str], object], texts: Iterable[str], times: int) -> list[float]:
    spent: list[float] = []
    for text in texts:
        do(text)
        for _ in range(times):
            began = time.thread_time()
            do(text)
            spent.append((time.thread_time() - began) * 1000)
    return spent


def _summary(spent: list[float]) -> dict[str, float]:
    ordered = sorted(spent)
    return {"median": ordered[len(ordered) // 2], "p99": ordered[len(ordered) * 99 // 100]}


def _loads(locales_dir: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="clearleaf-bench-") as folder:
        command = [sys.executable, "-m", "bot.bench.reading", str(locales_dir)]
        runs = {"no cache": command, "cache to be made": [*command, folder]}
        runs["cache"] = runs["cache to be made"]
        return {name: json.loads(subprocess.check_output(run)) for name, run in runs.items()}  # noqa: S603


def _load_once(locales: str, folder: str | None = None) -> None:
    before, began = memory(os.getpid()) or 0.0, time.perf_counter()
    triage = Triage.load(Path(locales), Path(folder) if folder else None)
    seconds = time.perf_counter() - began
    found = {
        "seconds": seconds,
        "megabytes": (memory(os.getpid()) or 0.0) - before,
        "locales": triage.locales,
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    _load_once(*sys.argv[1:])
