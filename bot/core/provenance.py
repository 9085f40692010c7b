"""What leans on a fact: every page, level, audience and language, and the sentences themselves."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.i18n import Catalogs
from bot.core.library import Library
from bot.core.model import Audience, Cite, Inline, Inlines, Level
from bot.core.render import Page, Renderer
from bot.core.writers import plain


@dataclass(frozen=True, slots=True)
class Use:
    """A place that rests on a fact: the page's template, its language, and the words."""

    fact: str
    template: str
    locale: str
    part: str
    words: str


def uses(library: Library, catalogs: Catalogs) -> Iterator[Use]:
    """Yield every sentence of every page with the facts it rests on.

    A cite covers the words since the cite before it in the same line.
    """
    renderer = Renderer(library, catalogs)
    for page in _pages(library, catalogs, renderer):
        for part in page.parts:
            for line in plain.lines(part.blocks):
                for fact, words in _cited(line):
                    yield Use(fact, page.template, page.locale, part.id or "top", words)


def _pages(library: Library, catalogs: Catalogs, renderer: Renderer) -> Iterator[Page]:
    for catalog in catalogs:
        for topic in library.topics.values():
            seen: set[str] = set()
            for level in Level:
                for audience in Audience:
                    template = topic.template(level, audience)
                    if template and template not in seen:
                        seen.add(template)
                        yield renderer.page(topic, level, audience, catalog.locale)


def _cited(line: Inlines) -> Iterator[tuple[str, str]]:
    since: list[Inline] = []
    for inline in line:
        if isinstance(inline, Cite):
            words = plain.words(tuple(since)).lstrip(".,; ")
            yield from ((fact, words) for fact in inline.facts)
            since = []
        else:
            since.append(inline)
