"""Numbered sources, written out ten to a screen."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from bot.core.library import Library, Source
from bot.core.model import Block, Inline, Inlines, Link, Paragraph, Text
from bot.core.render import Numbering
from bot.core.screens.desk import Desk
from bot.core.words import Words

SOURCES_PER_SCREEN = 10


def source_lines(
    desk: Desk, names: Sequence[str], first: int, words: Words
) -> tuple[Paragraph, ...]:
    """Return one screen of numbered sources, from the one at index `first`."""
    library = desk.library.sources
    return tuple(
        Paragraph(tuple(_source(number, library[name], words)))
        for number, name in enumerate(names[first : first + SOURCES_PER_SCREEN], first + 1)
        if name in library
    )


def numbered(desk: Desk, blocks: Iterable[Block]) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return blocks with their sources numbered, and the sources in that order."""
    numbering = Numbering(desk.library)
    done = numbering.number(blocks)
    return done, tuple(numbering.sources)


def sources_of(library: Library, facts: Iterable[str]) -> tuple[str, ...]:
    """Return the sources of facts, each once, in order of first use."""
    known = (library.facts[name] for name in facts if name in library.facts)
    return tuple(dict.fromkeys(source for fact in known for source in fact.sources))


def sentence(blocks: Sequence[Block]) -> Inlines:
    """Return the words of a text that is one paragraph; ValueError for any other."""
    if len(blocks) != 1 or not isinstance(blocks[0], Paragraph):
        raise ValueError("one paragraph is wanted")
    return blocks[0].inlines


def _source(number: int, source: Source, words: Words) -> Iterator[Inline]:
    yield Text(f"[{number}] ", bold=True)
    year = str(source.year) if source.year else words.text("no_year")
    kind = words.of("source_type", source.type)
    yield Text(f"{kind}. {source.who}. {source.title}. {year}.")
    url = f"https://doi.org/{source.doi}" if source.doi else source.url
    if url:
        yield Text(" ")
        yield Link(urlsplit(url).netloc.removeprefix("www."), url)
    if source.seen == "memory":
        yield Text(f" ({words.text('from_memory')})")
    elif source.via:
        yield Text(f" ({words.text('read_in', via=source.via)})")
