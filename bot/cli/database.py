"""The commands of the database: its shape, and what it holds."""

import asyncio

import typer

from bot.cli.app import app, told
from bot.config import Settings
from bot.errors import ConfigError

db = typer.Typer(no_args_is_help=True, help="The database: its shape, and what it holds.")
app.add_typer(db, name="db")


@db.command()
@told
def upgrade() -> None:
    """Bring the database to the newest shape; safe to run twice, or twice at once."""
    from bot.store import schema  # noqa: PLC0415

    schema.upgrade(Settings.load().database_url)


@db.command()
@told
def downgrade(revision: str) -> None:
    """Take the database back to a revision (`-1`, `base`); newer data is lost."""
    from bot.store import schema  # noqa: PLC0415

    schema.downgrade(Settings.load().database_url, revision)


@db.command()
@told
def current() -> None:
    """Print the revision the database stands at."""
    from bot.store import schema  # noqa: PLC0415

    typer.echo(schema.current(Settings.load().database_url) or "not set up")


@db.command(name="check")
@told
def check_database() -> None:
    """Say whether the database fits this version; exit code 2 and the cure if it does not."""
    from bot.store import schema  # noqa: PLC0415

    schema.check(Settings.load().database_url)
    typer.echo(f"the database is at {schema.newest()}, as this version needs it")


@db.command()
@told
def expire(
    *,
    rewrite: bool = typer.Option(
        default=False, help="Erase copies of deleted rows however large the table is; others wait."
    ),
) -> None:
    """Delete what is past its time now; `run` does it each hour."""
    from bot.store.upkeep import expire as expired  # noqa: PLC0415

    gone = asyncio.run(expired(Settings.load().database_url, rewrite=rewrite))
    typer.echo(f"readers let go of: {gone}")


@db.command()
@told
def clear(
    *,
    yes: bool = typer.Option(default=False, help="Do it; without this, only say what it does."),
) -> None:
    """Erase the choices of every reader: after bringing back a backup, or when a key leaked."""
    from bot.store.upkeep import clear as cleared  # noqa: PLC0415

    if not yes:
        raise ConfigError(
            "this erases what every reader chose, and they choose anew: run it again with --yes"
        )
    typer.echo(f"readers erased: {asyncio.run(cleared(Settings.load().database_url))}")


@db.command()
@told
def counters(*, days: int = typer.Option(30, min=1, help="Today and how many days back.")) -> None:
    """Print how often each thing happened; small numbers are hidden."""
    from bot.store.upkeep import counted  # noqa: PLC0415

    for event, detail, number in asyncio.run(counted(Settings.load().database_url, days)):
        typer.echo(f"{number:>8}  {event} {detail}".rstrip())
