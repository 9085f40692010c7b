"""PostgreSQL taken away under load: people read on, and no choice is lost without a word."""

import asyncio
import time
from collections.abc import Callable

from bot.bench.postgres import Postgres
from bot.bench.proofs.crowd import Crowd, Share
from bot.bench.proofs.place import Place, bot_at, database

RATE = 100.0
_UP, _AWAY = 4.0, 3.0  # seconds


def lost(place: Place, times: int, tell: Callable[[str], None]) -> bool:
    """Stop and start PostgreSQL so often; tell a table, and whether nothing was lost."""
    return asyncio.run(_lost(place, times, tell))


async def _lost(place: Place, times: int, tell: Callable[[str], None]) -> bool:
    crowd = Crowd(place.pages, Share(words=5, choices=10), place.told)
    with database(place.folder, "postgresql") as (url, server):
        assert server is not None  # noqa: S101 - for the type
        settings = place.settings(url, webhook=True)
        async with (
            crowd.serving(),
            bot_at(settings, crowd.address, place.folder / "lost.log") as bot,
        ):
            over = asyncio.Event()
            coming = asyncio.create_task(crowd.come(RATE, lambda: not over.is_set()))
            began = time.perf_counter()
            for _ in range(times):
                await asyncio.sleep(_UP)
                await asyncio.to_thread(server.stop)
                await asyncio.sleep(_AWAY)
                await asyncio.to_thread(server.start)
            await asyncio.sleep(_UP)
            over.set()
            await coming
            seconds = time.perf_counter() - began
            await crowd.settle()
            errors = bot.errors()
        kept = _kept(server, url)
    account = crowd.finish()
    waits = sorted(account.milliseconds)
    missing = max(account.choices - kept - account.refused, 0)
    rows = (
        ("PostgreSQL stopped and started", times),
        ("updates a second", round((account.taps + account.words + account.choices) / seconds)),
        ("taps / words", f"{account.taps} / {account.words}"),
        ("unanswered", account.unanswered),
        ("acknowledged before they were handled", account.early),
        (
            "choices made / kept / refused, and told so",
            f"{account.choices} / {kept} / {account.refused}",
        ),
        ("choices lost without a word", missing),
        ("messages seen twice", account.sends_seen_twice + account.edits_seen_twice),
        ("turns that failed, by the log", errors),
        (
            "ms to the answer, median / 99 % / most",
            " / ".join(
                f"{waits[min(len(waits) * part // 1000, len(waits) - 1)]:.0f}"
                for part in (500, 990, 1000)
            ),
        ),
    )
    for name, value in rows:
        tell(f"{name:<45}{value}")
    return not (account.unanswered or account.early or missing or errors)


def _kept(server: Postgres, url: str) -> int:
    name = url.partition("@/")[2].partition("?")[0]
    [(number,)] = server.tell("SELECT count(*) FROM reader", database=name)
    return int(number)
