"""Questions for a visit: tick some, see the list, copy it, send it, keep it.

The ticks are bits in base 36 in `argument`: nothing is stored unless the reader asks for it.
`section` holds the set of questions shown (empty: all sets), `list`, `kept` (the list, just
stored), or `s-` and the set whose sources are shown; `topic` is the page the reader came from.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.address import Address, Choice, View
from bot.core.extras import MOST_QUESTIONS, Ask, VisitList, base36
from bot.core.markdown import parse
from bot.core.model import (
    Block,
    Button,
    Copy,
    Document,
    Heading,
    Items,
    Open,
    Paragraph,
    Rows,
    Screen,
    Share,
    Text,
)
from bot.core.screens import choices
from bot.core.screens.citations import numbered, source_lines, sources_of
from bot.core.screens.desk import Desk

COPY_UNITS = 256
LIST = "list"
KEPT = "kept"
SOURCES = "s-"


def visit(desk: Desk, address: Address) -> Screen:
    """Draw the sets of questions, one set to tick from, the reader's list, or sources."""
    asks = desk.library.extras.visit
    if asks is None:
        return choices.menu(desk, address)
    topic = address.topic if address.topic in desk.library.topics else ""
    ticks = asks.ticked(address.argument)
    here = address.to(View.VISIT, topic=topic, argument=base36(ticks))
    if not desk.shows(asks.review):
        stub = desk.layout.stub_extra(asks, desk.words(here), desk.today())
        return Screen(stub, desk.grid(here, *_away(desk, here)), medical=True)
    if here.section in (LIST, KEPT):
        return _list(desk, asks, here, asks.chosen(ticks))
    if here.section in asks.sets:
        return _tick(desk, asks, here, ticks)
    if here.section.removeprefix(SOURCES) in asks.sets:
        return _sources(desk, asks, here)
    return _overview(desk, asks, replace(here, section=""), ticks)


def visit_button(desk: Desk, here: Address) -> Open | None:
    """Return the button from a page to the questions that go with it."""
    asks = desk.library.extras.visit
    if asks is None:
        return None
    return desk.open(here, "visit", View.VISIT, section=asks.for_topic(here.topic))


def copies(texts: Iterable[str]) -> Iterator[str]:
    """Yield the texts as lines, gathered into as few parts of 256 UTF-16 units as they fit."""
    part = ""
    for line in (piece for text in texts for piece in _pieces(text)):
        joined = f"{part}\n{line}" if part else line
        if _units(joined) > COPY_UNITS:
            yield part
            joined = line
        part = joined
    if part:
        yield part


def _pieces(text: str) -> Iterator[str]:
    """Yield a text whole, or cut between words where it does not fit one part."""
    line = ""
    for word in f"- {text}".split(" "):
        joined = f"{line} {word}" if line else word
        if _units(joined) > COPY_UNITS:
            yield line
            joined = word
        line = joined
    yield line


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _overview(desk: Desk, asks: VisitList, here: Address, ticks: int) -> Screen:
    catalog = desk.words(here).catalog
    audience = here.reading_audience
    offered = {k: s for k, s in asks.sets.items() if not s.readers or audience in s.readers}
    titles = Items(tuple((Text(catalog.text(one.title)),) for one in offered.values()))
    sets = (
        (Open(catalog.text(one.button, "button"), replace(here, section=name)),)
        for name, one in offered.items()
    )
    rows = (*sets, *desk.grid(here, (_list_button(desk, here, ticks),), *_away(desk, here)))
    body = (*desk.message("visit", here), titles)
    return Screen(_framed(desk, asks, here, body), rows, medical=True)


def _tick(desk: Desk, asks: VisitList, here: Address, ticks: int) -> Screen:
    words = desk.words(here)
    blocks: list[Block] = [*_note(desk, asks, here), *desk.message("visit_tick", here)]
    buttons: list[tuple[Button, ...]] = []
    shown = asks.of_set(here.section)
    full = len(asks.chosen(ticks)) >= MOST_QUESTIONS
    for group, title in asks.groups.items():
        items = []
        for ask in (ask for ask in shown if ask.group == group):
            ticked = bool(ticks >> ask.bit & 1)
            text = words.catalog.text(ask.for_(here.reading_audience))
            items.append((Text(words.text("chosen", what=text) if ticked else text),))
            label = words.catalog.text(ask.button, "button")
            if ticked or not full:
                target = replace(here, argument=base36(ticks ^ 1 << ask.bit))
                label = words.text("ticked", label=label) if ticked else label
                buttons.append((Open(label, target),))
        if items:
            blocks += [Heading(2, (Text(words.catalog.text(title)),)), Items(tuple(items))]
    if full:
        blocks.append(Paragraph((Text(words.text("visit_full", number=MOST_QUESTIONS)),)))
    sources = replace(here, section=f"{SOURCES}{here.section}")
    rows = (
        *buttons,
        *desk.grid(
            here,
            (_list_button(desk, here, ticks),),
            (_sets_button(desk, here), Open(words.button("sources"), sources)),
            *_away(desk, here),
        ),
    )
    about = words.catalog.text(asks.sets[here.section].title)
    return Screen(_framed(desk, asks, here, blocks, about), rows, medical=True)


def _note(desk: Desk, asks: VisitList, here: Address) -> tuple[Block, ...]:
    """Return what stands above a set, its sources numbered as on the set's list of sources."""
    note = desk.words(here).catalog.text(asks.sets[here.section].note)
    return numbered(desk, parse(note))[0] if note else ()


def _list(desk: Desk, asks: VisitList, here: Address, chosen: tuple[Ask, ...]) -> Screen:
    words = desk.words(here)
    texts = [words.catalog.text(ask.for_(here.reading_audience)) for ask in chosen]
    blocks: tuple[Block, ...] = desk.message("visit_empty", here)
    if texts:
        said = "visit_kept" if here.section == KEPT else "visit_list"
        blocks = (*desk.message(said, here), Items(tuple((Text(t),) for t in texts)))
    parts = list(copies(texts))

    def label(number: int) -> str:
        if len(parts) == 1:
            return words.button("copy")
        return words.text("copy_part", number=number, total=len(parts))

    buttons = ((Copy(label(number), part),) for number, part in enumerate(parts, 1))
    empty = replace(here, argument="")
    kept = replace(here, section=KEPT, choice=Choice.VISIT)
    rows = (
        *buttons,
        *(((_share(desk, here),),) if chosen else ()),
        *(((Open(words.button("visit_keep"), kept),),) if chosen and here.section == LIST else ()),
        *desk.grid(
            here,
            (
                _sets_button(desk, here),
                Open(words.button("visit_clear"), empty) if chosen else None,
            ),
            *_away(desk, here),
        ),
    )
    document = _framed(desk, asks, here, blocks, words.text("visit_list"))
    return Screen(document, rows, medical=True)


def _share(desk: Desk, here: Address) -> Share:
    """Return the button that sends a link to this very list, and nothing of who made it."""
    words = desk.words(here)
    target = Address(View.VISIT, here.locale, section=LIST, argument=here.argument)
    return Share(words.button("visit_share"), target, words.text("visit_list"))


def _sources(desk: Desk, asks: VisitList, here: Address) -> Screen:
    name = here.section.removeprefix(SOURCES)
    words = desk.words(here)
    _, noted = numbered(desk, _note(desk, asks, replace(here, section=name)))
    asked = sources_of(desk.library, (fact for ask in asks.of_set(name) for fact in ask.facts))
    names = tuple(dict.fromkeys((*noted, *asked)))
    back = Open(words.button("visit_back"), replace(here, section=name))
    rows = desk.grid(here, (back,), *_away(desk, here))
    body = source_lines(desk, names, 0, words)
    return Screen(_framed(desk, asks, here, body, words.text("sources")), rows, medical=True)


def _framed(
    desk: Desk, asks: VisitList, here: Address, body: Iterable[Block], about: str = ""
) -> Document:
    words, audience = desk.words(here), here.reading_audience
    return desk.layout.frame_extra(asks, body, words, desk.today(), audience=audience, about=about)


def _list_button(desk: Desk, here: Address, ticks: int) -> Open | None:
    if not ticks:
        return None
    return Open(desk.words(here).button("visit_list"), replace(here, section=LIST))


def _sets_button(desk: Desk, here: Address) -> Open:
    return Open(desk.words(here).button("visit_sets"), replace(here, section=""))


def _away(desk: Desk, here: Address) -> Rows:
    urgent = desk.urgent(here.to(View.MENU, section=""))
    if here.topic:
        page = here.to(View.PAGE, section="")
        return ((Open(desk.words(here).button("back"), page), desk.menu(here)), (urgent,))
    return ((desk.menu(here),), (urgent,))
