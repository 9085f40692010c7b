"""Migrations: forward, back, all or nothing, and the same tables as the models."""

import asyncio
import os
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import asyncpg  # type: ignore[import-untyped] # ships without types
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from bot.bench.postgres import Postgres
from bot.errors import ConfigError, StorageError
from bot.store import open_store, schema, startup
from bot.store.engine import READING
from bot.store.tables import metadata
from tests.conftest import ROOT
from tests.store.conftest import Home, PostgresDatabase, SqliteFile

TABLES = {"reader", "seen_update", "counter"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "clearleaf.db"


@pytest.fixture
def url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def own_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a copy of the migrations, in a folder with an awkward name."""
    copy = tmp_path / "100% mine"
    shutil.copytree(schema.MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(schema, "MIGRATIONS", copy)
    return copy


def tables(home: Home) -> set[str]:
    everything = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if isinstance(home, SqliteFile)
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    return {name for (name,) in home.tell(everything)}


def test_forward_and_back_and_forward_again(bare: Home) -> None:
    schema.upgrade(bare.url)
    assert tables(bare) == TABLES | {"alembic_version"}
    assert schema.current(bare.url) == schema.newest() == startup.NEWEST == "0002"
    schema.downgrade(bare.url, "base")
    assert tables(bare) == {"alembic_version"}
    assert schema.current(bare.url) is None
    schema.upgrade(bare.url)
    schema.upgrade(bare.url)
    assert tables(bare) == TABLES | {"alembic_version"}


def test_migrations_and_models_describe_the_same_tables(home: Home) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    assert startup.run(home.url, READING, differences) == []


def db(home: Home, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", "db", *words],
        cwd=ROOT,
        env=os.environ | {"BOT_DATABASE_URL": home.url, "PYTHONWARNINGS": "error"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_three_processes_that_upgrade_at_once_take_turns(bare: Home) -> None:
    started = [db(bare, "upgrade") for _ in range(3)]
    told = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], told
    assert tables(bare) == TABLES | {"alembic_version"}
    assert bare.tell("SELECT version_num FROM alembic_version") == [("0002",)]


async def test_an_upgrade_waits_for_the_one_that_is_at_it(server: Postgres) -> None:
    home = PostgresDatabase(server, server.create())
    target = {"host": server._socket(), "user": "postgres", "database": home.name}
    other = await asyncpg.connect(**target)
    async with other.transaction():
        await other.execute("SELECT pg_advisory_xact_lock($1)", startup.MIGRATION_LOCK)
        second = asyncio.create_task(asyncio.to_thread(schema.upgrade, home.url))
        await asyncio.sleep(0.7)
        assert not second.done()
        assert tables(home) == set()
    await second
    await other.close()
    assert schema.current(home.url) == schema.newest()
    home.end()


def test_the_commands_of_the_database_tell_what_they_did(bare: Home) -> None:
    def told(*words: str) -> tuple[int, str]:
        process = db(bare, *words)
        said = process.communicate(timeout=60)[0].strip()
        return process.returncode, said

    assert told("current") == (0, "not set up")
    assert told("check") == (2, "the database has no tables yet: run `python -m bot db upgrade`")
    assert told("upgrade") == (0, "")
    assert told("check") == (0, "the database is at 0002, as this version needs it")
    reader = (
        "INSERT INTO reader VALUES ('{}', NULL, NULL, 'en', NULL, 'classic', {}, '{}', '{}', NULL)"
    )
    bare.tell(
        reader.format("old", False, "2020-01-01", "2020-01-02 00:00:00"),
        reader.format("new", True, "2020-01-01", "2999-01-02 00:00:00"),
        "INSERT INTO counter VALUES (CURRENT_DATE, 'page', 'tapering', 7),"
        " (CURRENT_DATE, 'urgent', '', 2), ('2020-01-01', 'page', 'tapering', 100)"
        " RETURNING event",
    )
    assert told("counters") == (0, "7  page tapering\n      <5  urgent")
    assert told("expire", "--rewrite") == (0, "readers let go of: 1")
    assert told("clear")[0] == 2
    assert told("clear", "--yes") == (0, "readers erased: 1")
    assert told("downgrade", "base") == (0, "")
    assert told("current") == (0, "not set up")


def test_a_file_is_brought_forward_by_itself_and_a_shared_database_is_not(bare: Home) -> None:
    if isinstance(bare, PostgresDatabase):
        with pytest.raises(ConfigError, match="no tables yet"):
            startup.prepare(bare.url)
        schema.upgrade(bare.url)
    startup.prepare(bare.url)
    assert schema.current(bare.url) == schema.newest()


def test_to_ask_for_the_revision_makes_no_file(file: Path, url: str) -> None:
    assert schema.current(url) is None
    assert not file.parent.exists()


def test_check_names_the_cure_when_the_database_is_behind(
    bare: Home, own_migrations: Path
) -> None:
    url = bare.url
    with pytest.raises(ConfigError, match="no tables yet: run `python -m bot db upgrade`"):
        schema.check(url)
    schema.upgrade(url)
    schema.check(url)
    add_step(own_migrations, 'op.create_table("extra", sa.Column("id", sa.Integer()))')
    with pytest.raises(ConfigError, match=r"at 0002.*needs 0003.*`python -m bot db upgrade`"):
        schema.check(url)
    schema.upgrade(url)
    schema.check(url)
    schema.downgrade(url, "-1")
    assert schema.current(url) == "0002"


def test_check_refuses_a_database_of_a_newer_version(home: Home) -> None:
    home.tell("UPDATE alembic_version SET version_num = '9999' RETURNING version_num")
    with pytest.raises(ConfigError, match="9999, which this version"):
        schema.check(home.url)


def test_a_migration_that_fails_half_way_leaves_nothing_behind(
    home: Home, own_migrations: Path
) -> None:
    add_step(
        own_migrations,
        'op.create_table("extra", sa.Column("id", sa.Integer()))',
        'op.execute("INSERT INTO no_such_table VALUES (1)")',
    )
    with pytest.raises(StorageError):
        schema.upgrade(home.url)
    assert tables(home) == TABLES | {"alembic_version"}
    assert schema.current(home.url) == "0002"


def test_a_step_that_does_not_exist_is_explained(url: str) -> None:
    with pytest.raises(ConfigError, match="the migration cannot be done"):
        schema.downgrade(url, "no-such-revision")


def test_a_database_that_cannot_be_opened_is_a_storage_error(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}"
    for call in (schema.upgrade, schema.current, schema.check):
        with pytest.raises(StorageError):
            call(url)


def test_a_draft_of_a_new_step_is_empty_while_models_and_tables_agree(
    url: str, own_migrations: Path
) -> None:
    schema.upgrade(url)
    schema.draft(url, "nothing new")
    made = list((own_migrations / "versions").glob("*_nothing_new.py"))
    assert len(made) == 1
    assert "down_revision = '0002'" in made[0].read_text("utf-8")
    schema.upgrade(url)
    assert schema.current(url) == schema.newest() != "0002"


async def test_all_of_it_works_inside_a_running_loop(url: str) -> None:
    schema.upgrade(url)
    schema.check(url)
    async with open_store(url, b"k" * 32) as store:
        await store.keep(1)
        schema.check(url)
        assert await store.healthy()


def test_the_migrations_lie_inside_the_installed_package() -> None:
    inside = resources.files("bot.store.migrations")
    for name in ("env.py", "script.py.mako", "versions/0001_reader.py"):
        assert inside.joinpath(name).is_file()


def add_step(migrations: Path, *statements: str) -> None:
    body = "\n".join(f"    {statement}" for statement in statements)
    (migrations / "versions" / "0003_extra.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        'revision = "0003"\ndown_revision = "0002"\n\n'
        f"def upgrade():\n{body}\n\n"
        'def downgrade():\n    op.drop_table("extra")\n',
        "utf-8",
    )
