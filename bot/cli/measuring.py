"""The commands that count and measure."""

import asyncio
from pathlib import Path

import typer

from bot.cli.app import app, told
from bot.config import Settings


@app.command()
@told
def report(
    *,
    days: int = typer.Option(30, min=1, help="Today and how many days back."),
    csv: bool = typer.Option(default=False, help="As CSV."),
    plot: str = typer.Option("", help="File for a picture (SVG) of the pages opened."),
) -> None:
    """Print usage from the counters: pages, levels, languages, what helped; no reader in it."""
    from bot import report as reports  # noqa: PLC0415
    from bot.store.upkeep import summed  # noqa: PLC0415
    from bot.store.usage import as_csv, usage  # noqa: PLC0415

    found = usage(asyncio.run(summed(Settings.load().database_url, days)))
    typer.echo(as_csv(found).rstrip() if csv else reports.table(found))
    if plot:
        Path(plot).write_text(reports.picture(found), "utf-8")
        typer.echo(f"written: {plot}", err=True)


@app.command()
@told
def bench(
    *,
    quick: bool = typer.Option(default=False, help="One short round: a look, no figures."),
    rounds: int = typer.Option(5, min=1, help="Interleaved rounds."),
    seconds: float = typer.Option(4.0, min=0.1, help="Tapping per bot and round."),
    growth: bool = typer.Option(default=False, help="Libraries 1, 10 and 100 times this size."),
    save: bool = typer.Option(default=False, help="Instead: from a save to the studio's page."),
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

    if save:
        from bot.bench.saving import saving  # noqa: PLC0415

        raise typer.Exit(0 if saving(Settings.load(), typer.echo) else 1)

    if prove:
        from bot.bench.proofs.command import prove as run_proof  # noqa: PLC0415

        sound = run_proof(Settings.load(), prove, amount, description, typer.echo)
        raise typer.Exit(0 if sound else 1)

    plan = command.QUICK if quick else Plan(rounds, seconds)
    command.bench(Settings.load(), plan, command.RESULT, typer.echo)
