"""Sources that were retracted or replaced, and whatever still leans on them."""

from collections.abc import Iterable, Iterator

from bot.core.checks.locate import Locator, line_in
from bot.core.library import Library
from bot.errors import Problem

RULE = "source-state"


def outdated(library: Library, names: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield the sources of these facts that no longer hold: first fact, what is wrong, cure."""
    told: set[str] = set()
    for name in names:
        fact = library.facts.get(name)
        for source_name in fact.sources if fact else ():
            source = library.sources.get(source_name)
            if source is None or source_name in told:
                continue
            told.add(source_name)
            if source.retracted:
                cure = "rest the fact on another source, or withdraw it"
                yield name, f"{name} leans on {source_name}, which was retracted", cure
            elif source.replaced_by:
                newer = source.replaced_by
                cure = f"compare the fact with {newer}, and name that as its source"
                yield name, f"{name} leans on {source_name}, which {newer} replaced", cure


def check_sources_of(
    library: Library, names: Iterable[str], locator: Locator
) -> Iterator[Problem]:
    """Yield a warning for each source of a text's facts that no longer holds."""
    for name, what, cure in outdated(library, names):
        place = locator.fact(name)
        yield Problem(place.file, place.line, RULE, what, cure, warning=True)


def check_replacements(library: Library) -> Iterator[Problem]:
    """Yield the sources that are replaced by one there is not, or by themselves."""
    file = library.directory / "sources.toml"
    for name, source in library.sources.items():
        newer = source.replaced_by
        if newer is not None and (newer not in library.sources or newer == name):
            what = f"{name} is replaced by {newer!r}, which is no other source"
            cure = "add the newer source, or mend the id"
            yield Problem(file, line_in(file, f"[{name}]"), RULE, what, cure)
