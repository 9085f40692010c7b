"""A maintainer saves a file while people read: sound edits reach them, broken ones do not.

The bot is a process of its own with the small library; a swap takes the time of a whole check.
"""

import asyncio
import re
from pathlib import Path

from bot.sandbox import Person, Sandbox, running_sandbox
from tests.content.conftest import Workspace, small_library
from tests.tg.bot_process import BotProcess, running

SAID = ("it slows you down", "You need a prescription for it")
PAGE = "1pps-_en__what-it-is"


def _page(place: Workspace) -> Path:
    return place.content / "topics" / "what-it-is" / "simple.md.j2"


def _settings(place: Workspace, folder: Path) -> dict[str, str]:
    return {
        "BOT_CONTENT_DIR": str(place.content),
        "BOT_LOCALES_DIR": str(place.locales),
        "BOT_CACHE_DIR": str(folder / "cache"),
    }


async def _logged(bot: BotProcess, event: str, times: int) -> None:
    async with asyncio.timeout(40):
        while bot.log.count(event) < times:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)


async def test_a_sound_edit_reaches_readers_and_a_broken_one_does_not(tmp_path: Path) -> None:
    place = small_library(tmp_path / "small")
    good = _page(place).read_text("utf-8")
    assert all(words in good for words in SAID)
    async with (
        running_sandbox() as sandbox,
        running(sandbox, tmp_path, **_settings(place, tmp_path)) as bot,
    ):
        ana = sandbox.person("Ana")
        await ana.send(f"/start {PAGE}")
        before = ana.screen
        _page(place).write_text(_marked(good, 0), "utf-8")
        await _logged(bot, "content_swapped", 1)
        await ana.send(f"/start {PAGE}")
        assert "version a" in ana.screen
        assert ana.screen != before

        _page(place).write_text(good.replace("{% endtrans %}", "", 1), "utf-8")
        await _logged(bot, "content_kept", 1)
        assert "what-it-is/simple.md.j2" in bot.log
        await ana.send(f"/start {PAGE}")
        assert "version a" in ana.screen, "the last good page stays"

        _page(place).write_text(good, "utf-8")
        await _logged(bot, "content_swapped", 2)
        await ana.send(f"/start {PAGE}")
        assert ana.screen == before


async def test_readers_notice_nothing_of_twenty_swaps_but_the_new_words(tmp_path: Path) -> None:
    """Five of the twenty edits are broken; a thousand taps go on meanwhile."""
    place = small_library(tmp_path / "small")
    good = _page(place).read_text("utf-8")
    async with (
        running_sandbox() as sandbox,
        running(sandbox, tmp_path, **_settings(place, tmp_path)) as bot,
    ):
        stop = asyncio.Event()
        readers = [asyncio.create_task(_reads(sandbox, n, stop)) for n in range(8)]
        swapped = kept = 0
        for edit in range(20):
            if edit % 4 == 3:
                _page(place).write_text(good.replace("{% endtrans %}", "", 1), "utf-8")
                kept += 1
                await _logged(bot, "content_kept", kept)
            else:
                _page(place).write_text(_marked(good, edit), "utf-8")
                swapped += 1
                await _logged(bot, "content_swapped", swapped)
        stop.set()
        taps = sum(await asyncio.gather(*readers))
        assert kept == 5
        assert taps >= 1000
        assert "turn_failed" not in bot.log
        assert await bot.stop() == 0


def _marked(page: str, edit: int) -> str:
    """Return the page with the version written into two of its sentences."""
    for words in SAID:
        page = page.replace(words, f"{words}, version {'abcdefghijklmnopqrst'[edit]}")
    return page


async def _reads(sandbox: Sandbox, n: int, stop: asyncio.Event) -> int:
    """Tap to and fro; every screen is a whole page of one edit."""
    person: Person = sandbox.person(f"Reader {n}")
    await person.send(f"/start {PAGE}")
    taps = 0
    while not stop.is_set():
        await person.tap("Sources")
        await person.tap("Back to the page")
        taps += 2
        seen = re.findall(r"version (\w)", person.screen)
        assert len(seen) in (0, len(SAID)), "a page comes of one version, whole"
        assert len(set(seen)) <= 1, f"two versions on one screen: {seen}"
        await asyncio.sleep(0.02)
    return taps
