"""A page, its sources and its words."""

from collections.abc import Iterator

from bot.core.address import Address, Choice, View
from bot.core.model import (
    Audience,
    Block,
    Button,
    Copy,
    Level,
    Open,
    Paragraph,
    Rows,
    Screen,
    Text,
)
from bot.core.render import Page
from bot.core.screens.aloud import aloud_button
from bot.core.screens.citations import SOURCES_PER_SCREEN, source_lines
from bot.core.screens.compare import compare_button
from bot.core.screens.desk import Desk
from bot.core.screens.feedback import feedback_buttons
from bot.core.screens.quiz import quiz_button
from bot.core.screens.visit import visit_button


def page(desk: Desk, address: Address) -> Screen:
    """Draw one part of a page, or the stub that stands for a page not served now."""
    topic = desk.topic(address)
    words = desk.words(address)
    if not desk.serves(topic):
        stub = desk.layout.stub(topic, words, desk.today())
        rows = desk.grid(address, (desk.menu(address),), (desk.urgent(address),))
        return Screen(stub, rows, medical=True)
    shown = desk.page(address)
    index = shown.part(address.section)
    document = desk.layout.frame(shown, index, words, desk.today())
    return Screen(document, _page_rows(desk, address, shown, index), medical=True)


def _page_rows(desk: Desk, address: Address, shown: Page, index: int) -> Rows:
    words = desk.words(address)
    last = len(shown.parts) - 1
    here = address.to(View.PAGE, section=shown.parts[index].id)

    def part(label: str, number: int) -> Open | None:
        if not 0 <= number <= last:
            return None
        return Open(words.button(label), here.to(View.PAGE, section=shown.parts[number].id))

    def level(label: str, by: int) -> Open | None:
        other = here.reading_level.step(by)
        if other is None:
            return None
        return Open(words.button(label), here.to(View.PAGE, level=other, choice=Choice.LEVEL))

    for_patients = None
    if here.audience is Audience.PROFESSIONAL:
        patients = here.to(View.PAGE, audience=Audience.PATIENT, level=Level.SIMPLE)
        for_patients = Open(words.button("patient_version"), patients)
    return desk.grid(
        here,
        (part("next", index + 1), part("previous", index - 1)),
        (level("simpler", -1), level("fuller", 1)),
        (
            desk.open(here, "sources", View.SOURCES) if shown.sources else None,
            desk.open(here, "words", View.WORDS) if shown.words else None,
        ),
        (for_patients, aloud_button(desk, here)),
        (*_related(desk, here, on=index == last),),
        *(_beside(desk, here) if index == last else ()),
        (desk.open(here, "reading", View.READING), desk.menu(here)),
        (desk.urgent(here),),
    )


def _related(desk: Desk, here: Address, *, on: bool) -> Iterator[Open]:
    topics = desk.library.topics
    for slug in desk.topic(here).file.related if on else ():
        if slug in topics:
            label = desk.words(here).topic_button(topics[slug])
            yield Open(label, here.to(View.PAGE, topic=slug, section=""))


def _form(desk: Desk, here: Address) -> Copy | None:
    """Return the button that copies a page's form, if it has one."""
    topic, words = desk.topic(here), desk.words(here)
    if not topic.file.form:
        return None
    return Copy(words.button("form"), words.catalog.text(topic.file.form, f"{topic.slug}:form"))


def _beside(desk: Desk, here: Address) -> Iterator[tuple[Button | None, ...]]:
    """Yield what the end of a page leads to beside other pages."""
    yield (_form(desk, here),)
    yield quiz_button(desk, here), visit_button(desk, here)
    yield compare_button(desk, here), desk.open(here, "share", View.SHARE)
    yield feedback_buttons(desk, here)


def sources(desk: Desk, address: Address) -> Screen:
    """Draw the numbered sources of a page, ten to a screen."""
    shown = desk.page(address)
    words = desk.words(address)
    first = (int(address.argument) if address.argument.isdecimal() else 0) * SOURCES_PER_SCREEN
    if first >= max(len(shown.sources), 1):
        first = 0
    weigh = desk.message("sources_weigh", address)
    body = (*source_lines(desk, shown.sources, first, words), *weigh)

    def turn(label: str, start: int) -> Open | None:
        if not 0 <= start < len(shown.sources):
            return None
        number = str(start // SOURCES_PER_SCREEN)
        return desk.open(address, label, View.SOURCES, argument=number)

    rows = desk.grid(
        address,
        (turn("more", first + SOURCES_PER_SCREEN), turn("less", first - SOURCES_PER_SCREEN)),
        (desk.back(address), desk.menu(address)),
        (desk.urgent(address),),
    )
    title = words.text("sources")
    document = desk.layout.frame_reference(shown, title, body, words, desk.today())
    return Screen(document, rows, medical=True)


def glossary(desk: Desk, address: Address) -> Screen:
    """Draw the hard words of a page with their meaning at the reader's level."""
    shown = desk.page(address)
    words = desk.words(address)
    body: list[Block] = []
    for name in shown.words:
        entry = desk.library.words.get(name)
        if entry:
            term = words.catalog.text(entry.term, f"word:{name}")
            meaning = words.catalog.text(entry.meaning(shown.level))
            body.append(Paragraph((Text(f"{term}: ", bold=True), Text(meaning))))
    rows = desk.grid(address, (desk.back(address), desk.menu(address)), (desk.urgent(address),))
    title = words.text("words")
    document = desk.layout.frame_reference(shown, title, body, words, desk.today())
    return Screen(document, rows, medical=True)
