"""Options compared: choose the pain, choose two or three, read the same rows for each.

`argument` holds the chosen options by their letters. `section` holds the pain (empty: not chosen
yet), and after a hyphen the screen of rows, or `s` and the screen of sources.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from bot.core.address import Address, Choice, View
from bot.core.extras import FEWEST_PICKS, MOST_PICKS, Comparison
from bot.core.markdown import parse
from bot.core.model import (
    Block,
    Document,
    Heading,
    Items,
    Level,
    Open,
    Paragraph,
    Rows,
    Screen,
    Text,
)
from bot.core.screens import choices
from bot.core.screens.citations import SOURCES_PER_SCREEN, numbered, sentence, source_lines
from bot.core.screens.desk import Desk

_SOURCES = "s"
_parsed = lru_cache(maxsize=4096)(parse)


def compare(desk: Desk, address: Address) -> Screen:
    """Draw the step of a comparison that the address names, as far as it has been made."""
    comparison = desk.library.extras.comparison
    if comparison is None:
        return choices.menu(desk, address)
    pain, _, step = address.section.partition("-")
    picks = comparison.picks(address.argument)
    here = address.to(View.COMPARE, topic="", section="", argument=picks)
    if not desk.shows(comparison.review):
        stub = desk.layout.stub_extra(comparison, desk.words(here), desk.today())
        return Screen(stub, desk.grid(here, *_away(desk, here)), medical=True)
    if pain not in comparison.pains:
        return _choose_pain(desk, comparison, here)
    here = replace(here, section=pain)
    if not step or len(picks) < FEWEST_PICKS:
        return _choose_options(desk, comparison, here)
    if step.startswith(_SOURCES):
        return _sources(desk, comparison, here, step.removeprefix(_SOURCES))
    return _rows(desk, comparison, here, step)


def compare_button(desk: Desk, here: Address) -> Open | None:
    """Return the button from a page to the comparison, its option or pain already chosen."""
    comparison = desk.library.extras.comparison
    if comparison is None:
        return None
    picks = "".join(k for k, option in comparison.options.items() if option.topic == here.topic)
    pain = next((k for k, one in comparison.pains.items() if here.topic in one.topics), "")
    topic = desk.library.topics.get(here.topic)
    if not (picks or pain or (topic and topic.file.group == choices.OPTIONS_GROUP)):
        return None
    picks = comparison.picks(picks)
    return desk.open(here, "compare", View.COMPARE, topic="", section=pain, argument=picks)


def _choose_pain(desk: Desk, comparison: Comparison, here: Address) -> Screen:
    catalog = desk.words(here).catalog
    blocks: list[Block] = [Heading(1, (Text(catalog.text(comparison.title)),))]
    blocks += desk.message("compare", here)
    pains = (
        (Open(catalog.text(pain.button, "button"), replace(here, section=name)),)
        for name, pain in comparison.pains.items()
    )
    return desk.screen(here, blocks, (*pains, *desk.grid(here, *_away(desk, here))))


def _choose_options(desk: Desk, comparison: Comparison, here: Address) -> Screen:
    words, picks = desk.words(here), here.argument
    items: list[tuple[Text, ...]] = []
    toggles: list[tuple[Open, ...]] = []
    for letter, option in comparison.options.items():
        title = words.catalog.text(option.title)
        label = words.catalog.text(option.button, "button")
        picked = letter in picks
        items.append((Text(words.text("chosen", what=title) if picked else title),))
        if picked or len(picks) < MOST_PICKS:
            letters = picks.replace(letter, "") if picked else picks + letter
            target = replace(here, argument=comparison.picks(letters))
            label = words.text("ticked", label=label) if picked else label
            toggles.append((Open(label, target),))
    pain = comparison.pains[here.section]
    blocks: list[Block] = [Heading(1, (Text(words.catalog.text(pain.title)),))]
    blocks += [*desk.message("compare_options", here), Items(tuple(items))]
    ready = len(picks) >= FEWEST_PICKS
    go = Open(words.button("compare_now"), _at(here, str(comparison.screens()[0])))
    rows = (
        *(((go,),) if ready else ()),
        *toggles,
        *desk.grid(here, (_pain_button(desk, here),), *_away(desk, here)),
    )
    return desk.screen(here, blocks, rows)


def _rows(desk: Desk, comparison: Comparison, here: Address, step: str) -> Screen:
    words, screens = desk.words(here), comparison.screens()
    index = next((i for i, number in enumerate(screens) if str(number) == step), 0)
    blocks, sources = numbered(desk, _cells(desk, comparison, here))
    # Two blocks to a row, its title and its cells, in the order of the rows.
    on_screen = [row.screen == screens[index] for row in comparison.rows.values()]
    part = words.text("part", number=index + 1, total=len(screens))
    body: list[Block] = [Paragraph((Text(part, italic=True),))]
    body += [block for i, block in enumerate(blocks) if on_screen[i // 2]]
    about = words.catalog.text(comparison.pains[here.section].title)
    document = _framed(desk, comparison, here, body, about)
    now = _at(here, str(screens[index]))

    def turn(label: str, to: int) -> Open | None:
        if not 0 <= to < len(screens):
            return None
        return Open(words.button(label), _at(here, str(screens[to])))

    return Screen(
        document,
        desk.grid(
            here,
            (turn("next", index + 1), turn("previous", index - 1)),
            (_depth(desk, now), _sources_button(desk, here) if sources else None),
            *((button,) for button in _read_more(desk, comparison, here)),
            (desk.open(here, "compare_change", View.COMPARE, argument=here.argument),),
            (_pain_button(desk, here),),
            *_away(desk, here),
        ),
        medical=True,
    )


def _cells(desk: Desk, comparison: Comparison, here: Address) -> Iterator[Block]:
    catalog, level = desk.words(here).catalog, here.reading_level
    for name, row in comparison.rows.items():
        yield Heading(2, (Text(catalog.text(row.title)),))
        items = []
        for letter in here.argument:
            said = catalog.text(comparison.text(letter, name, here.section, level))
            title = catalog.text(comparison.options[letter].title)
            items.append((Text(f"{title}: ", bold=True), *sentence(_parsed(said))))
        yield Items(tuple(items))


def _sources(desk: Desk, comparison: Comparison, here: Address, turn: str) -> Screen:
    words = desk.words(here)
    _, names = numbered(desk, _cells(desk, comparison, here))
    first = (int(turn) if turn.isdecimal() else 0) * SOURCES_PER_SCREEN
    first = first if first < len(names) else 0

    def more(label: str, start: int) -> Open | None:
        if not 0 <= start < len(names):
            return None
        return Open(words.button(label), _at(here, f"{_SOURCES}{start // SOURCES_PER_SCREEN}"))

    body = source_lines(desk, names, first, words)
    document = _framed(desk, comparison, here, body, words.text("sources"))
    back = Open(words.button("compare_back"), _at(here, str(comparison.screens()[0])))
    rows = desk.grid(
        here,
        (more("more", first + SOURCES_PER_SCREEN), more("less", first - SOURCES_PER_SCREEN)),
        (back,),
        *_away(desk, here),
    )
    return Screen(document, rows, medical=True)


def _framed(
    desk: Desk, comparison: Comparison, here: Address, body: Iterable[Block], about: str
) -> Document:
    words, audience = desk.words(here), here.reading_audience
    today = desk.today()
    return desk.layout.frame_extra(comparison, body, words, today, audience=audience, about=about)


def _at(here: Address, step: str) -> Address:
    return replace(here, section=f"{here.section}-{step}")


def _depth(desk: Desk, now: Address) -> Open:
    simple = now.reading_level is Level.SIMPLE
    level = Level.STANDARD if simple else Level.SIMPLE
    target = replace(now, level=level, choice=Choice.LEVEL)
    return Open(desk.words(now).button("fuller" if simple else "simpler"), target)


def _read_more(desk: Desk, comparison: Comparison, here: Address) -> Iterator[Open]:
    catalog = desk.words(here).catalog
    for letter in here.argument:
        option = comparison.options[letter]
        if option.topic in desk.library.topics:
            target = here.to(View.PAGE, topic=option.topic, section="")
            yield Open(catalog.text(option.button, "button"), target)


def _sources_button(desk: Desk, here: Address) -> Open:
    return Open(desk.words(here).button("sources"), _at(here, f"{_SOURCES}0"))


def _pain_button(desk: Desk, here: Address) -> Open:
    picks = here.argument
    return desk.open(here, "compare_pain", View.COMPARE, section="", argument=picks)


def _away(desk: Desk, here: Address) -> Rows:
    return ((desk.menu(here),), (desk.urgent(here.to(View.MENU, section="")),))
