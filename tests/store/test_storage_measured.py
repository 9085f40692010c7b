"""`python -m bot.bench.storage` measures what it says, on both databases."""

from bot.bench.postgres import Postgres
from bot.bench.storage import storage


def test_each_size_on_each_database_has_its_line_and_its_figures(server: Postgres) -> None:
    told: list[str] = []
    found = storage(told.append, (200,))
    assert [(one["database"], one["rows"]) for one in found] == [
        ("SQLite", 200),
        ("PostgreSQL", 200),
    ]
    assert len(told) == 3
    for one in found:
        assert one["expired"] == 2
        assert one["mib"] > 0
        assert all(0 < low <= high for low, high in (one["read"], one["keep"], one["forget"]))
