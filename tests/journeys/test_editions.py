"""A page comes whole in the reader's language, or whole in English and says so.

The two languages here are real files with made-up words: every text is its source behind an "ö",
or a "ع", so that a sentence which stayed English shows.
"""

import re
import shutil
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import bootstrap
from bot.bootstrap import Content
from bot.config import Settings
from bot.core import catalogs
from bot.core.address import Address, View
from bot.core.catalogs import Standing
from bot.core.checks.drawn import Drawing
from bot.core.checks.translated import TranslatedPages
from bot.core.conversation import Conversation
from bot.core.editions import Edition
from bot.core.i18n import load_catalogs
from bot.core.library import load_library
from bot.core.model import Audience, Keep, Level
from bot.core.screens import Options, Screens
from bot.i18n import update
from tests.conftest import ROOT, TODAY, Chat

SIGNS = {"es": "ö", "ar": "ع"}
PAGE = Address(View.PAGE, topic="driving", level=Level.SIMPLE, audience=Audience.PATIENT)
SIMPLE = ROOT / "content/topics/driving/simple.md.j2"
# The first words of a point on the page, whatever they are today.
BEFORE = re.findall(r"- {% trans %}([^{\[.\d]+)", SIMPLE.read_text("utf-8"))[0].strip()
REWORDED = f"Please note: {BEFORE}"
MEANT_OTHERWISE = f"For 3 days: {BEFORE}"


@dataclass
class Place:
    """A copy of the project's content with two languages in made-up words."""

    root: Path
    loaded: Content

    def edit(self, before: str, after: str, *, editorial: bool = False) -> tuple[Standing, ...]:
        """Change English words wherever they stand in the pages on driving, and merge."""
        found = 0
        for file in sorted((self.root / "content/topics/driving").glob("*.md.j2")):
            text = file.read_text("utf-8")
            found += text.count(before)
            file.write_text(text.replace(before, after), "utf-8")
        assert found, before
        return self.merge(editorial=editorial)

    def merge(self, *, editorial: bool = False) -> tuple[Standing, ...]:
        """Run `i18n`."""
        merged = update(self.root / "content", self.root / "locales", TODAY, editorial=editorial)
        self.refused = [one for one in merged.problems if one.rule == "po-editorial"]
        self.told = tuple(merged.report())
        return merged.standings

    def says(self) -> str:
        """Return what the last run of `i18n` printed."""
        return "\n".join(self.told)

    def open(self, today: date = TODAY) -> tuple[Content, "Reading"]:
        content = replace(
            self.loaded,
            library=load_library(self.root / "content"),
            catalogs=load_catalogs(self.root / "locales"),
        )
        settings = Settings(contact="c")
        return content, Reading(bootstrap.conversation(content, settings, lambda: today))


class Reading:
    """A reader who opens pages in a language."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def open(self, page: Address, locale: str) -> Chat:
        return Chat(self._conversation, locale).tap_data(_in(page, locale).pack())

    def edition(self, page: Address, locale: str, today: date = TODAY) -> Edition:
        return self._conversation.screens.desk.editions.of(_in(page, locale), today)


def _in(page: Address, locale: str) -> Address:
    return Address(View.PAGE, locale, page.audience, page.level, topic=page.topic)


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("translated")
    shutil.copytree(ROOT / "content", root / "content")
    (root / "locales/en").mkdir(parents=True)
    shutil.copy(ROOT / "locales/en/locale.toml", root / "locales/en")
    for locale, sign in SIGNS.items():
        (root / "locales" / locale).mkdir()
        direction = "rtl" if locale == "ar" else "ltr"
        (root / "locales" / locale / "locale.toml").write_text(
            f'name = "{sign}"\ndirection = "{direction}"\n', "utf-8"
        )
    update(root / "content", root / "locales", TODAY)
    for locale, sign in SIGNS.items():
        for domain in ("safety", "messages"):
            file = catalogs.catalog_file(root / "locales", locale, domain)
            catalog = catalogs.read_catalog(file)
            for entry in catalog:
                entry.msgstr = f"{sign}{entry.msgid}"
            catalogs.write_catalog(file, catalog)
    return root


@pytest.fixture
def place(translated: Path, tmp_path: Path, content: Content) -> Place:
    shutil.copytree(translated, tmp_path / "place")
    return Place(tmp_path / "place", content)


def _moved(standings: tuple[Standing, ...], locale: str) -> set[tuple[str, str, str]]:
    return {
        (one.topic, one.level, one.audience)
        for one in standings
        if one.locale == locale and not one.served
    }


def test_a_translated_page_says_that_nobody_fluent_has_checked_it(place: Place) -> None:
    _, reading = place.open()
    ana = reading.open(PAGE, "es")
    assert all("ö" in line.lower() for line in ana.text.split("\n\n"))
    assert ana.text.endswith("Nobody fluent in both languages has checked this translation yet.")
    assert "ع" in reading.open(PAGE, "ar").text


def test_a_page_all_of_whose_texts_were_checked_says_no_more(place: Place) -> None:
    content, reading = place.open()
    edition = reading._conversation.screens.desk.editions
    keys = edition._keys_of(_in(PAGE, "es").to(View.PAGE, locale="en"), TODAY)
    translations = content.catalogs["es"].translations
    marks = ", ".join(f'"{translations.mark(key)}"' for key in sorted(keys))  # type: ignore[attr-defined]
    reviewed = place.root / "locales/es/reviewed.toml"
    reviewed.write_text(f'[[review]]\nreviewer = "x"\nreviewed = 2026-11-20\ntexts = [{marks}]\n')
    _, reading = place.open()
    assert "Nobody fluent" not in reading.open(PAGE, "es").text
    assert "Nobody fluent" in reading.open(PAGE, "ar").text


def test_a_clinical_edit_takes_exactly_its_pages_to_english_in_every_language(
    place: Place,
) -> None:
    standings = place.edit(BEFORE, MEANT_OTHERWISE)
    _, reading = place.open()
    for locale, sign in SIGNS.items():
        moved = _moved(standings, locale)
        assert moved
        assert {topic for topic, _, _ in moved} == {"driving"}
        for topic in ("driving", "storing"):
            for level in Level:
                for audience in Audience:
                    page = Address(View.PAGE, topic=topic, level=level, audience=audience)
                    text = reading.open(page, locale).text
                    first, *rest = text.split("\n\n")
                    if (topic, level, audience) in moved:
                        assert "not ready in your language" in first
                        assert first.startswith(sign)
                        assert sign not in "".join(rest), "never mixed"
                    else:
                        assert "not ready" not in text
                        assert all(sign in line.lower() for line in text.split("\n\n"))


def test_the_reader_of_an_english_page_keeps_buttons_and_may_choose_another_language(
    place: Place,
) -> None:
    place.edit(BEFORE, MEANT_OTHERWISE)
    _, reading = place.open()
    ana = reading.open(PAGE, "es")
    assert {"öNext part", "öMenu", "öUrgent help", "English"} <= set(ana.buttons)
    assert ana.tap("öMenu").text.startswith("Ö")
    ana = reading.open(PAGE, "es").tap("English")
    assert any(isinstance(effect, Keep) and effect.locale == "en" for effect in ana.effects)
    assert "not ready" not in ana.text


def test_an_editorial_edit_keeps_the_last_good_words_for_thirty_days(place: Place) -> None:
    standings = place.edit(BEFORE, REWORDED, editorial=True)
    assert any(one.frozen for one in standings)
    until = TODAY + timedelta(days=30)
    taken = rf"\n[1-9]\d* texts taken as editorial: old translations serve until {until}\n"
    assert re.search(taken, place.says())
    assert "too late" not in place.says()
    for locale, sign in SIGNS.items():
        assert not _moved(standings, locale)
        _, reading = place.open()
        text = reading.open(PAGE, locale).text
        assert f"{sign}{BEFORE}" in text
        assert REWORDED not in text
        assert reading.edition(PAGE, locale).frozen
        _, reading = place.open(TODAY + timedelta(days=31))
        text = reading.open(PAGE, locale).text
        assert "not ready in your language" in text
        assert REWORDED in text


def test_editorial_after_a_plain_run_is_too_late_and_says_what_helps(place: Place) -> None:
    place.edit(BEFORE, REWORDED)
    assert "as editorial" not in place.says()
    place.merge(editorial=True)
    assert "0 texts taken as editorial" in place.says()
    assert "after a plain `i18n` it is too late" in place.says()
    assert "`git checkout locales`" in place.says()


def test_editorial_run_twice_is_not_too_late(place: Place) -> None:
    place.edit(BEFORE, REWORDED, editorial=True)
    place.merge(editorial=True)
    assert "0 texts taken as editorial" in place.says()
    assert "too late" not in place.says()


def test_an_edit_of_a_number_is_no_editorial_one(place: Place) -> None:
    standings = place.edit(BEFORE, MEANT_OTHERWISE, editorial=True)
    assert place.refused
    assert "changed more than its words" in str(place.refused[0])
    assert ("driving", "simple", "patient") in _moved(standings, "es")


def test_what_stands_beside_the_pages_is_never_mixed_either(place: Place) -> None:
    quiz = place.root / "content/quiz.toml"
    text = quiz.read_text("utf-8")
    before = "What kind of medicine is diazepam?"
    assert before in text
    quiz.write_text(text.replace(before, "What sort of medicine is diazepam?"), "utf-8")
    update(place.root / "content", place.root / "locales", TODAY)
    _, reading = place.open()
    for topic in ("what-it-is", "driving"):
        ana = reading.open(PAGE, "es").tap_data(
            Address(View.QUIZ, "es", Audience.PATIENT, Level.SIMPLE, topic=topic).pack()
        )
        first, *rest = ana.text.split("\n\n")
        assert "not ready in your language" in first
        assert "ö" not in "".join(rest)


def test_without_all_its_safety_texts_a_language_is_not_offered(place: Place) -> None:
    file = catalogs.catalog_file(place.root / "locales", "es", "safety")
    catalog = catalogs.read_catalog(file)
    catalog[7].msgstr = ""
    catalogs.write_catalog(file, catalog)
    content, _ = place.open()
    assert {one.locale for one in content.catalogs} == {"en", "ar"}


def test_a_translator_cannot_slip_in_a_dose(place: Place) -> None:
    for locale in ("en", "es"):
        shutil.copy(ROOT / f"locales/{locale}/reading.toml", place.root / f"locales/{locale}")
    file = catalogs.catalog_file(place.root / "locales", "es", "messages")
    catalog = catalogs.read_catalog(file)
    entry = next(entry for entry in catalog if entry.msgid.startswith(BEFORE))
    entry.msgstr = entry.msgstr.replace("[@", "5 mg [@", 1)
    catalogs.write_catalog(file, catalog)
    content, _ = place.open()
    library = replace(content.library, topics={"driving": content.library.topics["driving"]})
    options = Options(today=lambda: TODAY, contact="c")
    screens = Screens(library, content.catalogs, content.contacts, options)
    pages = TranslatedPages(
        Drawing(screens), content.catalogs["es"], place.root / "locales", TODAY
    )
    doses = [problem for problem in pages.problems() if problem.rule == "dose"]
    assert doses
    assert {problem.file.name for problem in doses} == {"messages.po"}
    line = file.read_text("utf-8").splitlines()[doses[0].line - 1]
    assert "5 mg" in line
    assert "5 mg" in doses[0].what
    assert pages.told().startswith("es: 12 pages: 12 served")
