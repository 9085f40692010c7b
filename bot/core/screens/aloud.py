"""A page to be read to somebody: the patient's plain words, a line for each thought.

It says what the simple page for patients says, so it has the same facts and the same frame; only
the numbers of sources are left out, since nobody reads them aloud.
"""

from collections.abc import Iterable, Iterator

from bot.core.address import Address, View
from bot.core.model import (
    Audience,
    Block,
    Box,
    Cite,
    Heading,
    Inlines,
    Items,
    Level,
    Open,
    Paragraph,
    Screen,
    Text,
)
from bot.core.readability.words import split_sentences
from bot.core.screens.desk import Desk


def aloud(desk: Desk, address: Address) -> Screen:
    """Draw one part of a page as lines to read out, with the way to the next part."""
    words = desk.words(address)
    here = address.to(View.ALOUD)
    topic = desk.topic(address)
    back = (desk.back(here), desk.menu(here)), (desk.urgent(here),)
    if not desk.serves(topic):
        stub = desk.layout.stub(topic, words, desk.today())
        return Screen(stub, desk.grid(here, *back), medical=True)
    theirs = here.to(View.PAGE, audience=Audience.PATIENT, level=Level.SIMPLE)
    page = desk.page(theirs)
    index = page.part(here.section)
    last = len(page.parts) - 1
    part = page.parts[index]
    blocks: list[Block] = [*desk.message("read_aloud", here)]
    if part.heading:
        blocks.append(Heading(2, (Text(part.heading),)))
    blocks += _lines(part.blocks)
    if index == last:
        blocks.append(Heading(2, (Text(words.text("who_to_ask")),)))
        blocks += _lines(page.who_to_ask)

    def turn(label: str, number: int) -> Open | None:
        if not 0 <= number <= last:
            return None
        return Open(words.button(label), here.to(View.ALOUD, section=page.parts[number].id))

    rows = desk.grid(here, (turn("next", index + 1), turn("previous", index - 1)), *back)
    document = desk.layout.frame_reference(
        page, words.button("read_aloud"), blocks, words, desk.today()
    )
    return Screen(document, rows, medical=True)


def aloud_button(desk: Desk, here: Address) -> Open | None:
    """Return the button from a caregiver's page to the one for reading out."""
    if here.audience is not Audience.CAREGIVER:
        return None
    return desk.open(here, "read_aloud", View.ALOUD)


def _lines(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield each sentence as a paragraph of its own: the gap between them is the pause."""
    for block in blocks:
        if isinstance(block, Box):
            yield from _lines(block.blocks)
        elif isinstance(block, Heading):
            yield block
        else:
            for inlines in block.items if isinstance(block, Items) else (block.inlines,):
                for sentence in split_sentences(_said(inlines), 0, ()):
                    yield Paragraph((Text(sentence.text),))


def _said(inlines: Inlines) -> str:
    return "".join(inline.text for inline in inlines if not isinstance(inline, Cite))
