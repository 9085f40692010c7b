"""A saved catalog of which only the edited entries are read says what a whole reading says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.catalog_edits import reread
from bot.core.translations import Translations, read_translations

HEAD = (
    '# Words\nmsgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
MESSAGES = HEAD + (
    '#: content/labels.toml\nmsgctxt "button"\nmsgid "Back"\nmsgstr "Zurück"\n\n'
    'msgid "Yes"\nmsgstr "Ja"\n\n'
    'msgctxt "answer"\nmsgid "Yes"\nmsgstr "Jawohl"\n\n'
    'msgid ""\n"You may feel sleepy. "\n"Wait."\n'
    'msgstr ""\n"Sie werden vielleicht müde. "\n"Warten."\n\n'
    "# editorial change on 2026-05-01\n#, fuzzy\n"
    'msgid "Old"\nmsgstr "Alt"\n\n'
    'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\n'
    'msgstr[0] "%(n)s Tag"\nmsgstr[1] "%(n)s Tage"\n\n'
    'msgid "Help"\nmsgstr "Hilfe!"\n\n'
    'msgid "Nothing yet"\nmsgstr ""\n\n'
    '#~ msgid "Gone"\n#~ msgstr "Weg"\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "safety.po").write_text(HEAD + 'msgid "Help"\nmsgstr "Hilfe"\n')
    (tmp_path / "before.po").write_text(MESSAGES)
    return tmp_path


def swap(before: str, after: str) -> Callable[[str], str]:
    def saved(text: str) -> str:
        assert before in text
        return text.replace(before, after)

    return saved


def told(found: Translations) -> object:
    texts = found.texts
    return texts.names, list(texts.ends), texts.body, dict(found.fuzzy), found.plural


def both(folder: Path, saved: Callable[[str], str]) -> tuple[Translations | None, Translations]:
    safety, before, after = (folder / f"{name}.po" for name in ("safety", "before", "after"))
    after.write_text(saved(MESSAGES))
    known = read_translations([safety, before], "de")
    found = reread(known, before, after, "de", [safety])
    return found, read_translations([safety, after], "de")


@pytest.mark.parametrize(
    "saved",
    [
        swap("Zurück", "Eins zurück"),
        swap("müde. ", "müde und langsam. "),
        swap("#, fuzzy\n", ""),
        swap("2026-05-01", "2026-05-20"),
        swap("# editorial change on 2026-05-01\n", ""),
        swap("#: content/labels.toml\n", "#: content/labels.toml\n#, fuzzy\n"),
        swap('"%(n)s Tage"', '"%(n)s Tagen"'),
        swap("Alt", 'Ganz \\"alt\\"'),
        lambda text: text.replace("Zurück", "Heim").replace("Tag", "Werktag"),
    ],
)
def test_other_words_for_the_same_texts_are_read_alone(
    folder: Path, saved: Callable[[str], str]
) -> None:
    found, whole = both(folder, saved)
    assert found is not None
    assert told(found) == told(whole)


@pytest.mark.parametrize(
    "saved",
    [
        swap('"Jawohl"', '"Doch"'),  # its source stands twice
        swap('"Hilfe!"', '"Rettung"'),  # it stands among the safety texts too
        swap('"Alt"', '""'),
        swap('msgid "Nothing yet"\nmsgstr ""', 'msgid "Nothing yet"\nmsgstr "Noch nichts"'),
        swap('msgid "Old"', 'msgid "Older"'),
        swap("#~ ", ""),
        swap("nplurals=2; plural=(n != 1)", "nplurals=3; plural=(n > 1)"),
        swap('msgctxt "button"', '\nmsgctxt "button"'),
        swap('"Zurück"\n', '"Zurück"\n\n\nmsgid "Old"\nmsgstr "Uralt"\n'),
        swap('msgstr "Zurück"\n', ""),
        swap('"Zurück"', '"Zurück'),
        swap("Zurück", "Zur\\"),
    ],
)
def test_after_any_other_change_the_file_has_to_be_read_whole(
    folder: Path, saved: Callable[[str], str]
) -> None:
    safety, before, after = (folder / f"{name}.po" for name in ("safety", "before", "after"))
    after.write_text(saved(MESSAGES))
    known = read_translations([safety, before], "de")
    assert reread(known, before, after, "de", [safety]) is None
