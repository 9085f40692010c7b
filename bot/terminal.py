"""Answers for maintainers at a terminal: where a fact is used, what a question gets."""

import re
import tomllib
from collections import defaultdict

import typer

from bot import bootstrap
from bot.bootstrap import Content
from bot.config import Settings
from bot.core.model import Audience, Reader, Say
from bot.core.provenance import Use, uses
from bot.core.writers import plain
from bot.errors import ConfigError

_ROW = re.compile(r"^\| ([A-Z]+-\d+) \| (.+) \|$", re.MULTILINE)


def print_fact(content: Content, name: str, *, withdrawn: bool = False) -> bool:
    """Print a fact with its sources and uses; False when there is no such fact.

    With `withdrawn` the uses are told as what would fail if the fact were withdrawn.
    """
    fact = content.library.facts.get(name)
    if fact is None:
        typer.echo(f"there is no fact {name}; ids stand in content/facts/*.toml", err=True)
        return False
    where = content.library.fact_files[name].name
    typer.echo(f"{name}  ({where}, {fact.certainty}, {', '.join(fact.region)})")
    typer.echo(f"  {fact.note}")
    typer.echo(f"  for {', '.join(fact.audiences)}; checked: {fact.checked}")
    for source in fact.sources:
        entry = content.library.sources.get(source)
        told = f"{entry.type}: {entry.who}. {entry.title} {entry.url or ''}" if entry else "?"
        typer.echo(f"  [{source}] {told.strip()}")
    found = [use for use in uses(content.library, content.catalogs) if use.fact == name]
    typer.echo(f"  {'would fail' if withdrawn else 'used by'}: {len(found)} sentences")
    for template, said in _by_template(found).items():
        typer.echo(f"  {template}")
        for use in said:
            typer.echo(f"    [{use.part}] {use.words}")
    return True


def print_unused(content: Content) -> None:
    """Print every fact that no page leans on, with the reason facts/UNUSED.md gives."""
    used = {use.fact for use in uses(content.library, content.catalogs)}
    reasons = content.library.directory / "facts" / "UNUSED.md"
    given = dict(_ROW.findall(reasons.read_text("utf-8"))) if reasons.exists() else {}
    left = [name for name in content.library.facts if name not in used]
    for name in left:
        reason = given.get(name, "stands in a card, the comparison, a question or the glossary")
        typer.echo(f"{name}  {content.library.facts[name].note}\n    {reason}")
    typer.echo(f"{len(left)} of {len(content.library.facts)} facts are not used by a page")


def print_contradictions(content: Content) -> None:
    """Print each contradiction among the seed articles with the sentences that settle it."""
    table = tomllib.loads((content.library.directory / "seeds.toml").read_text("utf-8"))
    found = list(uses(content.library, content.catalogs))
    for entry in table.get("contradiction", ()):
        typer.echo(f"{entry['id']}  {entry['what']}")
        template = f"topics/{entry['page']}.md.j2"
        for use in found:
            if use.template == template and use.fact in entry["settled_by"]:
                typer.echo(f"    {entry['page']} [{use.part}] {use.words} ({use.fact})")


def print_answer(
    content: Content, settings: Settings, text: str, locale: str, audience: Audience
) -> None:
    """Print what a reader who types this would get. ConfigError for a locale not offered."""
    if locale not in content.catalogs:
        known = ", ".join(catalog.locale for catalog in content.catalogs)
        raise ConfigError(f"{locale!r} is not offered; choose one of: {known}")
    judged = content.triage.judge(text)
    danger, refused = judged.danger, judged.refusal
    typer.echo(
        f"triage:  {f'{danger.kind}, {danger.certainty} ({danger.rule})' if danger else '-'}"
    )
    typer.echo(f"refusal: {f'{refused.kind} ({refused.rule})' if refused else '-'}")
    for language, index in content.questions.items():
        match = index.match(text)
        scores = zip(match.topics, match.scores, strict=True)
        told = ", ".join(f"{topic} {score:.2f}" for topic, score in scores) or "-"
        typer.echo(f"matches: {language}: {told}{' (sure)' if match.sure else ''}")
    conversation = bootstrap.conversation(content, settings)
    reader = Reader(locale=locale, audience=audience, level=audience.default_level)
    for screen in conversation.respond(reader, Say(text)).screens:
        typer.echo(f"\n{'-' * 60}\n{plain.write(screen.document)}\n")
        for row in screen.rows:
            typer.echo("  " + "  ".join(f"[{button.label}]" for button in row))


def _by_template(found: list[Use]) -> dict[str, list[Use]]:
    grouped: dict[str, list[Use]] = defaultdict(list)
    for use in found:
        grouped[f"{use.template} ({use.locale})"].append(use)
    return grouped
