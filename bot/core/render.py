"""Templates to pages: Jinja2 in the reader's language, Markdown, blocks with numbered sources.

A `Page` is the body only. It becomes a message through `layout.frame`, which adds the review
state and the disclaimer; nothing else turns a page into a document.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
)
from markupsafe import Markup

from bot.core.i18n import Catalog, Catalogs
from bot.core.library import Library, Topic
from bot.core.markdown import literal, parse
from bot.core.model import (
    Audience,
    Block,
    Box,
    Cite,
    Heading,
    Inline,
    Inlines,
    Items,
    Level,
    Term,
    Text,
)
from bot.errors import ContentError, Problem

# A page is kept while somebody leafs through its parts; the finished messages are kept elsewhere.
CACHED_PAGES = 512
CACHED_MESSAGES = 256
# Compiled templates of one language: those that many pages share are always among the latest.
CACHED_TEMPLATES = 32


@dataclass(frozen=True, slots=True)
class Part:
    """What one message shows of a page; the first part has no id and no heading."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A topic at one level for one audience in one language, without its frame.

    `sources` are source ids in the order of their numbers; `facts` and `words` are the ids the
    text leans on, in order of first use.
    """

    topic: Topic
    level: Level
    audience: Audience
    locale: str
    template: str
    title: str
    parts: tuple[Part, ...]
    who_to_ask: tuple[Block, ...]
    sources: tuple[str, ...]
    facts: tuple[str, ...]
    words: tuple[str, ...]

    def part(self, section: str) -> int:
        """Return the index of the part with this id; 0 for one this page does not have."""
        return next((i for i, part in enumerate(self.parts) if part.id == section), 0)


class Snapshot(BaseLoader):
    """Templates as they stood when this was made: an edit on disk is seen by the next one only.

    So a page is never drawn from files of two versions while somebody is writing them.
    """

    def __init__(self, directory: Path) -> None:
        self._files = {
            file.relative_to(directory).as_posix(): (file, file.read_bytes())
            for file in directory.rglob("*.md.j2")
        }

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return a template; TemplateNotFound or UnicodeDecodeError where there is none."""
        del environment
        if template not in self._files:
            raise TemplateNotFound(template, f"{template!r} not found")
        file, source = self._files[template]
        return source.decode(), str(file), lambda: True


def environment(templates: BaseLoader, catalog: Catalog) -> Environment:
    """Return the Jinja2 environment of one language; a missing variable is an error."""
    env = Environment(
        loader=templates,
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        keep_trailing_newline=True,
        cache_size=CACHED_TEMPLATES,
    )
    # Extraction trims too (bot.core.catalogs); the msgids differ otherwise.
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_translations(catalog.translations, newstyle=True)  # type: ignore[attr-defined]
    return env


class Renderer:
    """Renders pages and messages of one library in every offered language."""

    def __init__(self, library: Library, catalogs: Catalogs) -> None:
        self.library = library
        self.catalogs = catalogs
        self.templates = Snapshot(library.directory)
        self._environments = {
            catalog.locale: environment(self.templates, catalog) for catalog in catalogs
        }
        self.page = lru_cache(maxsize=CACHED_PAGES)(self._page)
        self._message = lru_cache(maxsize=CACHED_MESSAGES)(self._blocks_of)

    def message(self, name: str, locale: str, **values: str | Markup) -> tuple[Block, ...]:
        """Return the blocks of `content/<name>.md.j2`.

        Values are shown literally, whatever marks they hold, unless they come from `markdown`.
        """
        return self._message(f"{name}.md.j2", locale, tuple(values.items()))

    def markdown(self, name: str, locale: str, **values: str | Markup) -> Markup:
        """Return `content/<name>.md.j2` as Markdown, to be set into another template."""
        return Markup(self._text(f"{name}.md.j2", locale, values).strip())  # noqa: S704 - our own

    def exists(self, name: str) -> bool:
        """Tell whether `content/<name>.md.j2` is there."""
        return f"{name}.md.j2" in self.templates

    def _blocks_of(
        self, template: str, locale: str, values: tuple[tuple[str, str], ...]
    ) -> tuple[Block, ...]:
        return self._blocks(template, locale, dict(values))

    def _blocks(
        self, template: str, locale: str, values: Mapping[str, object]
    ) -> tuple[Block, ...]:
        try:
            return parse(self._text(template, locale, values))
        except ValueError as error:
            file = self.library.directory / template
            cure = "use paragraphs, lists, bold and the marks content/README.md lists"
            raise ContentError([Problem(file, 0, "markdown", str(error), cure)]) from error

    def _text(self, template: str, locale: str, values: Mapping[str, object]) -> str:
        env = self._environments[self.catalogs[locale].locale]
        known = {
            name: value if isinstance(value, Markup) else literal(str(value))
            for name, value in values.items()
        }
        try:
            return env.get_template(template).render(known)
        except TemplateError as error:
            name = getattr(error, "filename", None)
            file = Path(name) if name else self.library.directory / template
            line = getattr(error, "lineno", None) or 0
            cure = "mend the template; content/README.md shows what templates may hold"
            raise ContentError([Problem(file, line, "template", str(error), cure)]) from error

    def _page(
        self, topic: Topic, level: Level, audience: Audience, locale: str, *, doses: bool = True
    ) -> Page:
        """Return the page; ContentError where its template is missing or faulty.

        With `doses` off, blocks set apart as doses are left out.
        """
        template = topic.template(level, audience)
        if template is None:
            file = topic.directory / f"{level}.md.j2"
            cure = "write the file; content/README.md shows one"
            raise ContentError([Problem(file, 0, "variant", "is missing", cure)])
        blocks = self._blocks(template, locale, {})
        if not doses:
            blocks = tuple(_without(blocks, "doses"))
        numbering = Numbering(self.library)
        parts, who = _split(numbering.number(blocks))
        parts = tuple(part for part in parts if part.blocks)
        return Page(
            topic=topic,
            level=level,
            audience=audience,
            locale=locale,
            template=template,
            title=self.catalogs[locale].text(topic.file.title, f"{topic.slug}:title"),
            parts=parts,
            who_to_ask=who,
            sources=tuple(numbering.sources),
            facts=tuple(numbering.facts),
            words=tuple(numbering.words),
        )


class Numbering:
    """Numbers the sources of cited facts in order of first use."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.sources: dict[str, int] = {}
        self.facts: dict[str, None] = {}
        self.words: dict[str, None] = {}

    def number(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """Return the blocks with the numbers of their sources in every citation."""
        return tuple(self._block(block) for block in blocks)

    def _block(self, block: Block) -> Block:
        if isinstance(block, Box):
            return replace(block, blocks=self.number(block.blocks))
        if isinstance(block, Items):
            return replace(block, items=tuple(self._inlines(item) for item in block.items))
        return replace(block, inlines=self._inlines(block.inlines))

    def _inlines(self, inlines: Inlines) -> Inlines:
        return tuple(self._inline(inline) for inline in inlines)

    def _inline(self, inline: Inline) -> Inline:
        if isinstance(inline, Term):
            self.words.setdefault(inline.word)
        if not isinstance(inline, Cite):
            return inline
        numbers: set[int] = set()
        for name in inline.facts:
            self.facts.setdefault(name)
            fact = self._library.facts.get(name)
            for source in fact.sources if fact else ():
                numbers.add(self.sources.setdefault(source, len(self.sources) + 1))
        return replace(inline, numbers=tuple(sorted(numbers)))


def _without(blocks: Iterable[Block], kind: str) -> Iterator[Block]:
    return (block for block in blocks if not (isinstance(block, Box) and block.kind == kind))


def _split(blocks: Iterable[Block]) -> tuple[tuple[Part, ...], tuple[Block, ...]]:
    """Cut at second-level headings; the boxes of the layout make the first part and the end."""
    parts = [Part("", "", ())]
    who: tuple[Block, ...] = ()
    for block in blocks:
        for piece in _opened(block):
            if isinstance(block, Box) and block.kind == "who-to-ask":
                who += (piece,)
            elif isinstance(piece, Heading):
                name, heading = _part_id(piece)
                parts.append(Part(name, heading, ()))
            else:
                parts[-1] = replace(parts[-1], blocks=(*parts[-1].blocks, piece))
    return tuple(parts), who


def _opened(block: Block) -> tuple[Block, ...]:
    """Return the blocks of a box that only marks a place; a box the reader sees stays whole."""
    if not isinstance(block, Box) or block.kind == "differs":
        return (block,)
    return block.blocks


def _part_id(heading: Heading) -> tuple[str, str]:
    words = "".join(inline.text for inline in heading.inlines if isinstance(inline, Text | Term))
    text, _, name = words.partition("[#")
    return name.strip().removesuffix("]"), text.strip()
