"""Marked-up text in, plain text and entities out: pairs, refusals and properties."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import EntityError, parse_html, utf16_length
from bot.sandbox.texts import plain, trimmed
from bot.sandbox.wire import Json

PAIRS: list[tuple[str, str, list[tuple[str, int, int]]]] = [
    ("plain", "plain", []),
    ("<b>bold</b> not", "bold not", [("bold", 0, 4)]),
    ("<STRONG>x</strong>", "x", [("bold", 0, 1)]),
    ("<i>a</i><em>b</em>", "ab", [("italic", 0, 2)]),
    ("<u>a</u> <ins>b</ins>", "a b", [("underline", 0, 1), ("underline", 2, 1)]),
    ("<s>a</s> <strike>b</strike>", "a b", [("strikethrough", 0, 1), ("strikethrough", 2, 1)]),
    ("<del>gone</del>", "gone", [("strikethrough", 0, 4)]),
    ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", 0, 1)]),
    ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
    ("<b>a<i>b</i>c</b>", "abc", [("bold", 0, 3), ("italic", 1, 1)]),
    ("<blockquote>q</blockquote>", "q", [("blockquote", 0, 1)]),
    ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
    ("<code>1 &lt; 2</code>", "1 < 2", [("code", 0, 5)]),
    ("<b>a <code>c</code> d</b>", "a c d", [("bold", 0, 2), ("code", 2, 1), ("bold", 3, 2)]),
    ("<pre>x</pre>", "x", [("pre", 0, 1)]),
    ("<b></b>nothing", "nothing", []),
    ("<b>closed by nothing named</>", "closed by nothing named", [("bold", 0, 23)]),
    ("&amp;&quot;&#65;&#x42; &nbsp; & &copy;", '&"AB &nbsp; & &copy;', []),
    ("😀<b>x</b>", "😀x", [("bold", 2, 1)]),
    ("&#128512;<b>x</b>", "😀x", [("bold", 2, 1)]),
    ('<a href="tel:112">x</a>', "x", []),
    ("<a href='javascript:alert(1)'>x</a>", "x", []),
    ('<a href="http://localhost">x</a>', "x", []),
    ("<blockquote>a <blockquote>b</blockquote></blockquote>", "a b", [("blockquote", 0, 3)]),
]
LANGUAGE = '<pre><code class="language-python">x</code></pre>'
INVALID_UNICODE = (
    "Text contains invalid Unicode characters after decoding HTML entities, "
    "check for unmatched surrogate code units"
)
REFUSED = [
    ("<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 0'),
    ("é<p>", 'Unsupported start tag "p" at byte offset 2'),
    ("1 <", "Unclosed start tag at byte offset 2"),
    ("1 < 2 > 0", 'Unsupported start tag "" at byte offset 2'),
    ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b>x<i>y</b></i>", 'Unmatched end tag at byte offset 8, expected "</i>", found "</b>"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("<b", "Unclosed start tag at byte offset 0"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ('<a ="x">', 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=x/y>", "Unexpected end of name token at byte offset 8"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
    (
        "&#xD800;",
        INVALID_UNICODE,
    ),
]


def short(entities: list[Json]) -> list[tuple[str, int, int]]:
    return [(one["type"], one["offset"], one["length"]) for one in entities]


@pytest.mark.parametrize(("source", "text", "entities"), PAIRS)
def test_markup_becomes_text_and_entities(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    parsed, found = parse_html(source)
    assert (parsed, short(found)) == (text, entities)


@pytest.mark.parametrize(("source", "reason"), REFUSED)
def test_broken_markup_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(EntityError) as refusal:
        parse_html(source)
    assert str(refusal.value) == reason


def test_a_link_carries_its_address_as_telegram_stores_it() -> None:
    _, entities = parse_html('<a href="https://example.org?a=1&amp;b=2">x</a>')
    assert entities[0]["url"] == "https://example.org/?a=1&b=2"
    _, entities = parse_html("<a>example.org</a>")
    assert entities[0]["url"] == "http://example.org/"


def test_code_in_a_block_names_its_language() -> None:
    text, entities = parse_html(LANGUAGE)
    assert (text, entities) == (
        "x",
        [{"type": "pre", "offset": 0, "length": 1, "language": "python"}],
    )


def test_text_is_trimmed_and_entities_move_with_it() -> None:
    text, entities = trimmed(*parse_html("\n  a <b> b </b>\n"))
    assert (text, short(entities)) == ("a  b", [("bold", 2, 2)])


def test_bidi_overrides_are_dropped_and_entities_close_the_gap() -> None:
    text, entities = trimmed(*parse_html("a\u202eb<b>c\u202cd</b>"))
    assert (text, short(entities)) == ("abcd", [("bold", 2, 2)])


def test_commands_and_links_are_found_in_what_people_type() -> None:
    text, entities = plain("/start x")
    assert (text, short(entities)) == ("/start x", [("bot_command", 0, 6)])
    _, entities = plain("see https://example.org/a?b. mail me@example.org, @someone #tag1 a/b")
    assert [one["type"] for one in entities] == ["url", "email", "mention", "hashtag"]
    assert entities[0]["length"] == len("https://example.org/a?b")


@given(st.text())
def test_escaped_text_comes_back_whole(text: str) -> None:
    assert parse_html(escape(text)) == (text, [])


PIECES = (
    *("<b>", "</b>", "<i>", "</i>", "<code>", "</code>", "<a>", "</a>", "<pre>", "</pre>"),
    *("<blockquote>", "</blockquote>", "<span class=tg-spoiler>", "</span>", "<u", ">", "</>"),
    *("&lt;", "&#1", "&#x1F600;", "😀", "x", "'", '"', "=", " ", "\n", "\0"),
)
MARKUP = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(st.one_of(MARKUP, st.text(alphabet="<>/ab=\"' &;#x1\0é😀"), st.text()))
def test_any_text_is_parsed_or_refused_and_entities_nest(source: str) -> None:
    try:
        text, entities = trimmed(*parse_html(source))
    except EntityError:
        return
    for entity in entities:
        assert entity["length"] > 0
        assert 0 <= entity["offset"] <= utf16_length(text) - entity["length"]
    ranges = [(one["offset"], one["offset"] + one["length"]) for one in entities]
    for start, stop in ranges:
        assert not any(start < a < stop < b for a, b in ranges)
