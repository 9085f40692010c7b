"""Hours of reading while content changes and the database restarts: memory must not grow."""

import asyncio
import time
from collections.abc import Callable
from statistics import mean

from bot.bench.processes import memory
from bot.bench.proofs.crowd import Crowd, Share
from bot.bench.proofs.place import Bot, Place, bot_at, database

RATE = 50.0
GROWTH = 0.05
_EVERY, _AWAY = 60.0, 2.0  # seconds: a disturbance each, and how long the database is away
_SAMPLE = 2.0
# Memory is compared between the second fifth, when all that is kept ready is there, and the last.
_FIFTHS = 5


def soak(place: Place, minutes: float, tell: Callable[[str], None]) -> bool:
    """Let people read that long; tell a table, and whether memory stayed and nothing failed."""
    return asyncio.run(_soak(place, minutes, tell))


async def _soak(place: Place, minutes: float, tell: Callable[[str], None]) -> bool:
    crowd = Crowd(place.pages, Share(words=5, choices=2), place.told)
    swaps = restarts = 0
    with database(place.folder, "postgresql") as (url, server):
        assert server is not None  # noqa: S101 - for the type
        settings = place.settings(url, webhook=True)
        async with (
            crowd.serving(),
            bot_at(settings, crowd.address, place.folder / "soak.log") as bot,
        ):
            ends = time.perf_counter() + minutes * 60
            coming = asyncio.create_task(crowd.come(RATE, lambda: time.perf_counter() < ends))
            weighing = asyncio.create_task(_weigh(bot, coming))
            while time.perf_counter() + _EVERY / 2 < ends:
                await asyncio.sleep(_EVERY / 2)
                _edit(place, swaps := swaps + 1)
                if time.perf_counter() + _EVERY / 2 < ends:
                    await asyncio.sleep(_EVERY / 2)
                    await asyncio.to_thread(server.stop)
                    await asyncio.sleep(_AWAY)
                    await asyncio.to_thread(server.start)
                    restarts += 1
            await coming
            weights = await weighing
            await crowd.settle()
            errors = bot.errors()
            seen = bot.log.read_bytes().count(b"content_swapped")
    account = crowd.finish()
    fifth = max(len(weights) // _FIFTHS, 1)
    before, after = mean(weights[fifth : 2 * fifth] or weights), mean(weights[-fifth:])
    rows = (
        ("minutes", f"{minutes:g}"),
        ("taps / words / choices", f"{account.taps} / {account.words} / {account.choices}"),
        ("edits of content / swapped in", f"{swaps} / {seen}"),
        ("restarts of the database", restarts),
        ("choices refused, and told so", account.refused),
        ("unanswered", account.unanswered),
        ("turns that failed, by the log", errors),
        (
            "MB in the second fifth / the last / most",
            f"{before:.0f} / {after:.0f} / {max(weights):.0f}",
        ),
        ("growth", f"{(after / before - 1) * 100:+.1f} %"),
    )
    for name, value in rows:
        tell(f"{name:<45}{value}")
    return not (account.unanswered or errors or after > before * (1 + GROWTH))


async def _weigh(bot: Bot, until: "asyncio.Task[None]") -> list[float]:
    weights = []
    while not until.done():
        weights.append(memory(bot.pid) or 0.0)
        await asyncio.sleep(_SAMPLE)
    return weights


def _edit(place: Place, number: int) -> None:
    """Change content so that every word stays: a swap like any other, whose pages are known."""
    with (place.folder / "content" / "groups.toml").open("a", encoding="utf-8") as file:
        file.write(f"# edit {number}\n")
