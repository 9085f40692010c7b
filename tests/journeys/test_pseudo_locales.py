"""Two languages that nobody speaks: what escapes translation, or a line's direction, shows.

The accented one brackets every text it is asked for, so a letter outside the brackets was never
given to translators. The right-to-left one turns letters into Arabic ones and leaves names,
numbers and units, so a run that would be drawn in the wrong order shows; the same is looked at in
the Arabic that translators wrote.
"""

import gettext
import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from bidi import get_display

from bot.bootstrap import Content
from bot.core.address import Address
from bot.core.i18n import Catalog
from bot.core.model import Block, Box, Cite, Inlines, Items, Open, Screen
from bot.core.writers import classic
from bot.core.writers.bidi import isolate
from tests.journeys.every_screen import CONTACT, bot_in, reviewed, walk

Named = list[tuple[str, Screen]]

_KEPT = re.compile(
    r"%\(\w+\)s|%%|\[@[^\]]*\]|\]\([^)]*\)|\[#[^\]]*\]|</?\w[^>]*>|&\w+;|\*\*|[0-9]+(?:[.,:/–-][0-9]+)*"
)
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ACCENTED = str.maketrans(
    _LATIN + _LATIN.upper(), "áƀćđéƒğĥíĵķłɱńóƥɋŕśťúνŵẋýž" + "ÁƁĆĐÉƑĞĤÍĴĶŁⱮŃÓƤɊŔŚŤÚѴŴẊÝŽ"
)
_ARABIC = str.maketrans(_LATIN + _LATIN.upper() + ",;?", "ابكدهفجحيژكلمنوپقرستعثغخىز" * 2 + "،؛؟")
_STAYS_LATIN = re.compile(r"\b(?:[Dd]iazepam|Valium|[Ii]buprofen|mg|ml|[A-Z]{2,})\b")
_OPEN, _CLOSE, _RLI, _PDI = "⟦", "⟧", "\u2067", "\u2069"
_RLM, _LRI = "\u200f", "\u2066"
_FORMAT = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Pseudo(gettext.NullTranslations):
    """A catalog that translates everything it is asked for, by rule."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        super().__init__()
        self._translate = translate

    def gettext(self, message: str) -> str:
        return self._translate(message)

    def pgettext(self, context: str, message: str) -> str:
        return self._translate(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._translate(msgid1 if n == 1 else msgid2)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


def _outside(kept: re.Pattern[str], text: str, change: Callable[[str], str]) -> str:
    """Return the text with all changed but what the pattern keeps."""
    pieces, end = [], 0
    for match in kept.finditer(text):
        pieces += [change(text[end : match.start()]), match.group()]
        end = match.end()
    return "".join((*pieces, change(text[end:])))


def accented(text: str) -> str:
    longer = " éáô" * (len(text) * 3 // 40 + 1)
    return _OPEN + _outside(_KEPT, text, lambda part: part.translate(_ACCENTED)) + longer + _CLOSE


def arabic(text: str) -> str:
    kept = re.compile(f"{_KEPT.pattern}|{_STAYS_LATIN.pattern}")
    return f"{_RLI}{_outside(kept, text, lambda part: part.translate(_ARABIC))}{_PDI}"


def _screens(content: Content, catalog: Catalog) -> Named:
    return [*walk(bot_in(content, catalog), catalog.locale), *reviewed(content, catalog)]


@pytest.fixture(scope="module")
def accented_screens(content: Content) -> Named:
    return _screens(content, Catalog("eo", "⟦Esperanto⟧", "ltr", Pseudo(accented)))


@pytest.fixture(scope="module", params=["by rule", "by translators"])
def arabic_lines(request: pytest.FixtureRequest, content: Content) -> dict[str, str]:
    """Every line of every screen as it is sent, and the first screen that shows it."""
    catalog = content.catalogs["ar"]
    if request.param == "by rule":
        catalog = Catalog("ar", "العربية", "rtl", Pseudo(arabic))
    lines: dict[str, str] = {}
    for name, screen in _screens(content, catalog):
        text = html.unescape(re.sub(r"<[^>]*>", "", classic.write(screen.document)))
        for line in text.split("\n"):
            lines.setdefault(line, name)
    return lines


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Box):
            yield from _lines(block.blocks)
        elif isinstance(block, Items):
            yield from map(_words, block.items)
        else:
            yield _words(block.inlines)


def _words(inlines: Inlines) -> str:
    return "".join(inline.text for inline in inlines if not isinstance(inline, Cite))


def _bare(text: str) -> str:
    """Return the letters that stand outside all brackets."""
    depth, found = 0, []
    for char in text:
        depth += (char == _OPEN) - (char == _CLOSE)
        if depth == 0 and char.isalpha():
            found.append(char)
    assert depth == 0, f"brackets do not close: {text}"
    return "".join(found)


def _not_ours(content: Content) -> re.Pattern[str]:
    """Match what no translator is asked for: who published a source, its title, its host."""
    texts = {one.name for one in content.catalogs} | {CONTACT}
    for source in content.library.sources.values():
        texts |= {source.who, source.title, urlsplit(source.url or "").netloc.removeprefix("www.")}
    texts.add("doi.org")
    longest_first = sorted((text for text in texts if text), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def _is_read_out(name: str) -> bool:
    """Tell whether a screen cuts its texts into sentences, which a language may do its own way."""
    return name.startswith("1o")


def test_pseudo_translation_keeps_placeholders_and_marks() -> None:
    source = "**Up to** %(n)s of [100](word:risk) people, 10%% [@A-1, B-2]. <b>5-10 mg</b> [#id]"
    for translate in (accented, arabic):
        for kept in _KEPT.findall(source):
            assert kept in translate(source)
        assert len(translate(source)) > len(source)
    assert len(accented(source)) >= len(source) * 1.3


def test_every_word_on_every_screen_was_given_to_translators(
    accented_screens: Named, content: Content
) -> None:
    not_ours = _not_ours(content)
    assert len(accented_screens) > 100
    escaped: dict[str, str] = {}
    for name, screen in accented_screens:
        labels = [button.label for button in screen.buttons()]
        lines = list(_lines(screen.document.blocks))
        if _is_read_out(name):
            lines = [" ".join(lines)]  # one text stands on several lines there
        for text in (*lines, *labels):
            if _bare(text) and _bare(not_ours.sub(" ", text)):
                escaped.setdefault(text, name)
    assert not escaped


def test_no_mark_or_placeholder_is_left_for_readers_to_see(accented_screens: Named) -> None:
    for name, screen in accented_screens:
        for line in _lines(screen.document.blocks):
            assert not re.search(r"%\(|%%|\[@|\]\(|\[#|\*\*|:::|[{}]", line), (name, line)


def test_a_translation_cuts_no_page_elsewhere(accented_screens: Named, content: Content) -> None:
    """Blocks and buttons are those of the source; one page in ten stands for all."""
    english = bot_in(content, content.catalogs["en"]).screens
    medical = [(n, s) for n, s in accented_screens if s.medical and "_eo_" in n]
    medical = [(n, s) for n, s in medical if not _is_read_out(n)]
    assert len(medical) > 100
    for name, screen in medical[::10]:
        twin = english.draw(replace(Address.unpack(name), locale="en"))
        assert len(screen.document.blocks) == len(twin.document.blocks), name
        ours, theirs = ([b for b in s.buttons() if isinstance(b, Open)] for s in (screen, twin))
        assert len(ours) == len(theirs), name


def test_every_right_to_left_line_says_so_first(arabic_lines: dict[str, str]) -> None:
    assert len(arabic_lines) > 100
    for line, name in arabic_lines.items():
        if line.strip():
            assert line.startswith(_RLM), (name, line)
            first = line.translate(_FORMAT)[0]
            assert unicodedata.category(first) != "So", (name, line)


def test_every_number_and_latin_word_is_isolated(arabic_lines: dict[str, str]) -> None:
    for line, name in arabic_lines.items():
        inside = False
        for char in line:
            inside = char == _LRI or (inside and char != _PDI)
            latin = char.isascii() and char.isalpha()
            if latin or unicodedata.bidirectional(char) in {"EN", "AN"}:
                assert inside, (name, char, line)


def test_a_name_with_an_accent_is_one_run() -> None:
    assert "Brötz" in get_display(f"{_RLM}{isolate('كتب Brötz هذا')}")


def test_every_isolated_run_is_drawn_in_its_order(arabic_lines: dict[str, str]) -> None:
    for line, name in arabic_lines.items():
        drawn = get_display(line).translate(_FORMAT)
        for run in re.findall(f"{_LRI}([^{_PDI}]*){_PDI}", line):
            assert run in drawn, (name, run, drawn)


def test_the_marks_are_what_keeps_a_range_in_order() -> None:
    """The same line without marks is drawn wrong: the tests above would see it."""
    line = "خذ 5-10 mg مرتين"
    assert "5-10" not in get_display(line)
    assert "5-10 mg" in get_display(f"{_RLM}خذ {_LRI}5-10 mg{_PDI} مرتين")
