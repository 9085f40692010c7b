"""Markdown as content maintainers write it, turned into blocks.

CommonMark without raw HTML, and four things of our own: `[@FACT-1, FACT-2]` cites facts,
`[half-life](word:half-life)` points at the glossary, `## Heading [#id]` starts a part with a
stable id, and `::: kind` ... `:::` sets blocks apart.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from mdit_py_plugins.container import container_plugin

from bot.core.model import Block, Box, Cite, Heading, Inline, Items, Link, Paragraph, Term, Text

CONTAINERS = ("answer", "key-points", "who-to-ask", "differs", "doses")

_CITE = re.compile(r"\s*\[@([A-Z0-9-]+(?:\s*,\s*[A-Z0-9-]+)*)\]")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_WORD_SCHEME = "word:"

_parser = MarkdownIt("commonmark", {"html": False})
for _kind in CONTAINERS:
    _parser.use(container_plugin, _kind)


def literal(text: str) -> Markup:
    """Return text that Markdown and HTML show as it is, whatever characters it holds.

    Every value that goes into a template passes here: a name may hold markup of its own.
    """
    one_line = " ".join(text.split())
    return Markup(_PUNCTUATION.sub(r"\\\1", one_line))  # noqa: S704 - every mark is escaped


def parse(source: str) -> tuple[Block, ...]:
    """Return the blocks of a Markdown text.

    Raises ValueError for Markdown that no reader's client can show (tables, code, images).
    """
    tokens = _parser.parse(re.sub(r"\n{3,}", "\n\n", source))
    return tuple(_blocks(iter(tokens), end=None))


def _blocks(tokens: Iterator[Token], end: str | None) -> Iterator[Block]:
    for token in tokens:
        if token.type == end:
            return
        if token.type == "heading_open":
            yield Heading(int(token.tag[1]), _inlines(next(tokens)))
            next(tokens)
        elif token.type == "paragraph_open":
            yield Paragraph(_inlines(next(tokens)))
            next(tokens)
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            ordered = token.type.startswith("ordered")
            yield Items(tuple(_items(tokens, token.type.replace("open", "close"))), ordered)
        elif token.type.startswith("container_"):
            kind = token.type.removeprefix("container_").removesuffix("_open")
            yield Box(kind, tuple(_blocks(tokens, f"container_{kind}_close")))
        else:
            raise ValueError(f"{token.type.removesuffix('_open')} cannot be shown in a message")


def _items(tokens: Iterator[Token], end: str) -> Iterator[tuple[Inline, ...]]:
    for token in tokens:
        if token.type == end:
            return
        if token.type != "list_item_open":
            continue
        inner = tuple(_blocks(tokens, "list_item_close"))
        if len(inner) != 1 or not isinstance(inner[0], Paragraph):
            raise ValueError("a list item holds one paragraph, no list inside")
        yield inner[0].inlines


def _inlines(token: Token) -> tuple[Inline, ...]:
    return tuple(_merge(_spans(token.children or [])))


def _spans(tokens: Sequence[Token]) -> Iterator[Inline]:
    bold = italic = 0
    url: str | None = None
    label = ""
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            bold += token.nesting
        elif token.type in ("em_open", "em_close"):
            italic += token.nesting
        elif token.type == "link_open":
            url, label = str(token.attrs["href"]), ""
        elif token.type == "link_close":
            target = url or ""
            if target.startswith(_WORD_SCHEME):
                yield Term(label, target.removeprefix(_WORD_SCHEME))
            else:
                yield Link(label, target)
            url = None
        elif token.type in ("text", "softbreak", "hardbreak"):
            content = " " if token.type == "softbreak" else "\n"
            content = token.content if token.type == "text" else content
            if url is not None:
                label += content
            else:
                yield from _cites(content, bold=bold > 0, italic=italic > 0)
        else:
            raise ValueError(f"{token.type} cannot be shown in a message")


def _cites(content: str, *, bold: bool, italic: bool) -> Iterator[Inline]:
    position = 0
    for match in _CITE.finditer(content):
        if match.start() > position:
            yield Text(content[position : match.start()], bold, italic)
        yield Cite(tuple(fact.strip() for fact in match[1].split(",")))
        position = match.end()
    if position < len(content):
        yield Text(content[position:], bold, italic)


def _merge(spans: Iterator[Inline]) -> Iterator[Inline]:
    last: Inline | None = None
    for span in spans:
        if (
            isinstance(last, Text)
            and isinstance(span, Text)
            and (last.bold, last.italic) == (span.bold, span.italic)
        ):
            last = Text(last.text + span.text, last.bold, last.italic)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
