"""The commands of the people who write, translate and review."""

import asyncio
from pathlib import Path

import typer

from bot.cli.app import app, told
from bot.config import Settings
from bot.core.model import Audience
from bot.errors import ConfigError

new = typer.Typer(no_args_is_help=True, help="Files to begin with.")
app.add_typer(new, name="new")


@new.callback()
def _several() -> None:
    """Keep `topic` a word of its own while it is the only one."""


@app.command()
@told
def check(
    *,
    quiet: bool = typer.Option(default=False, help="Problems only, no table."),
    annotate: bool = typer.Option(
        default=False, help="Also as GitHub's annotations, which a pull request shows in place."
    ),
) -> None:
    """Check everything readers see; each fault with file, line, rule and cure."""
    from bot.bootstrap import today  # noqa: PLC0415
    from bot.cli.annotating import annotation  # noqa: PLC0415
    from bot.core.checks import check_all  # noqa: PLC0415

    settings = Settings.load()
    report = check_all(settings.content_dir, settings.locales_dir, today())
    if not quiet:
        typer.echo(report.table())
    for problem in report.problems:
        typer.echo(str(problem), err=not problem.warning)
        if annotate:
            typer.echo(annotation(problem, Path.cwd()))
    typer.echo(report.summary())
    raise typer.Exit(1 if report.failed else 0)


@app.command()
@told
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
@told
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
@told
def sources(
    *,
    links: bool = typer.Option(default=False, help="Ask each address whether it still answers."),
    timeout: float = typer.Option(10.0, min=0.1, help="Seconds that one request may take."),
) -> None:
    """List sources that are retracted or replaced, or do not answer, with what leans on them."""
    from bot.core.library import load_library  # noqa: PLC0415
    from bot.studio import links as addresses  # noqa: PLC0415

    library = load_library(Settings.load().content_dir)
    if not links:
        for line in addresses.marked(library):
            typer.echo(line)
        typer.echo(f"{len(library.sources)} sources")
        return
    asked = addresses.links_of(library)
    failed = asyncio.run(addresses.failing(asked, timeout))
    for link, fault in failed:
        typer.echo(f"{link.place}  {link.url}\n    {fault}")
        if link.leaning:
            typer.echo(f"    {', '.join(link.leaning)}")
    typer.echo(f"{len(asked)} addresses, {len(failed)} fail")
    raise typer.Exit(1 if failed else 0)


@app.command()
@told
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


@new.command()
@told
def topic(
    slug: str,
    *,
    group: str = typer.Option("medicine", help="A group of groups.toml: its place in the menu."),
    title: str = typer.Option("", help="The reader's question, at most 40 characters."),
    button: str = typer.Option("", help="At most 20 characters."),
    risk: str = typer.Option("high", help="low, medium or high: the harm a mistake could do."),
    owner: str = typer.Option("content team", help="Who sees to the next check."),
) -> None:
    """Make a topic's folder, its files saying what is to be written where."""
    from bot.bootstrap import today  # noqa: PLC0415
    from bot.core.library import load_library  # noqa: PLC0415
    from bot.studio.drafting import Draft, new_topic  # noqa: PLC0415

    content = Settings.load().content_dir
    draft = Draft(slug, title, button, group, risk, owner)
    for file in new_topic(content, load_library(content), draft, today()):
        typer.echo(file)


@app.command()
@told
def diff(revision: str) -> None:
    """Print what readers would see changed since a git revision, as Markdown."""
    from bot.bootstrap import today  # noqa: PLC0415
    from bot.studio.changes import changes_since  # noqa: PLC0415

    settings = Settings.load()
    found = changes_since(settings.content_dir, settings.locales_dir, revision, today)
    for line in found.report():
        typer.echo(line)


@app.command()
@told
def review(page: str) -> None:
    """Print what an approval of a page is bound to, for content/reviews.toml."""
    from bot.core.reviews import fingerprint, place_of  # noqa: PLC0415

    typer.echo(fingerprint(place_of(Settings.load().content_dir, page)))


@app.command()
@told
def studio(
    *,
    host: str = typer.Option("127.0.0.1", help="Where it listens; others need a token."),
    port: int = typer.Option(8082, min=0, max=65535, help="The port of its page."),
    token: str = typer.Option("", envvar="BOT_STUDIO_TOKEN", help="What others must give."),
    report: Path | None = typer.Option(  # noqa: B008 - typer's way
        None, help="A machine's `report --csv`; without it, this database's counters."
    ),
) -> None:
    """Show each page as readers get it while you edit it: what changed, is wrong, or is due."""
    from bot.bootstrap import today  # noqa: PLC0415
    from bot.studio.door import Door  # noqa: PLC0415
    from bot.studio.readership import database_of, report_of  # noqa: PLC0415
    from bot.studio.serving import serve  # noqa: PLC0415

    settings = Settings.load()
    folders = settings.content_dir, settings.locales_dir
    readers = report_of(report) if report else database_of(settings.database_url)
    serve(
        folders,
        today,
        Door(host, port, token),
        settings.cache_dir,
        readers=readers,
        tell=typer.echo,
    )


@app.command()
@told
def due(*, days: int = typer.Option(30, min=0, help="How many days ahead.")) -> None:
    """Print for each owner what is overdue or due soon, highest risk first; nothing is sent."""
    from bot.bootstrap import today  # noqa: PLC0415
    from bot.core.library import load_library  # noqa: PLC0415
    from bot.studio import due as deadlines  # noqa: PLC0415

    library = load_library(Settings.load().content_dir)
    for line in deadlines.digest(deadlines.due(library, today(), days), days):
        typer.echo(line)


@app.command()
@told
def history(
    page: str = typer.Argument("", help="A topic, or compare, visit or quiz; none: all."),
    *,
    csv: bool = typer.Option(default=False, help="As CSV."),
) -> None:
    """Print who changed and who approved what, newest first, from git and reviews.toml.

    Git is the log, and nothing is ever taken out of it by a commit; signed commits or a branch
    that the host protects from rewriting show whether somebody tampered with it.
    """
    from bot.bootstrap import today  # noqa: PLC0415
    from bot.studio import history as log  # noqa: PLC0415
    from bot.studio.revisions import Revisions  # noqa: PLC0415

    settings = Settings.load()
    revisions = Revisions(settings.content_dir, settings.locales_dir, today)
    events = log.history(settings.content_dir, revisions, page)
    if csv:
        typer.echo(log.as_csv(events).rstrip())
        return
    for line in log.as_lines(events):
        typer.echo(line)
