"""The commands of `python -m bot`. Exit codes: 0 fine, 1 problems found, 2 misuse."""

import asyncio
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import typer

from bot import lean
from bot.config import Settings, require_for_run, secret_key
from bot.core.model import Audience
from bot.errors import BotError, ConfigError, ContentError, StorageError

P = ParamSpec("P")
R = TypeVar("R")

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
db = typer.Typer(no_args_is_help=True, help="The database: its shape, and what it holds.")
app.add_typer(db, name="db")


def main() -> None:
    """Run the command line."""
    app()


def _told(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what can be explained into a message and an exit code."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ContentError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
        except ConfigError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
        except BotError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None

    return wrapped


@app.command()
@_told
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
@_told
def demo() -> None:
    """Try the bot in a chat page on this machine: no token, no service, nothing leaves it."""
    from bot.demo import demo as show  # noqa: PLC0415

    settings = Settings.load()
    sys.exit(show(settings))


@app.command()
@_told
def check(*, quiet: bool = typer.Option(default=False, help="Problems only, no table.")) -> None:
    """Check everything readers see; each fault with file, line, rule and cure."""
    from bot.bootstrap import today  # noqa: PLC0415
    from bot.core.checks import check_all  # noqa: PLC0415

    settings = Settings.load()
    report = check_all(settings.content_dir, settings.locales_dir, today())
    if not quiet:
        typer.echo(report.table())
    for problem in report.problems:
        typer.echo(str(problem), err=not problem.warning)
    typer.echo(report.summary())
    raise typer.Exit(1 if report.failed else 0)


@app.command()
@_told
def i18n(
    *,
    matrix: bool = typer.Option(default=False, help="Also print every page in every language."),
    editorial: bool = typer.Option(
        default=False,
        help="What changed says the same in other words: old translations serve 30 days more.",
    ),
) -> None:
    """Extract all texts, merge them into every language, check, and say what fell behind."""
    from bot.bootstrap import today  # noqa: PLC0415
    from bot.i18n import find_msgmerge, update  # noqa: PLC0415

    settings = Settings.load()
    found = update(
        settings.content_dir,
        settings.locales_dir,
        today(),
        find_msgmerge(),
        editorial=editorial,
    )
    if matrix:
        typer.echo(found.matrix())
    for line in found.report():
        typer.echo(line)
    for problem in found.problems:
        typer.echo(str(problem), err=not problem.warning)
    raise typer.Exit(1 if found.failed else 0)


@app.command()
@_told
def facts(
    names: list[str] = typer.Argument(default=None, help="Fact ids, as in BACK-20."),  # noqa: B008 - typer's way
    *,
    unused: bool = typer.Option(default=False, help="List facts no page leans on."),
    withdrawn: bool = typer.Option(default=False, help="Say what withdrawing them would touch."),
    contradictions: bool = typer.Option(
        default=False, help="Show which sentence settles each contradiction of the seed articles."
    ),
) -> None:
    """Show facts, their sources, and every sentence that leans on them."""
    from bot import terminal  # noqa: PLC0415
    from bot.bootstrap import load_content  # noqa: PLC0415

    content = load_content(Settings.load())
    if unused:
        terminal.print_unused(content)
        return
    if contradictions:
        terminal.print_contradictions(content)
        return
    found = [terminal.print_fact(content, name, withdrawn=withdrawn) for name in names or ()]
    if not found:
        raise ConfigError("name a fact, as in `facts BACK-20`, or give --unused")
    raise typer.Exit(0 if all(found) and not withdrawn else 1)


@app.command()
@_told
def ask(
    text: str,
    *,
    locale: str = typer.Option(default="en", help="The reader's language."),
    audience: Audience = typer.Option(default=Audience.GENERAL, help="Who asks."),  # noqa: B008
) -> None:
    """Show what a typed question gets: triage, match scores, and the screen."""
    from bot import terminal  # noqa: PLC0415
    from bot.bootstrap import load_content  # noqa: PLC0415

    settings = Settings.load()
    terminal.print_answer(load_content(settings), settings, text, locale, audience)


@app.command()
@_told
def report(
    *,
    days: int = typer.Option(30, min=1, help="Today and how many days back."),
    csv: bool = typer.Option(default=False, help="As CSV."),
    plot: str = typer.Option("", help="File for a picture (SVG) of the pages opened."),
) -> None:
    """Print usage from the counters: pages, levels, languages, what helped; no reader in it."""
    from bot import report as reports  # noqa: PLC0415
    from bot.store.upkeep import summed  # noqa: PLC0415

    found = reports.usage(asyncio.run(summed(Settings.load().database_url, days)))
    typer.echo(reports.as_csv(found).rstrip() if csv else reports.table(found))
    if plot:
        Path(plot).write_text(reports.picture(found), "utf-8")
        typer.echo(f"written: {plot}", err=True)


@app.command()
@_told
def review(page: str) -> None:
    """Print what an approval of a page is bound to, for content/reviews.toml."""
    from bot.core.reviews import fingerprint, place_of  # noqa: PLC0415

    typer.echo(fingerprint(place_of(Settings.load().content_dir, page)))


@app.command()
@_told
def studio(
    *,
    host: str = typer.Option("127.0.0.1", help="Where it listens; others need a token."),
    port: int = typer.Option(8082, min=0, max=65535, help="The port of its page."),
    token: str = typer.Option("", envvar="BOT_STUDIO_TOKEN", help="What others must give."),
) -> None:
    """Show each page as readers get it while you edit it: what changed, is wrong, or is due."""
    from bot.bootstrap import today  # noqa: PLC0415
    from bot.studio.door import Door  # noqa: PLC0415
    from bot.studio.server import serve  # noqa: PLC0415

    settings = Settings.load()
    folders = settings.content_dir, settings.locales_dir
    serve(folders, today, Door(host, port, token), settings.cache_dir, typer.echo)


@app.command()
@_told
def bench(
    *,
    quick: bool = typer.Option(default=False, help="One short round: a look, no figures."),
    rounds: int = typer.Option(5, min=1, help="Interleaved rounds."),
    seconds: float = typer.Option(4.0, min=0.1, help="Tapping per bot and round."),
    growth: bool = typer.Option(default=False, help="Libraries 1, 10 and 100 times this size."),
    prove: str = typer.Option(
        "",
        help="Instead: `kill` (SIGKILL under load), `lost` (PostgreSQL stopped under load), "
        "`flood` (random updates), `soak` (content changes, the database restarts).",
    ),
    amount: float = typer.Option(
        0.0, min=0.0, help="Of a proof: kills for each bot, stops, updates, or minutes of a soak."
    ),
    description: Path = typer.Option(  # noqa: B008 - typer's way
        Path("bot-api.json"), help="The Bot API as JSON, from which a flood is made."
    ),
) -> None:
    """Measure start-up, memory and taps per second, beside peers; writes var/bench.json."""
    from bot.bench import command  # noqa: PLC0415
    from bot.bench.rounds import Plan  # noqa: PLC0415

    if growth:
        from bot.bench.growth import growth as measure  # noqa: PLC0415

        measure(Settings.load(), typer.echo)
        return

    if prove:
        from bot.bench.proofs.command import prove as run_proof  # noqa: PLC0415

        sound = run_proof(Settings.load(), prove, amount, description, typer.echo)
        raise typer.Exit(0 if sound else 1)

    plan = command.QUICK if quick else Plan(rounds, seconds)
    command.bench(Settings.load(), plan, command.RESULT, typer.echo)


@app.command()
@_told
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


@db.command()
@_told
def upgrade() -> None:
    """Bring the database to the newest shape; safe to run twice, or twice at once."""
    from bot.store import schema  # noqa: PLC0415

    schema.upgrade(Settings.load().database_url)


@db.command()
@_told
def downgrade(revision: str) -> None:
    """Take the database back to a revision (`-1`, `base`); newer data is lost."""
    from bot.store import schema  # noqa: PLC0415

    schema.downgrade(Settings.load().database_url, revision)


@db.command()
@_told
def current() -> None:
    """Print the revision the database stands at."""
    from bot.store import schema  # noqa: PLC0415

    typer.echo(schema.current(Settings.load().database_url) or "not set up")


@db.command(name="check")
@_told
def check_database() -> None:
    """Say whether the database fits this version; exit code 2 and the cure if it does not."""
    from bot.store import schema  # noqa: PLC0415

    schema.check(Settings.load().database_url)
    typer.echo(f"the database is at {schema.newest()}, as this version needs it")


@db.command()
@_told
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
@_told
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
@_told
def counters(*, days: int = typer.Option(30, min=1, help="Today and how many days back.")) -> None:
    """Print how often each thing happened; small numbers are hidden."""
    from bot.store.upkeep import counted  # noqa: PLC0415

    for event, detail, number in asyncio.run(counted(Settings.load().database_url, days)):
        typer.echo(f"{number:>8}  {event} {detail}".rstrip())
