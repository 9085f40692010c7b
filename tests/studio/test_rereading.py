"""After a save only what changed is read, and what is shown equals a whole reading."""

import shutil
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Never

import polib
import pytest

from bot.core import catalog_cache
from bot.core.translations import Translations
from bot.errors import ContentError
from bot.i18n import update
from bot.studio import rereading
from bot.studio.snapshot import Snapshot
from bot.studio.trees import Tree
from tests.conftest import ROOT, TODAY
from tests.content.conftest import Workspace

LABELS = "content/labels.toml"
SIMPLE = "content/topics/what-it-is/simple.md.j2"
MESSAGES = "locales/es/LC_MESSAGES/messages.po"
SAFETY = "locales/es/LC_MESSAGES/safety.po"
Edit = tuple[str, Callable[[str], str]]


@pytest.fixture
def spanish(small: Workspace) -> Workspace:
    """The small library in Spanish: every text there, each with a mark before it."""
    folder = small.locales / "es"
    folder.mkdir()
    for name in ("locale.toml", "reading.toml"):
        shutil.copyfile(ROOT / "locales" / "es" / name, folder / name)
    update(small.content, small.locales, TODAY, None)
    for file in (folder / "LC_MESSAGES").glob("*.po"):
        catalog = polib.pofile(str(file), wrapwidth=0)
        for entry in catalog:
            entry.msgstr = f"es {entry.msgid}"
        catalog.save()
    return small


def swap(before: str, after: str) -> Callable[[str], str]:
    def saved(text: str) -> str:
        assert before in text
        return text.replace(before, after, 1)

    return saved


WORDS: Edit = MESSAGES, swap('msgstr "es You may feel sleepy', 'msgstr "Puede sentir sueño')
LABEL: Edit = LABELS, swap('sources = "', 'sources = "Our ')
TEMPLATE: Edit = SIMPLE, swap("sleepy and slow", "sleepy or slow")


@pytest.fixture
def nothing_whole(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Whoever calls it says that no library and no language may be read whole from then on."""

    def refuse(*_told: object, **_named: object) -> Never:
        pytest.fail("read whole")

    def begin() -> None:
        monkeypatch.setattr(rereading, "load_library", refuse)
        monkeypatch.setattr(catalog_cache, "offered", refuse)

    return begin


def save(library: Workspace, *edits: Edit) -> None:
    for name, saved in edits:
        file = library.root / name
        file.write_text(saved(file.read_text("utf-8")), "utf-8")


def snapshot_of(tree: Tree) -> Snapshot:
    return Snapshot(tree, lambda: TODAY)


def told(snapshot: Snapshot) -> object:
    """Return all that was read, without the place of the copy it was read from."""
    root, library = snapshot.tree.root, snapshot.library
    apart = ("directory", "topics", "fact_files")
    rest = [getattr(library, one.name) for one in fields(library) if one.name not in apart]
    topics = [
        (topic.slug, topic.file, topic.directory.relative_to(root), topic.variants, topic.revision)
        for topic in library.topics.values()
    ]
    files = {name: file.relative_to(root) for name, file in library.fact_files.items()}
    folder = library.directory.relative_to(root)
    return rest, topics, files, folder, [language(one.translations) for one in snapshot.catalogs]


def language(translations: object) -> object:
    if not isinstance(translations, Translations):
        return None
    texts = translations.texts
    return texts.names, list(texts.ends), texts.body, dict(translations.fuzzy)


@pytest.mark.parametrize(
    "edits", [(LABEL,), (TEMPLATE,), (WORDS,), (LABEL, TEMPLATE, WORDS)], ids=len
)
def test_a_save_of_labels_pages_and_translations_reads_nothing_else(
    spanish: Workspace, nothing_whole: Callable[[], None], edits: tuple[Edit, ...]
) -> None:
    first = snapshot_of(Tree.of(spanish.content, spanish.locales))
    save(spanish, *edits)
    whole = snapshot_of(Tree.of(spanish.content, spanish.locales))
    nothing_whole()
    after = first.next(first.tree.next())
    assert told(after) == told(whole)
    assert told(after) != told(first)


@pytest.mark.parametrize(
    "edit",
    [
        ("content/facts/small.toml", swap("[WHAT-02]", "[WHAT-22]")),
        ("content/glossary.toml", lambda text: text + '\n[tired]\nterm = "tired"\nsimple = "x"\n'),
        ("locales/es/locale.toml", lambda text: text + "\n# a remark\n"),
        (SAFETY, swap('msgstr "es ', 'msgstr "')),
        (MESSAGES, swap('msgstr "es You may feel sleepy', 'msgstr ""\n\n#~ "')),
        (MESSAGES, lambda text: text + '\nmsgid "A new text"\nmsgstr "Un texto nuevo"\n'),
    ],
)
def test_a_save_of_anything_else_comes_out_as_a_whole_reading(
    spanish: Workspace, edit: Edit
) -> None:
    first = snapshot_of(Tree.of(spanish.content, spanish.locales))
    save(spanish, edit)
    after = first.next(first.tree.next())
    assert told(after) == told(snapshot_of(Tree.of(spanish.content, spanish.locales)))


def test_after_a_broken_save_the_next_one_is_measured_by_the_last_good_copy(
    spanish: Workspace, nothing_whole: Callable[[], None]
) -> None:
    first = snapshot_of(Tree.of(spanish.content, spanish.locales))
    save(spanish, (LABELS, swap('sources = "', "sources = ")))
    broken = first.tree.next()
    with pytest.raises(ContentError) as fault:
        first.next(broken)
    assert [problem.file for problem in fault.value.problems] == [spanish.root / LABELS]
    save(spanish, (LABELS, swap("sources = ", 'sources = "')), TEMPLATE)
    whole = snapshot_of(Tree.of(spanish.content, spanish.locales))
    nothing_whole()
    assert told(first.next(broken.next())) == told(whole)


def test_a_language_that_is_no_longer_whole_in_safety_is_held_back(spanish: Workspace) -> None:
    first = snapshot_of(Tree.of(spanish.content, spanish.locales))
    assert "es" in first.catalogs
    save(spanish, (SAFETY, lambda text: text.replace('msgstr "es ', 'msgstr "" #', 1)))
    pot = Path("locales/safety.pot")
    save(spanish, (str(pot), lambda text: text + '\nmsgid "Call for help"\nmsgstr ""\n'))
    save(spanish, (SAFETY, lambda text: text.replace('msgstr "" #', 'msgstr "es ', 1)))
    assert "es" not in first.next(first.tree.next()).catalogs
