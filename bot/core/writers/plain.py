"""Plain text: for the terminal, for reading-level measures and for whoever reads aloud."""

from collections.abc import Iterable, Iterator

from bot.core.model import (
    Block,
    Box,
    Cite,
    Document,
    Heading,
    Inlines,
    Items,
    Link,
    Paragraph,
    Term,
    Text,
)


def write(document: Document) -> str:
    """Return the document as text, one blank line between blocks, numbered sources in brackets."""
    return "\n\n".join(_block(block) for block in document.blocks)


def lines(blocks: Iterable[Block]) -> Iterator[Inlines]:
    """Yield every line of text: headings, paragraphs and list items, boxes opened."""
    for block in blocks:
        match block:
            case Items(items=items):
                yield from items
            case Box(blocks=inner):
                yield from lines(inner)
            case Heading(inlines=inlines) | Paragraph(inlines=inlines):
                yield inlines


def words(inlines: Inlines, *, cites: bool = False) -> str:
    """Return the words of a line; numbers of sources only with `cites`."""
    return "".join(_words(inlines, cites=cites)).strip()


def _block(block: Block) -> str:
    if isinstance(block, Items):
        marks = (f"{n}." if block.ordered else "-" for n in range(1, len(block.items) + 1))
        lines = zip(marks, block.items, strict=True)
        return "\n".join(f"{mark} {words(item, cites=True)}" for mark, item in lines)
    if isinstance(block, Box):
        inner = "\n\n".join(_block(inside) for inside in block.blocks)
        return "\n".join(f"| {line}" for line in inner.split("\n"))
    text = words(block.inlines, cites=True)
    return text.upper() if isinstance(block, Heading) and block.level == 1 else text


def _words(inlines: Inlines, *, cites: bool) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Text(text=text) | Link(text=text) | Term(text=text):
                yield text
            case Cite(numbers=numbers):
                if cites and numbers:
                    yield f" [{', '.join(map(str, numbers))}]"
