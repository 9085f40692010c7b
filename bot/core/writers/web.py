"""HTML for a web page: the same words as the classic writer, and what stands behind them.

Every statement is wrapped together with the numbers of its sources; those are a link that names
the facts (`data-facts`), so that a page can show them on hover and by keyboard. Lines are
numbered as `plain.lines` yields them, and parts of a line can be marked by place.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from bot.core.address import Address
from bot.core.model import (
    Block,
    Box,
    Button,
    Cite,
    Copy,
    CopyLink,
    Document,
    Heading,
    Inline,
    Inlines,
    Items,
    Link,
    Open,
    Paragraph,
    Rows,
    Share,
    Term,
    Text,
    Visit,
)
from bot.core.writers.bidi import isolate


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a line's words (`spoken`), and the class that marks them."""

    start: int
    end: int
    kind: str


Marks = Mapping[int, Sequence[Span]]
"""What is marked in which line; spans of one line do not overlap."""


def spoken(line: Inlines) -> str:
    """Return the words of a line that spans count in: all but the numbers of sources."""
    return "".join(inline.text for inline in line if not isinstance(inline, Cite))


def write(
    document: Document,
    marks: Marks | None = None,
    fact_href: Callable[[str], str] = "#fact-{}".format,
) -> Markup:
    """Return the document as HTML elements, for an element with its `lang` and `dir`.

    `fact_href` is where the numbers of sources lead, by the first fact they stand for.
    """
    words = isolate if document.direction == "rtl" else str
    return _Writing(words, marks or {}, fact_href).blocks(document.blocks)


def write_rows(rows: Rows, href: Callable[[Address], str]) -> Markup:
    """Return the buttons as links: `href` is where the page shows the screen of an address."""
    return Markup("").join(
        Markup('<div class="row">{}</div>').format(
            Markup("").join(_button(button, href) for button in row)
        )
        for row in rows
    )


class _Writing:
    """One document being written; counts its lines."""

    def __init__(
        self, words: Callable[[str], str], marks: Marks, fact_href: Callable[[str], str]
    ) -> None:
        self._words = words
        self._marks = marks
        self._fact_href = fact_href
        self._line = -1

    def blocks(self, blocks: Iterable[Block]) -> Markup:
        return Markup("\n").join(map(self._block, blocks))

    def _block(self, block: Block) -> Markup:
        match block:
            case Heading(inlines=inlines):
                return Markup('<p class="head"><b>{}</b></p>').format(self._written(inlines))
            case Paragraph(inlines=inlines):
                return Markup("<p>{}</p>").format(self._written(inlines))
            case Items(items=items, ordered=ordered):
                signs = (f"{n}." if ordered else "•" for n in range(1, len(items) + 1))
                return Markup('<ul class="items">{}</ul>').format(
                    Markup("").join(
                        Markup("<li>{} {}</li>").format(self._words(sign), self._written(item))
                        for sign, item in zip(signs, items, strict=True)
                    )
                )
            case Box(kind=kind, blocks=inner):
                return Markup('<blockquote class="{}">{}</blockquote>').format(
                    kind, self.blocks(inner)
                )

    def _written(self, line: Inlines) -> Markup:
        self._line += 1
        return Markup("").join(self._statements(line, self._marks.get(self._line, ())))

    def _statements(self, line: Inlines, spans: Sequence[Span]) -> Iterator[Markup]:
        said: list[Markup] = []
        at = 0
        for inline in line:
            if not isinstance(inline, Cite):
                said.append(self._inline(inline, spans, at))
                at += len(inline.text)
                continue
            cite = self._cite(inline)
            yield Markup('<span class="said">{}{}</span>').format(Markup("").join(said), cite)
            said = []
        yield from said

    def _cite(self, cite: Cite) -> Markup:
        if not cite.numbers:
            return Markup("")
        return Markup(' <a class="cite" href="{}" data-facts="{}">{}</a>').format(
            self._fact_href(cite.facts[0]),
            " ".join(cite.facts),
            self._words(f"[{', '.join(map(str, cite.numbers))}]"),
        )

    def _inline(self, inline: Inline, spans: Sequence[Span], at: int) -> Markup:
        match inline:
            case Text(text=text, bold=bold, italic=italic):
                html = self._marked(text, spans, at)
                html = Markup("<i>{}</i>").format(html) if italic else html
                return Markup("<b>{}</b>").format(html) if bold else html
            case Link(text=text, url=url):
                link = Markup('<a href="{}" rel="noreferrer" target="_blank">{}</a>')
                return link.format(url, self._marked(text, spans, at))
            case Term(text=text):
                return self._marked(text, spans, at)
            case Cite():
                return self._cite(inline)

    def _marked(self, text: str, spans: Sequence[Span], at: int) -> Markup:
        pieces: list[Markup] = []
        done = 0
        for span in sorted(spans, key=lambda span: span.start):
            start, end = max(span.start - at, done), min(span.end - at, len(text))
            if start < end:
                pieces.append(escape(self._words(text[done:start])))
                marked = escape(self._words(text[start:end]))
                pieces.append(Markup('<mark class="{}">{}</mark>').format(span.kind, marked))
                done = end
        pieces.append(escape(self._words(text[done:])))
        return Markup("").join(pieces)


def _button(button: Button, href: Callable[[Address], str]) -> Markup:
    match button:
        case Open(label=label, address=address, danger=danger):
            kind = "key danger" if danger else "key"
            return Markup('<a class="{}" href="{}">{}</a>').format(kind, href(address), label)
        case Share(label=label, address=address) | CopyLink(label=label, address=address):
            return Markup('<a class="key" href="{}">{}</a>').format(href(address), label)
        case Visit(label=label, url=url):
            return Markup(
                '<a class="key" href="{}" rel="noreferrer" target="_blank">{}</a>'
            ).format(url, label)
        case Copy(label=label, text=text):
            return Markup('<button type="button" class="key" data-copy="{}">{}</button>').format(
                text, label
            )
