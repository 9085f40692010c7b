"""What the studio shows is, to the letter, what a reader gets in Telegram."""

import html
import re
from dataclasses import replace

from markupsafe import Markup

from bot.bootstrap import Content
from bot.core.address import Address, View
from bot.core.conversation import Conversation
from bot.core.model import (
    Audience,
    Cite,
    Copy,
    Document,
    Items,
    Level,
    Link,
    Open,
    Paragraph,
    Text,
    Visit,
)
from bot.core.writers import classic, web
from bot.core.writers.web import Span

_TAG = re.compile(r"<[^>]*>")
# Where words stop on the page or in the message: lines, list items, blank lines.
_INVISIBLE = dict.fromkeys([0x200F, 0x2066, 0x2069])


def words(markup: str) -> str:
    spaced = re.sub(r"</(?:p|li|ul|blockquote)>", " ", markup)
    return " ".join(html.unescape(_TAG.sub("", spaced)).translate(_INVISIBLE).split())


def test_every_page_says_the_same_in_the_studio_and_in_telegram(
    conversation: Conversation, content: Content
) -> None:
    seen = 0
    for slug in content.library.topics:
        for level, audience in (
            (Level.SIMPLE, Audience.PATIENT),
            (Level.DETAILED, Audience.PROFESSIONAL),
        ):
            start = Address(View.PAGE, "en", audience, level, topic=slug)
            for part in conversation.screens.desk.page(start).parts:
                screen = conversation.screens.draw(replace(start, section=part.id))
                written = classic.write(screen.document)
                assert words(web.write(screen.document)) == words(written), (slug, part.id)
                seen += 1
    assert seen > 200


def test_a_right_to_left_document_keeps_its_words() -> None:
    line = (Text("خذ 5-10 mg مرتين"), Cite(("A-1",), (1, 2)), Text("."))
    document = Document((Paragraph(line),), "ar", "rtl")
    assert words(web.write(document)) == words(classic.write(document))
    assert "\u20665-10 mg\u2069" in web.write(document)


def test_a_statement_is_wrapped_with_the_facts_behind_it() -> None:
    line = (Text("It helps "), Text("some", bold=True), Cite(("A-1", "B-2"), (3,)), Text("."))
    assert web.write(Document((Paragraph(line),), "en")) == (
        '<p><span class="said">It helps <b>some</b> '
        '<a class="cite" href="#fact-A-1" data-facts="A-1 B-2">[3]</a></span>.</p>'
    )


def test_marks_count_the_words_of_a_line_across_its_pieces() -> None:
    items = Items(((Text("one"),), (Text("two "), Text("three", bold=True), Text(" four"))))
    marked = web.write(Document((items,), "en"), {1: [Span(2, 7, "long")]})
    assert "<li>• one</li>" in marked
    assert 'tw<mark class="long">o </mark><b><mark class="long">thr</mark>ee</b> four' in marked


def test_nothing_that_content_holds_becomes_markup() -> None:
    bad = '<img src=x onerror=alert(1)>"'
    line = (Text(bad), Link(bad, 'https://example.org/"x'), Cite((bad,), (1,)))
    written = web.write(Document((Paragraph(line),), "en"))
    rows = web.write_rows(
        ((Open(bad, Address(View.MENU)), Copy(bad, bad), Visit(bad, "https://e.org/?a&b")),),
        lambda address: f'/page?at={address.pack()}"',
    )
    for markup in (written, rows):
        assert isinstance(markup, Markup)
        assert "<img" not in markup
        assert 'onerror=alert(1)>"' not in markup
    assert 'href="https://e.org/?a&amp;b"' in rows
