"""Languages kept for the next start say what their files say, and never anything older."""

from datetime import date
from pathlib import Path

import pytest

from bot.core.i18n import load_catalogs
from bot.core.translations import Key, Worth

TODAY = date(2026, 6, 1)
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """English and a German of three texts, one of them fuzzy since its source changed."""
    folder = tmp_path / "locales"
    for locale, name in (("en", "English"), ("de", "Deutsch")):
        (folder / locale / "LC_MESSAGES").mkdir(parents=True)
        (folder / locale / "locale.toml").write_text(f'name = "{name}"\n')
    (folder / "safety.pot").write_text(HEAD + 'msgid "Help"\nmsgstr ""\n')
    german = folder / "de" / "LC_MESSAGES"
    (german / "safety.po").write_text(HEAD + 'msgid "Help"\nmsgstr "Hilfe"\n')
    (german / "messages.po").write_text(
        HEAD
        + 'msgctxt "button"\nmsgid "Back"\nmsgstr "Zurück"\n\n'
        + '#, fuzzy\nmsgid "Old"\nmsgstr "Alt"\n\n'
        + 'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\n'
        + 'msgstr[0] "%(n)s Tag"\nmsgstr[1] "%(n)s Tage"\n'
    )
    return folder


def test_a_second_start_says_the_same_as_the_first(locales: Path, tmp_path: Path) -> None:
    kept = tmp_path / "cache"
    for german in (load_catalogs(locales, kept)["de"] for _ in range(2)):
        assert german.text("Help") == "Hilfe"
        assert german.text("Back", "button") == "Zurück"
        assert german.text("Back") == "Back"
        assert german.text("Old") == "Old"
        assert german.worth(Key("", "Old"), TODAY) is Worth.FUZZY
        assert german.translations.ngettext("%(n)s day", "%(n)s days", 2) == "%(n)s Tage"
    assert (kept / "de.catalog").exists()


def test_a_changed_file_is_read_anew(locales: Path, tmp_path: Path) -> None:
    load_catalogs(locales, tmp_path)
    safety = locales / "de" / "LC_MESSAGES" / "safety.po"
    safety.write_text(safety.read_text().replace("Hilfe", "Rettung"))

    assert load_catalogs(locales, tmp_path)["de"].text("Help") == "Rettung"


def test_a_language_is_held_back_as_soon_as_the_template_asks_for_more(
    locales: Path, tmp_path: Path
) -> None:
    assert "de" in load_catalogs(locales, tmp_path)
    with (locales / "safety.pot").open("a") as template:
        template.write('\nmsgid "Call 112"\nmsgstr ""\n')

    assert "de" not in load_catalogs(locales, tmp_path)
    assert "de" not in load_catalogs(locales, tmp_path)


def test_a_damaged_file_is_not_believed(locales: Path, tmp_path: Path) -> None:
    load_catalogs(locales, tmp_path)
    file = tmp_path / "de.catalog"
    file.write_bytes(file.read_bytes().replace(b"Hilfe", b"Gefah"))

    assert load_catalogs(locales, tmp_path)["de"].text("Help") == "Hilfe"
