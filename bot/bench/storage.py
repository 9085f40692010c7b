"""What a table of many readers costs: to read one, keep a choice, forget, and expire.

Both databases, each size in a fresh one. `python -m bot.bench.storage [rows ...]` prints the
table and writes var/bench-storage.json; PostgreSQL is the embedded server for developers.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bot.bench.postgres import postgres
from bot.errors import ConfigError
from bot.store import open_store, reader_key, schema
from bot.store.database import open_database
from bot.store.tables import ReaderRow

SIZES = (1_000, 10_000, 100_000, 1_000_000)
RESULT = Path("var/bench-storage.json")
_KEY = b"a key for measurements that opens nothing"
_TRIES, _FORGETS = 300, 5
_BATCH = 1_000
_MIB = 2**20


def storage(tell: Callable[[str], None], sizes: tuple[int, ...] = SIZES) -> list[dict[str, Any]]:
    """Measure each size on each database, tell a line for each, and return the figures.

    Milliseconds: median and 99th percentile of reading and keeping, median and largest of
    forgetting; seconds of one expiry that lets a hundredth go. What the sizes mean for
    rewriting is in `bot.store.erasure`.
    """
    tell("database     rows      MiB  read p50   p99  keep p50   p99  forget p50    max  expire s")
    found: list[dict[str, Any]] = []
    for name, homes in (("SQLite", _files), ("PostgreSQL", _servers)):
        try:
            with homes() as address:
                for rows in sizes:
                    figures = asyncio.run(_measured(address(rows), rows))
                    found.append({"database": name} | figures)
                    tell(_line(found[-1]))
        except ConfigError as missing:
            tell(f"{name}: not measured: {missing}")
    return found


@contextmanager
def _files() -> Iterator[Callable[[int], str]]:
    with tempfile.TemporaryDirectory(prefix="clearleaf-storage-") as folder:
        yield lambda rows: f"sqlite+aiosqlite:///{folder}/{rows}.db"


@contextmanager
def _servers() -> Iterator[Callable[[int], str]]:
    with postgres() as server:
        yield lambda _: server.address(server.create())


async def _measured(url: str, rows: int) -> dict[str, Any]:
    schema.upgrade(url)
    await _fill(url, rows)
    dice = random.Random(rows)  # noqa: S311 - the same readers every time
    async with open_database(url) as database, open_store(url, _KEY) as store:
        size = await database.size()
        await store.healthy()  # connects
        began = time.perf_counter()
        gone = await store.expire()
        expire = time.perf_counter() - began

        async def timed(work: Callable[[int], Awaitable[object]], tries: int) -> list[float]:
            taken = []
            for _ in range(tries):
                reader = dice.randrange(rows)
                began = time.perf_counter()
                await work(reader)
                taken.append((time.perf_counter() - began) * 1000)
            return taken

        read = await timed(store.reader, _TRIES)
        keep = await timed(lambda reader: store.keep(reader, level="simple"), _TRIES)
        forget = await timed(store.forget, _FORGETS)
    return {
        "rows": rows,
        "mib": size / _MIB,
        "read": _spread(read),
        "keep": _spread(keep),
        "forget": (median(forget), max(forget)),
        "expired": gone,
        "expire": expire,
    }


async def _fill(url: str, rows: int) -> None:
    """Write readers who remember, and one in a hundred whose time is over."""
    now = datetime.now(UTC)

    def row(number: int) -> dict[str, Any]:
        late = number % 100 == 0
        return {
            "key": reader_key(_KEY, number),
            "audience": "patient",
            "level": "standard",
            "locale": "en",
            "region": "gb",
            "view": "classic",
            "remember": True,
            "last_used": now.date(),
            "expires_at": now + timedelta(days=-1 if late else 300),
        }

    async with open_database(url, patience=60.0) as database:
        for start in range(0, rows, 10 * _BATCH):
            async with database.writing() as connection:
                for first in range(start, min(start + 10 * _BATCH, rows), _BATCH):
                    batch = [row(n) for n in range(first, min(first + _BATCH, rows))]
                    await connection.execute(database.insert(ReaderRow), batch)


def _spread(times: list[float]) -> tuple[float, float]:
    return median(times), quantiles(times, n=100)[98]


def _line(one: dict[str, Any]) -> str:
    cells = (
        f"{one['database']:<10}{one['rows']:>10,}  {one['mib']:>7.1f}",
        f"{one['read'][0]:>8.2f} {one['read'][1]:>6.2f}",
        f"{one['keep'][0]:>8.2f} {one['keep'][1]:>6.2f}",
        f"{one['forget'][0]:>10.1f} {one['forget'][1]:>7.1f}",
        f"{one['expire']:>8.2f}",
    )
    return "  ".join(cells)


if __name__ == "__main__":
    _sizes = tuple(int(word) for word in sys.argv[1:]) or SIZES
    _found = storage(lambda line: print(line, flush=True), _sizes)  # noqa: T201 - its output
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(_found, indent=1) + "\n", "utf-8")
