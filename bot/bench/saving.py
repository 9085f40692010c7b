"""How long a save takes to show: from the file on the disk to the words in the studio's page.

A real studio in a process of its own, over a copy of the content; files are saved as an editor
would, and a browser is stood in for by what it does: it listens to the stream of news, and asks
for the page again at each of them until the new words are there.
"""

import json
import queue
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import httpx

from bot.bench import processes
from bot.bench.contenders import ROOT, environment, free_port
from bot.bench.growth import grow, grow_catalog
from bot.bench.report import machine
from bot.config import Settings
from bot.core.address import Address, View
from bot.core.model import Audience, Level
from bot.errors import BotError

RESULT = Path("var/bench-save.json")
SIZES = (1, 10)
SAVES = 9
LIMIT = 1.0
"""Seconds within which a save is to show."""
LOCALE = "es"
_TOPIC = "nerve-pain"
_CORE = 0
_PATIENCE = 120.0
_LOOK_AGAIN = 0.05
# Seconds before a save: by then the studio has begun to check other pages, as it would have.
_PAUSE = 1.5


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of save: the file, the words in it behind which it adds some, a page with them."""

    name: str
    file: str
    page: Address
    words: str

    def saved(self, text: str, mark: str) -> str:
        """Return the file's text with a mark in it; BotError where the words are gone."""
        changed, count = re.subn(f"({self.words})", rf"\g<1>{mark} ", text, count=1)
        if not count:
            raise BotError(f"{self.file} has changed: mend bot.bench.saving")
        return changed


def kinds() -> tuple[Kind, ...]:
    """Return a save of a template, of a label that every page has, and of a catalog."""
    page = Address(View.PAGE, "en", Audience.PATIENT, Level.SIMPLE, topic=_TOPIC)
    translated = replace(page, locale=LOCALE)
    template = f"content/topics/{_TOPIC}/simple.md.j2"
    catalog = f"locales/{LOCALE}/LC_MESSAGES/messages.po"
    answer = r'msgid "[^"]*the main guides for doctors do not advise it[^"]*"\nmsgstr "'
    return (
        Kind("template", template, page, r"\{% block answer %\}\s*\{% trans %\}\s*"),
        Kind("label", "content/labels.toml", page, r'(?m:^helpful = ")'),
        Kind("catalog", catalog, translated, answer),
    )


def saving(settings: Settings, tell: Callable[[str], None]) -> bool:
    """Measure each size and kind of save, tell a line for each, and write all to `RESULT`.

    Returns whether every median keeps to `LIMIT`. BotError when a save never shows.
    """
    tell(f"seconds from save to the new words in the page: median [min-max] of {SAVES} saves")
    found: dict[str, dict[str, list[float]]] = {}
    for times in SIZES:
        with tempfile.TemporaryDirectory(prefix="clearleaf-saving-") as name:
            folder = Path(name)
            grow(settings.content_dir, folder / "content", times)
            shutil.copytree(settings.locales_dir, folder / "locales")
            for file in (folder / "locales").glob("*/LC_MESSAGES/messages.po"):
                grow_catalog(file, times)
            found[str(times)] = measured(folder, SAVES)
        for kind, seconds in found[str(times)].items():
            spread = f"{median(seconds):.2f} [{min(seconds):.2f}-{max(seconds):.2f}]"
            tell(f"  {times:>3} x content  {kind:<9} {spread}")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    result = {"machine": machine(), "limit": LIMIT, "saves": SAVES, "seconds": found}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    tell(f"All figures: {RESULT}")
    return all(median(one) <= LIMIT for size in found.values() for one in size.values())


def measured(folder: Path, saves: int) -> dict[str, list[float]]:
    """Return the seconds of so many saves of each kind, one kind after the other in turn."""
    found: dict[str, list[float]] = {kind.name: [] for kind in kinds()}
    with _studio(folder) as (client, news):
        for number in range(saves):
            for kind in kinds():
                seen = _Seen(client, news, kind.page)
                seen.text()
                file = folder / kind.file
                before = file.read_text("utf-8")
                mark = f"Zq{number}"
                time.sleep(_PAUSE)
                found[kind.name].append(seen.until(file, kind.saved(before, mark), mark))
                seen.until(file, before, mark, there=False)
    return found


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page in a browser that asks for it again whenever there is news."""

    client: httpx.Client
    news: "queue.Queue[str]"
    page: Address

    def text(self) -> str:
        answer = self.client.get("/page", params={"at": self.page.pack(), "whole": "1"})
        answer.raise_for_status()
        # What readers see; the source beside it has the new words too.
        return answer.text.partition('class="known"')[0].partition('class="phone"')[2]

    def until(self, file: Path, text: str, mark: str, *, there: bool = True) -> float:
        """Save a file, and return the seconds until the mark is in the page, or gone from it."""
        while not self.news.empty():
            self.news.get()
        began = time.perf_counter()
        file.write_text(text, "utf-8")
        try:
            while time.perf_counter() - began < _PATIENCE:
                self.news.get(timeout=_PATIENCE)
                if (mark in self.text()) is there:
                    return time.perf_counter() - began
        except queue.Empty:
            pass
        raise BotError(f"a save of {file.name} did not show within {_PATIENCE:g} s")


@contextmanager
def _studio(folder: Path) -> Iterator[tuple[httpx.Client, "queue.Queue[str]"]]:
    port = free_port()
    log = folder / "studio.log"
    settings = {
        "BOT_CONTENT_DIR": str(folder / "content"),
        "BOT_LOCALES_DIR": str(folder / "locales"),
        "PYTHONUNBUFFERED": "1",
    }
    command = (sys.executable, "-m", "bot", "studio", "--port", str(port))
    address = f"http://127.0.0.1:{port}"
    surroundings = environment(settings, "http://127.0.0.1:9")
    with processes.running(command, log, surroundings, ROOT, _CORE) as process:
        processes.wait_for(process, log, address.encode())
        news: queue.Queue[str] = queue.Queue()
        with httpx.Client(base_url=address, timeout=_PATIENCE, trust_env=False) as client:
            _wait_until_open(client)
            threading.Thread(target=_listen, args=(address, news), daemon=True).start()
            news.get(timeout=_PATIENCE)
            yield client, news


def _wait_until_open(client: httpx.Client) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            client.get("/static/studio.css")
        except httpx.ConnectError:
            if time.monotonic() > deadline:
                raise BotError("the studio of the bench does not answer") from None
            time.sleep(_LOOK_AGAIN)
        else:
            return


def _listen(address: str, news: "queue.Queue[str]") -> None:
    """Put each event of the studio's stream into the queue until the studio ends."""
    with (
        suppress(httpx.HTTPError),
        httpx.Client(timeout=None, trust_env=False) as client,  # noqa: S113 - it ends with the studio
        client.stream("GET", f"{address}/events") as stream,
    ):
        for line in stream.iter_lines():
            if line.startswith("data: "):
                news.put(line)
