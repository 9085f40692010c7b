"""The commands that serve readers, and look whether all is there for it."""

import asyncio
import sys

import typer

from bot import lean
from bot.cli.app import app, told
from bot.config import Settings, require_for_run, secret_key
from bot.errors import StorageError


@app.command()
@told
def run() -> None:
    """Serve readers on Telegram. Needs BOT_TOKEN, BOT_CONTACT and a key."""
    with lean.without(*lean.TERMINAL_ONLY), lean.uncollected():
        from bot import log  # noqa: PLC0415 - other commands start without Telegram
        from bot.running import serve  # noqa: PLC0415
        from bot.store.startup import prepare  # noqa: PLC0415

    settings = Settings.load()
    require_for_run(settings)
    token = settings.token.get_secret_value() if settings.token else None
    log.configure(settings.log_level, token)
    key = secret_key(settings)
    try:
        prepare(settings.database_url)
    except StorageError as error:
        # Reading needs no database; it is asked again for every choice.
        typer.echo(f"{error}; starting without it", err=True)
    serve(settings, key)


@app.command()
@told
def demo() -> None:
    """Try the bot in a chat page on this machine: no token, no service, nothing leaves it."""
    from bot.demo import demo as show  # noqa: PLC0415

    settings = Settings.load()
    sys.exit(show(settings))


@app.command()
@told
def doctor(
    *,
    as_json: bool = typer.Option(False, "--json", help="As JSON, with the figures."),
) -> None:
    """Look at everything the bot needs to run; each problem with what to do about it."""
    import orjson  # noqa: PLC0415 - other commands start without

    from bot import log  # noqa: PLC0415 - likewise
    from bot.doctor import examine  # noqa: PLC0415 - likewise

    settings = Settings.load()
    log.configure("WARNING", settings.token.get_secret_value() if settings.token else None)
    found = asyncio.run(examine(settings))
    if as_json:
        typer.echo(orjson.dumps(found.figures(), option=orjson.OPT_INDENT_2))
    else:
        for one in found.checks:
            typer.echo(str(one))
    raise typer.Exit(0 if found.ok else 1)
