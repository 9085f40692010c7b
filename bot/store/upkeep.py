"""What the operator does with the database by hand; no key is needed for it."""

from datetime import timedelta

from bot.store import counters
from bot.store.clock import utc_now
from bot.store.database import open_database
from bot.store.erasure import Erasure

# Rewriting a large table takes its time, and nobody waits for an answer in a chat.
_PATIENCE = 60.0


async def expire(url: str, *, rewrite: bool = False) -> int:
    """Delete all that is past its time, as `Erasure.expire`; return the number of readers."""
    async with open_database(url, patience=_PATIENCE) as database:
        return await Erasure(database, utc_now).expire(whatever_size=rewrite)


async def clear(url: str) -> int:
    """Erase every reader, and the copies; return how many there were."""
    async with open_database(url, patience=_PATIENCE) as database:
        return await Erasure(database, utc_now).clear()


async def counted(url: str, days: int) -> list[tuple[str, str, str]]:
    """Return event, detail and number of today and `days` days back, small numbers hidden."""
    return counters.totals(await _since(url, days))


async def summed(url: str, days: int) -> dict[tuple[str, str], int]:
    """Return the same as they are, for `bot.store.usage`, which hides small numbers."""
    return dict(counters.sums(await _since(url, days)))


async def _since(url: str, days: int) -> list[counters.Counted]:
    since = utc_now().date() - timedelta(days=days)
    async with open_database(url) as database, database.reading() as connection:
        rows = await connection.execute(counters.every(since))
        return [counters.Counted(*row) for row in rows]
