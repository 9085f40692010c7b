"""A translator looks at a page: what their language has of it, sentence by sentence."""

import shutil
from pathlib import Path

import polib
import pytest

from bot.core.address import Address, View
from bot.core.model import Audience, Level
from bot.core.translations import Worth
from bot.i18n import update
from bot.studio import known
from bot.studio.changes import changes_since
from bot.studio.overview import Filter, Overview
from bot.studio.readership import nobody
from bot.studio.workbench import Workbench
from tests.conftest import ROOT, TODAY
from tests.content.conftest import Workspace
from tests.studio.conftest import SIMPLE, edit, git

PAGE = Address(View.PAGE, "es", Audience.PATIENT, Level.SIMPLE, topic="what-it-is")
SENTENCE = "You may feel sleepy and slow [@WHAT-02]."
SPANISH = "Puede sentir sueño y lentitud [@WHAT-02]."


@pytest.fixture
def translated(library: Workspace) -> Workspace:
    """The small library in Spanish: every text there, most of them in words of no language."""
    folder = library.locales / "es"
    folder.mkdir()
    for name in ("locale.toml", "reading.toml"):
        shutil.copyfile(ROOT / "locales" / "es" / name, folder / name)
    update(library.content, library.locales, TODAY, None)
    for file in catalogs(library):
        catalog = polib.pofile(str(file), wrapwidth=0)
        for entry in catalog:
            entry.msgstr = SPANISH if entry.msgid == SENTENCE else entry.msgid
        catalog.save()
    return library


def catalogs(library: Workspace) -> list[Path]:
    return sorted((library.locales / "es" / "LC_MESSAGES").glob("*.po"))


def test_a_whole_page_comes_in_the_language_and_is_measured_by_its_rules(
    translated: Workspace,
) -> None:
    bench = Workbench(translated.content, translated.locales, lambda: TODAY)
    check = bench.page_check(PAGE)
    assert check.locale == "es"
    assert check.reading
    sizes = dict(known.sizes(bench.snapshot, PAGE))
    assert set(sizes) == {"en", "es"}
    assert len(sizes["en"]) == len(sizes["es"]) == 2
    told = {one.source: one for one in known.translated(bench.snapshot, PAGE, "es")}
    assert (told[SENTENCE].told, told[SENTENCE].worth) == (SPANISH, Worth.WHOLE)
    assert not told[SENTENCE].checked


def test_a_changed_sentence_leaves_the_page_behind_and_a_saved_translation_brings_it_back(
    translated: Workspace,
) -> None:
    bench = Workbench(translated.content, translated.locales, lambda: TODAY)
    changed = SENTENCE.replace("slow", "tired")
    for file in (translated.content / "topics/what-it-is").glob("*.md.j2"):
        file.write_text(file.read_text("utf-8").replace(SENTENCE, changed), "utf-8")
    bench.update()
    told = {one.source: one.worth for one in known.translated(bench.snapshot, PAGE, "es")}
    assert told[changed] is Worth.MISSING
    assert bench.page_check(PAGE).locale == "en"
    table = Overview(bench, Filter(locale="es", standing="behind"), nobody())
    assert [row.topic.slug for row in table.rows()] == ["what-it-is"]
    for po in catalogs(translated):
        po.write_text(po.read_text("utf-8").replace(SENTENCE, changed), "utf-8")
    bench.update()
    assert bench.page_check(PAGE).locale == "es"
    assert not Overview(bench, Filter(locale="es", standing="behind"), nobody()).rows()


def test_a_pull_request_tells_which_pages_come_in_english_until_translated(
    translated: Workspace,
) -> None:
    git(translated.root, "add", ".")
    git(translated.root, "commit", "--quiet", "-m", "Spanish")
    edit(translated, SIMPLE, "You may feel sleepy and slow", "You may feel drowsy all day")
    update(translated.content, translated.locales, TODAY, None)
    found = changes_since(translated.content, translated.locales, "HEAD", lambda: TODAY)
    told = "\n".join(found.report())
    page = "what-it-is, simple, everybody (es)"
    assert f"\n**In English until translated**: {page}\n" in told
    assert told.splitlines()[0].endswith("1 changed, 0 new, 0 gone, 1 in English")
    assert "No longer there" not in told
    shutil.rmtree(translated.locales / "es")
    found = changes_since(translated.content, translated.locales, "HEAD", lambda: TODAY)
    told = "\n".join(found.report())
    assert "**No longer there**" in told, "a language that is gone is not waited for"
    assert "In English until" not in told
