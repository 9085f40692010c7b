"""The shape of the database, moved forward and back by Alembic from Python alone.

All calls are synchronous; inside a running event loop they do their work in a thread of their
own and block until it is done, so they belong to the start of the program.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from bot.errors import ConfigError
from bot.store.engine import READING, WRITING
from bot.store.startup import current, run

__all__ = ["check", "current", "downgrade", "draft", "newest", "upgrade"]

T = TypeVar("T")

MIGRATIONS = Path(__file__).with_name("migrations")
CURE = "run `python -m bot db upgrade`"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database forward, all of the steps or none; it is made if it is missing.

    Processes that call this at once take turns, and the later ones find nothing left to do.
    """
    _run(url, WRITING, lambda connection: command.upgrade(_config(connection), revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database back to a revision, `-1` or `base`; what newer tables held is lost."""
    _run(url, WRITING, lambda connection: command.downgrade(_config(connection), revision))


def newest() -> str:
    """Return the revision this version of the program works with."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if head is None:
        raise ConfigError(f"no migrations in {MIGRATIONS}: install the package again")
    return head


def check(url: str) -> None:
    """Raise ConfigError with the cure unless the database fits this version of the program."""
    found, wanted = current(url), newest()
    if found == wanted:
        return
    if found is None:
        raise ConfigError(f"the database has no tables yet: {CURE}")
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if found not in known:
        raise ConfigError(
            f"the database is at {found}, which this version ({wanted}) does not know: "
            "start the version that made it"
        )
    raise ConfigError(f"the database is at {found}, this version needs {wanted}: {CURE}")


def draft(url: str, message: str) -> None:
    """Write a new migration from the difference between tables.py and an up-to-date database."""

    def compare(connection: Connection) -> None:
        command.revision(_config(connection), message, autogenerate=True)

    _run(url, READING, compare)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _run(url: str, begin: str, work: Callable[[Connection], T]) -> T:
    try:
        return run(url, begin, work)
    except CommandError as fault:
        raise ConfigError(f"the migration cannot be done: {fault}") from fault
