"""The HTML subset that every Telegram client shows.

See core.telegram.org/bots/api#html-style: only `b i a blockquote` are used, text is escaped, and
`units` counts as Telegram does, in UTF-16 code units after the markup is gone.
"""

from collections.abc import Callable, Iterable
from html import escape

from bot.core.model import (
    Block,
    Box,
    Cite,
    Document,
    Heading,
    Inline,
    Inlines,
    Items,
    Link,
    Paragraph,
    Term,
    Text,
)
from bot.core.writers.bidi import isolate, mark_lines

MAX_UNITS = 4096


def write(document: Document) -> str:
    """Return the document as the `text` of a message sent with `parse_mode="HTML"`."""
    rtl = document.direction == "rtl"
    words: Callable[[str], str] = (
        (lambda text: escape(isolate(text), quote=False)) if rtl else _esc
    )
    html = "\n\n".join(_block(block, words) for block in document.blocks)
    return mark_lines(html) if rtl else html


def units(html: str) -> int:
    """Return how much of the 4,096-unit limit the written text takes (markup not counted)."""
    bare: list[str] = []
    depth = 0
    for char in html:
        if char == "<":
            depth = 1
        elif char == ">" and depth:
            depth = 0
        elif not depth:
            bare.append(char)
    text = "".join(bare)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, char)
    return len(text.encode("utf-16-le")) // 2


def _esc(text: str) -> str:
    return escape(text, quote=False)


def _block(block: Block, words: Callable[[str], str]) -> str:
    match block:
        case Heading(inlines=inlines):
            return f"<b>{_line(inlines, words, bold=True)}</b>"
        case Paragraph(inlines=inlines):
            return _line(inlines, words)
        case Items(items=items, ordered=ordered):
            marks = (f"{n}." for n in range(1, len(items) + 1)) if ordered else ("•",) * len(items)
            lines = zip(marks, items, strict=True)
            return "\n".join(f"{words(mark)} {_line(item, words)}" for mark, item in lines)
        case Box(blocks=blocks):
            inner = "\n\n".join(_block(inside, words) for inside in blocks)
            return f"<blockquote>{inner}</blockquote>"


def _line(inlines: Inlines, words: Callable[[str], str], *, bold: bool = False) -> str:
    return "".join(_pieces(inlines, words, bold=bold)).strip()


def _pieces(
    inlines: Iterable[Inline], words: Callable[[str], str], *, bold: bool
) -> Iterable[str]:
    for inline in inlines:
        match inline:
            case Text(text=text, bold=strong, italic=italic):
                html = words(text)
                html = f"<i>{html}</i>" if italic else html
                yield f"<b>{html}</b>" if strong and not bold else html
            case Link(text=text, url=url):
                yield f'<a href="{escape(url)}">{words(text)}</a>'
            case Term(text=text):
                yield words(text)
            case Cite(numbers=numbers) if numbers:
                yield " " + words(f"[{', '.join(map(str, numbers))}]")
            case Cite():
                pass
