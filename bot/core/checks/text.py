"""The lines of text that blocks hold, and the facts they cite."""

from collections.abc import Iterable, Iterator
from itertools import chain

from bot.core.model import Block, Cite, Inlines
from bot.core.render import Page
from bot.core.writers.plain import lines


def page_lines(page: Page) -> Iterator[Inlines]:
    """Yield every line of a page, whom to ask next among them; headings of parts are none."""
    yield from lines(chain.from_iterable(part.blocks for part in page.parts))
    yield from lines(page.who_to_ask)


def cited(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the facts that blocks cite."""
    for line in lines(blocks):
        yield from cited_in(line)


def cited_in(line: Inlines) -> Iterator[str]:
    """Yield the facts that one line cites."""
    for inline in line:
        if isinstance(inline, Cite):
            yield from inline.facts
