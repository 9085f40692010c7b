"""Counters: how often something happened on a day, never to whom."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from bot.store.tables import CounterRow

# Below this a number could be one person whom somebody in the clinic knows.
SMALL = 5
# Rows of one statement: four parameters each, far below what either database takes.
BATCH = 500


@dataclass(frozen=True, slots=True, order=True)
class Counted:
    """How often an event happened on a day (UTC)."""

    day: date
    event: str
    detail: str
    count: int


def shown(count: int) -> str:
    """Return a number as people may see it: below `SMALL` only that it is below, 0 included."""
    return str(count) if count >= SMALL else f"<{SMALL}"


def totals(counted: Iterable[Counted]) -> list[tuple[str, str, str]]:
    """Add the days up: event, detail and the number as it may be shown, in order of name.

    Only these sums leave: with single days beside them a hidden number could be worked out.
    """
    ordered = sorted(sums(counted).items())
    return [(event, detail, shown(count)) for (event, detail), count in ordered]


def sums(counted: Iterable[Counted]) -> Counter[tuple[str, str]]:
    """Add the days up as they are, small numbers too."""
    added: Counter[tuple[str, str]] = Counter()
    for one in counted:
        added[one.event, one.detail] += one.count
    return added


def additions(
    insert: Callable[..., Any], day: date, counts: Mapping[tuple[str, str], int]
) -> Iterator[Any]:
    """Yield the statements that add to a day's counters, many rows each.

    In order of name: two processes that lock rows in different orders would wait for each other.
    """
    rows = [
        {"day": day, "event": event, "detail": detail, "count": count}
        for (event, detail), count in sorted(counts.items())
    ]
    for start in range(0, len(rows), BATCH):
        statement = insert(CounterRow).values(rows[start : start + BATCH])
        yield statement.on_conflict_do_update(
            index_elements=["day", "event", "detail"],
            set_={"count": col(CounterRow.count) + statement.excluded.count},
        )


def every(since: date | None = None) -> Select[*tuple[Any, ...]]:
    """Return the query for all counters, or those of a day and later, oldest first."""
    row = CounterRow
    columns = (col(row.day), col(row.event), col(row.detail), col(row.count))
    query = select(*columns).order_by(*columns[:3])
    return query if since is None else query.where(col(row.day) >= since)
