"""Migrations: forward, back, all or nothing, and the same tables as the models."""

import shutil
import sqlite3
from importlib import resources
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from bot.errors import ConfigError, StorageError
from bot.store import open_store, schema
from bot.store.tables import metadata

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


def tables(file: Path) -> set[str]:
    connection = sqlite3.connect(file)
    try:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in found}
    finally:
        connection.close()


def test_forward_and_back_and_forward_again(file: Path, url: str) -> None:
    schema.upgrade(url)
    assert tables(file) == TABLES | {"alembic_version"}
    assert schema.current(url) == schema.newest() == "0001"
    schema.downgrade(url, "base")
    assert tables(file) == {"alembic_version"}
    assert schema.current(url) is None
    schema.upgrade(url)
    schema.upgrade(url)
    assert tables(file) == TABLES | {"alembic_version"}


def test_migrations_and_models_describe_the_same_tables(file: Path, url: str) -> None:
    schema.upgrade(url)
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_to_ask_for_the_revision_makes_no_file(file: Path, url: str) -> None:
    assert schema.current(url) is None
    assert not file.parent.exists()


def test_check_names_the_cure_when_the_database_is_behind(url: str, own_migrations: Path) -> None:
    with pytest.raises(ConfigError, match="no tables yet: run `python -m bot db upgrade`"):
        schema.check(url)
    schema.upgrade(url)
    schema.check(url)
    add_step(own_migrations, 'op.create_table("extra", sa.Column("id", sa.Integer()))')
    with pytest.raises(ConfigError, match=r"at 0001.*needs 0002.*`python -m bot db upgrade`"):
        schema.check(url)
    schema.upgrade(url)
    schema.check(url)
    schema.downgrade(url, "-1")
    assert schema.current(url) == "0001"


def test_check_refuses_a_database_of_a_newer_version(file: Path, url: str) -> None:
    schema.upgrade(url)
    connection = sqlite3.connect(file)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(ConfigError, match="9999, which this version"):
        schema.check(url)


def test_a_migration_that_fails_half_way_leaves_nothing_behind(
    file: Path, url: str, own_migrations: Path
) -> None:
    schema.upgrade(url)
    add_step(
        own_migrations,
        'op.create_table("extra", sa.Column("id", sa.Integer()))',
        'op.execute("INSERT INTO no_such_table VALUES (1)")',
    )
    with pytest.raises(StorageError):
        schema.upgrade(url)
    assert tables(file) == TABLES | {"alembic_version"}
    assert schema.current(url) == "0001"


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
    assert "down_revision = '0001'" in made[0].read_text("utf-8")
    schema.upgrade(url)
    assert schema.current(url) == schema.newest() != "0001"


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
    (migrations / "versions" / "0002_extra.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        'revision = "0002"\ndown_revision = "0001"\n\n'
        f"def upgrade():\n{body}\n\n"
        'def downgrade():\n    op.drop_table("extra")\n',
        "utf-8",
    )
