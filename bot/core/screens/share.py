"""A page passed on: to a chat, as a link, as a citation. Nothing says who sends it."""

from collections.abc import Iterator

from bot.core.address import Address, View
from bot.core.model import (
    Audience,
    Button,
    Copy,
    CopyLink,
    Level,
    Paragraph,
    Screen,
    Share,
    Text,
)
from bot.core.screens.desk import Desk


def share(desk: Desk, address: Address) -> Screen:
    """Draw what can be passed on of a page, in the reader's language and in the others.

    What is passed on opens at the top of the page, for somebody who has not said who they are; a
    health worker passes on the simple page, everybody else the level they read.
    """
    words, topic = desk.words(address), desk.topic(address)
    here = address.to(View.SHARE, section="")
    page = desk.page(here)
    target = _target(here)
    rows: list[tuple[Button | None, ...]] = [(_share(desk, here, target),)]
    rows += [(_share(desk, here, other),) for other in _in_other_languages(desk, target)]
    rows += [
        (CopyLink(words.button("copy_link"), target),),
        (Copy(words.button("copy_citation"), _citation(desk, here)),),
        (desk.back(here), desk.menu(here)),
        (desk.urgent(here),),
    ]
    version = Paragraph((Text(words.text("version", version=topic.revision)),))
    body = (*desk.message("share", here), version)
    document = desk.layout.frame_reference(page, words.button("share"), body, words, desk.today())
    return Screen(document, desk.grid(here, *rows), medical=True)


def _target(here: Address) -> Address:
    level = Level.SIMPLE if here.audience is Audience.PROFESSIONAL else here.reading_level
    return here.to(View.PAGE, audience=None, level=level, region="")


def _in_other_languages(desk: Desk, target: Address) -> Iterator[Address]:
    """Yield the page in the other languages that have it whole."""
    for locale in desk.editions.having(target, desk.today()):
        if locale != desk.words(target).locale:
            yield target.to(View.PAGE, locale=locale)


def _share(desk: Desk, here: Address, target: Address) -> Share:
    """Return the button that lets the reader choose a chat; the text is in the page's language."""
    words, topic = desk.words(target), desk.topic(target)
    state = words.text(f"share_{topic.file.review.state(desk.today())}")
    about = words.text("share_about", state=state)
    label = desk.words(here).text("share_in", language=words.catalog.name)
    return Share(label, target, f"{words.title(topic)}\n{about}")


def _citation(desk: Desk, here: Address) -> str:
    words, topic = desk.words(here), desk.topic(here)
    review = topic.file.review
    return words.text(
        "citation",
        title=words.title(topic),
        level=words.button(here.reading_level),
        version=topic.revision,
        written=words.date(review.written),
        state=words.text(f"share_{review.state(desk.today())}"),
    )
