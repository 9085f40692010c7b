"""A hundred thousand random updates, valid and broken, while one person reads on."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median

from pyreqwest.client import Client, ClientBuilder

from bot.bench.processes import memory
from bot.bench.proofs.crowd import Crowd, Share
from bot.bench.proofs.place import Place, bot_at, database
from bot.bench.proofs.updates import Updates

RATE = 400.0
PAGES = 50
_AT_ONCE = 16
_ALONE = 10.0  # seconds that the crowd has the bot for itself
_READING = 5.0  # taps a second of those who read
_SLOWER = 2.0
_GROWTH = 0.05


def flood(
    place: Place, description: Path, number: int, seed: int, tell: Callable[[str], None]
) -> bool:
    """Send so many; tell a table, and whether all went well."""
    return asyncio.run(_flood(place, Updates(description, seed), number, tell))


async def _flood(place: Place, updates: Updates, number: int, tell: Callable[[str], None]) -> bool:
    crowd = Crowd(place.pages[:PAGES], Share(words=0), place.told, readers=PAGES)
    statuses: Counter[int] = Counter()
    weights: list[float] = []
    with database(place.folder, "sqlite") as (url, _):
        settings = place.settings(url, webhook=True)
        async with (
            crowd.serving(),
            bot_at(settings, crowd.address, place.folder / "flood.log") as bot,
            ClientBuilder().build() as client,
        ):
            over = asyncio.Event()
            coming = asyncio.create_task(crowd.come(_READING, lambda: not over.is_set()))
            await asyncio.sleep(2 * _ALONE)
            alone = crowd.account.milliseconds[-round(_ALONE * _READING) :]
            crowd.account.milliseconds = []
            hook = _Hook(client, settings, updates, statuses)
            began = time.perf_counter()
            for part in range(20):
                await hook.send(number // 20, began + part * number / 20 / RATE)
                weights.append(memory(bot.pid) or 0.0)
            seconds = time.perf_counter() - began
            beside = crowd.account.milliseconds
            over.set()
            await coming
            await crowd.settle()
            failed = bot.errors()
    slower = median(beside) / median(alone)
    before, after = mean(weights[4:8]), mean(weights[-4:])
    rows = (
        ("updates / a second", f"{statuses.total()} / {statuses.total() / seconds:.0f}"),
        (
            "200 taken / 400 no update / 503 again",
            f"{statuses[200]} / {statuses[400]} / {statuses[503]}",
        ),
        ("other statuses", sum(statuses.values()) - sum(statuses[n] for n in (200, 400, 503))),
        ("turns that failed, by the log", failed),
        ("reader's taps unanswered", crowd.account.unanswered),
        (
            "ms to the reader's page, alone / beside it",
            f"{median(alone):.1f} / {median(beside):.1f} ({slower:.1f} times)",
        ),
        ("MB after a fifth / at the end", f"{before:.0f} / {after:.0f}"),
    )
    for name, value in rows:
        tell(f"{name:<45}{value}")
    good = slower <= _SLOWER and after <= before * (1 + _GROWTH)
    return good and not (failed or crowd.account.unanswered)


class _Hook:
    """Delivers to the bot's webhook, several at once, at an even pace."""

    def __init__(
        self, client: Client, settings: dict[str, str], updates: Updates, statuses: Counter[int]
    ) -> None:
        self._client = client
        self._url = settings["BOT_WEBHOOK_URL"]
        self._secret = settings["BOT_WEBHOOK_SECRET"]
        self._updates = updates
        self._statuses = statuses

    async def send(self, number: int, began: float) -> None:
        """Send so many from a moment on."""
        made = iter(range(number))

        async def line() -> None:
            for turn in made:
                await asyncio.sleep(max(began + turn / RATE - time.perf_counter(), 0))
                response = await (
                    self._client.post(self._url)
                    .header("X-Telegram-Bot-Api-Secret-Token", self._secret)
                    .header("Content-Type", "application/json")
                    .body_bytes(self._updates.next())
                    .build()
                    .send()
                )
                self._statuses[response.status] += 1

        await asyncio.gather(*(line() for _ in range(_AT_ONCE)))
