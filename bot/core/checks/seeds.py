"""The ideas this project grew from: each contradiction settled by facts, on a page."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.core.checks.locate import line_in
from bot.core.library import Library
from bot.errors import Problem

Told = Mapping[str, frozenset[str]]
"""`topic/level[.audience]` -> the facts that page cites."""

_FACTS = {"claim": "use", "contradiction": "settled_by", "disagreement": "facts"}


def check_seeds(library: Library, told: Told) -> Iterator[Problem]:
    """Yield faults of seeds.toml: facts that are not there, contradictions no page settles."""
    file = library.directory / "seeds.toml"
    table: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    seen: set[str] = set()
    for kind, key in _FACTS.items():
        for entry in _tables(table.get(kind)):
            name = str(entry.get("id"))
            line = line_in(file, f'id = "{name}"')
            if name in seen:
                what = f"{name} stands twice"
                yield Problem(file, line, "seed", what, "give one of them a new id")
            seen.add(name)
            for fact in entry.get(key, ()):
                if fact not in library.facts or library.facts[fact].withdrawn:
                    what = f"{name}: there is no fact {fact}, or it has been withdrawn"
                    yield Problem(file, line, "seed", what, f"name a fact that stands in `{key}`")
    for entry in _tables(table.get("contradiction")):
        yield from _settled(library, file, entry, told)


def _tables(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _settled(
    library: Library, file: Path, entry: Mapping[str, Any], told: Told
) -> Iterator[Problem]:
    name, page = str(entry.get("id")), str(entry.get("page", ""))
    facts = frozenset(map(str, entry.get("settled_by", ())))
    line = line_in(file, f'id = "{name}"')
    if not facts:
        what = f"{name} is settled by no fact"
        yield Problem(file, line, "seed", what, "name the facts in `settled_by`")
    elif not page:
        cure = 'name the page that settles it: page = "topic/level"'
        yield Problem(file, line, "seed", f"{name} names no page", cure, True)
    elif (slug := page.partition("/")[0]) in library.retired:
        cure = "name the page that settles this now, or take the `page` line out"
        yield Problem(file, line, "seed", f"{name}: {slug} is retired", cure)
    elif page not in told:
        cure = "write topic/level or topic/level.audience, as the page's file is called"
        yield Problem(file, line, "seed", f"{name}: there is no page {page!r}", cure)
    elif not facts & told[page]:
        cure = f"cite there one of: {', '.join(sorted(facts))}"
        yield Problem(file, line, "seed", f"{name}: {page} cites no fact that settles it", cure)
