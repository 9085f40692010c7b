"""What a library many times this size costs: start-up, memory, the check, and a tap.

The copies are whole: topics with all their files, and facts under ids of their own, so that
each copy cites only its own facts. Every size is measured in a process of its own.
"""

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import polib

from bot import bootstrap
from bot.config import Settings
from bot.core.address import MAX_TOPIC, Address, View
from bot.core.model import Audience, Level, Reader, Tap

SIZES = (1, 10, 100)
# Checking renders and measures every page; past this size that takes many minutes.
LARGEST_CHECKED = 10
_FACT = re.compile(r"\b[A-Z]{3,5}-\d{2}\b")
_TAPS = 2000
_KIB = 1024


def grow(content: Path, into: Path, times: int) -> Path:
    """Return a copy of the content folder with each topic and fact `times` over."""
    shutil.copytree(content, into)
    for letters in _letters(times):
        renamed = _renaming(letters)
        for file in (content / "facts").glob("*.toml"):
            copy = into / "facts" / f"{letters.lower()}-{file.name}"
            copy.write_text(renamed(file.read_text("utf-8")), "utf-8")
        for topic in (content / "topics").iterdir():
            if topic.is_dir():
                slug = f"{letters.lower()}-{topic.name}"[:MAX_TOPIC]
                _copy_topic(topic, into / "topics" / slug, slug, renamed)
    return into


def grow_catalog(file: Path, times: int) -> None:
    """Translate in one catalog what `grow` copies: texts that cite, under the copies' ids."""
    catalog = polib.pofile(str(file), wrapwidth=0)
    cited = [entry for entry in catalog if _FACT.search(entry.msgid)]
    for renamed in map(_renaming, _letters(times)):
        for one in cited:
            texts = {"msgid": renamed(one.msgid), "msgstr": renamed(one.msgstr)}
            catalog.append(polib.POEntry(msgctxt=one.msgctxt, flags=list(one.flags), **texts))
    catalog.save(str(file))


def _letters(times: int) -> Iterator[str]:
    """Yield what stands before the facts of each copy."""
    return (f"{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(1, times))


def _renaming(letters: str) -> Callable[[str], str]:
    return lambda text: _FACT.sub(lambda match: f"{letters}{match.group()}", text)


def _copy_topic(topic: Path, folder: Path, slug: str, renamed: Callable[[str], str]) -> None:
    folder.mkdir()
    for file in topic.iterdir():
        text = file.read_text("utf-8")
        if file.suffix != ".toml":
            text = renamed(text).replace(f"topics/{topic.name}/", f"topics/{slug}/")
        (folder / file.name).write_text(text, "utf-8")


def growth(settings: Settings, tell: Callable[[str], None]) -> list[dict[str, Any]]:
    """Measure each size, tell a line for each, and return the figures.

    Seconds to load and to check, megabytes held, and milliseconds of a tap: the median and the
    99th percentile for pages seen before, and for pages drawn for the first time.
    """
    found: list[dict[str, Any]] = []
    tell("size  topics  load s  memory MB  check s  tap ms p50  p99   first tap ms p50  p99")
    for times in SIZES:
        with tempfile.TemporaryDirectory(prefix="clearleaf-growth-") as name:
            content = grow(settings.content_dir, Path(name) / "content", times)
            program = (sys.executable, "-m", "bot.bench.growth")
            locales = str(settings.locales_dir)
            done = subprocess.run(  # noqa: S603 - this very program
                (*program, str(content), locales, str(int(times <= LARGEST_CHECKED))),
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
        figures = {"times": times} | json.loads(done.stdout)
        found.append(figures)
        check = f"{figures['check']:.1f}" if figures["check"] is not None else "-"
        cells = (
            f"{times:>4}  {figures['topics']:>6}  {figures['load']:>6.2f}",
            f"{figures['memory']:>9.0f}  {check:>7}",
            f"{figures['tap'][0]:>10.3f}  {figures['tap'][1]:.3f}",
            f"{figures['first'][0]:>16.3f}  {figures['first'][1]:.3f}",
        )
        tell("  ".join(cells))
    return found


def measured(content: Path, locales: Path, *, check: bool) -> dict[str, Any]:
    """Load one library in this process and return its figures."""
    settings = Settings(content_dir=content, locales_dir=locales, contact="bench")
    began = time.perf_counter()
    loaded = bootstrap.load_content(settings)
    conversation = bootstrap.conversation(loaded, settings)
    load = time.perf_counter() - began
    topics = list(loaded.library.topics)
    step = max(len(topics) // 40, 1)
    addresses = [
        Address(View.PAGE, audience=audience, level=level, topic=topic).pack()
        for topic in topics[::step]
        for level in Level
        for audience in (Audience.PATIENT, Audience.CAREGIVER)
    ]
    reader = Reader()

    def tap(packed: str) -> float:
        start = time.perf_counter()
        conversation.respond(reader, Tap(packed))
        return (time.perf_counter() - start) * 1000

    first = [tap(packed) for packed in addresses]
    again = [tap(addresses[number % len(addresses)]) for number in range(_TAPS)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB
    seconds = None
    if check:
        from bot.core.checks import check_all  # noqa: PLC0415 - not part of what is held

        began = time.perf_counter()
        check_all(content, locales, bootstrap.today())
        seconds = time.perf_counter() - began
    return {
        "topics": len(topics),
        "load": load,
        "memory": memory,
        "check": seconds,
        "tap": _spread(again),
        "first": _spread(first),
    }


def _spread(times: list[float]) -> tuple[float, float]:
    return median(times), quantiles(times, n=100)[98]


if __name__ == "__main__":
    _, _folder, _locales, _check = sys.argv
    sys.stdout.write(json.dumps(measured(Path(_folder), Path(_locales), check=_check == "1")))
