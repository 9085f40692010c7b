"""SIGKILL at random moments under load: all is answered, nothing twice, nothing let go early."""

import asyncio
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.bench.proofs.crowd import Account, Crowd, Share
from bot.bench.proofs.place import Place, bot_at, database

RATE = 200.0
KINDS = ("sqlite", "postgresql")
_BETWEEN = (0.2, 3.0)  # seconds that a bot lives once it serves


@dataclass(frozen=True, slots=True)
class Survived:
    """One bot, killed so many times."""

    database: str
    mode: str
    kills: int
    seconds: float
    account: Account

    def line(self) -> str:
        """Return its line of the table."""
        one = self.account
        figures = (self.kills, one.taps, one.words, one.unanswered, one.early, one.repeated)
        seen = (one.edits_seen_twice, one.sends_seen_twice, one.sorry)
        return f"{self.database:<11}{self.mode:<9}" + "".join(
            f"{n:>11}" for n in (*figures, *seen)
        )


_FIGURES = ("kills", "taps", "words", "unanswered", "early", "same edit")
_SEEN = ("edit twice", "send twice", "apologies")
HEAD = f"{'database':<11}{'mode':<9}" + "".join(f"{word:>11}" for word in (*_FIGURES, *_SEEN))


def kill(
    place: Place, kills: int, tell: Callable[[str], None], kinds: tuple[str, ...] = KINDS
) -> bool:
    """Kill bots in both modes on these databases; tell a table, and whether nothing was lost."""
    tell(HEAD)
    sound = True
    for kind in kinds:
        for webhook in (False, True):
            found = asyncio.run(_killed(place, kind, kills, webhook=webhook))
            tell(found.line())
            one = found.account
            sound = sound and not (
                one.unanswered or one.early or one.edits_seen_twice or one.sends_seen_twice
            )
    return sound


async def _killed(place: Place, kind: str, kills: int, *, webhook: bool) -> Survived:
    chance = random.Random()  # noqa: S311 - moments, not secrets
    began = time.perf_counter()
    crowd = Crowd(place.pages, Share(words=5), place.told)
    with database(place.folder, kind) as (url, _):
        log = place.folder / f"kill-{kind}-{'webhook' if webhook else 'polling'}.log"
        async with (
            crowd.serving(),
            bot_at(place.settings(url, webhook=webhook), crowd.address, log) as bot,
        ):
            over = asyncio.Event()
            coming = asyncio.create_task(crowd.come(RATE, lambda: not over.is_set()))
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(*_BETWEEN))
                await bot.end(signal.SIGKILL)
                await bot.start()
            over.set()
            await coming
            await crowd.settle()
    mode = "webhook" if webhook else "polling"
    return Survived(kind, mode, kills, time.perf_counter() - began, crowd.finish())
