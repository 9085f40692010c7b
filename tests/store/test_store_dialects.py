"""Nothing the store says is SQLite's alone: the same statements in PostgreSQL's words.

A compiler's view only; a run against a real PostgreSQL is another test's matter.
"""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from bot.store.readers import Store
from bot.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.sql.elements import CompilerElement

NOW = datetime(2030, 3, 1, 12, tzinfo=UTC)
ROW = ("patient", None, None, None, "classic", False, NOW.date(), NOW + timedelta(hours=24))


class Answer:
    """One reader's row, whatever was asked."""

    rowcount = 1

    def one(self) -> tuple[object, ...]:
        return ROW

    one_or_none = one

    def __iter__(self) -> Any:  # noqa: ANN401 -- no counters
        return iter(())


class Recorder:
    """An engine and connection in one that writes down what it is told, in PostgreSQL's SQL."""

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

    def __init__(self) -> None:
        self.said: list[str] = []

    @asynccontextmanager
    async def connect(self) -> "AsyncIterator[Recorder]":
        yield self

    begin = connect

    async def execution_options(self, **_: object) -> "Recorder":
        return self

    async def execute(self, statement: "CompilerElement") -> Answer:
        self.said.append(str(statement.compile(dialect=self.dialect)))
        return Answer()

    async def scalar(self, statement: "CompilerElement") -> int:
        await self.execute(statement)
        return 0


async def test_every_statement_can_be_said_in_postgresql() -> None:
    recorder = Recorder()
    store = Store(recorder, b"k" * 32, lambda: NOW)  # type: ignore[arg-type]
    await store.keep(1, audience="patient")
    await store.reader(1)
    await store.forget(1)
    await store.expire()
    await store.first_time(1)
    await store.count("page")
    await store.counters()
    said = "\n".join(recorder.said)
    assert said.count("ON CONFLICT") == 3
    assert "VACUUM" not in said
    assert "PRAGMA" not in said


def test_moments_keep_their_zone_in_postgresql() -> None:
    tables = {
        table.name: str(CreateTable(table).compile(dialect=Recorder.dialect))
        for table in metadata.sorted_tables
    }
    assert "expires_at TIMESTAMP WITH TIME ZONE NOT NULL" in tables["reader"]
    assert "update_id BIGINT NOT NULL" in tables["seen_update"]
