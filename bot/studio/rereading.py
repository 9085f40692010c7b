"""What a save changed is read; all else is taken from what was read before it.

What comes out equals a whole reading: where that is not sure, all is read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from bot.core.catalog_edits import reread
from bot.core.files import Reading
from bot.core.i18n import SAFETY, Catalog, Catalogs, load_catalogs
from bot.core.library import Library, in_menu_order, load_labels, load_library, load_topic
from bot.core.reviews import approvals_in
from bot.core.translations import Translations
from bot.errors import ContentError
from bot.studio.trees import CONTENT, LOCALES, Tree

_LABELS = f"{CONTENT}/labels.toml"
_MESSAGES = "LC_MESSAGES/messages.po"


def topics_of(files: Iterable[str]) -> set[str]:
    """Return the topics whose folders these files of a tree stand in."""
    parts = (name.split("/") for name in files)
    return {slug for first, second, slug, *rest in _deep(parts) if rest and second == "topics"}


def only_topics(files: Iterable[str]) -> bool:
    """Tell whether all these files of a tree belong to topics."""
    return all(name.startswith(f"{CONTENT}/topics/") for name in files)


def _deep(parts: Iterable[list[str]]) -> Iterator[list[str]]:
    return (names for names in parts if len(names) > 2 and names[0] == CONTENT)  # noqa: PLR2004


def reread_library(tree: Tree, before: Tree, library: Library) -> Library:
    """Return the library of a tree, of which `library` is that of an earlier one.

    Topics and the labels are read one by one; after a save of anything else all is read.
    ContentError lists every file that cannot be read.
    """
    changed = {name for name in tree.since(before) if name.startswith(f"{CONTENT}/")}
    slugs = topics_of(changed)
    if not only_topics(changed - {_LABELS}) or not slugs <= library.topics.keys():
        return load_library(tree.content)
    reading = Reading()
    folders = tree.content / "topics"
    approvals = approvals_in(tree.content, reading)
    read = {s: load_topic(folders / s, reading, library.groups, approvals) for s in slugs}
    labels = library.labels
    if _LABELS in changed:
        labels = load_labels(tree.content / "labels.toml", reading)
    if reading.problems:
        raise ContentError(reading.problems)
    kept = {s: replace(t, directory=folders / s) for s, t in library.topics.items()}
    topics = {s: read.get(s, topic) for s, topic in kept.items()}
    facts = {file: tree.content / "facts" / file.name for file in set(library.fact_files.values())}
    return replace(
        library,
        directory=tree.content,
        topics=in_menu_order({s: topic for s, topic in topics.items() if topic}),
        labels=labels,
        fact_files={name: facts[file] for name, file in library.fact_files.items()},
    )


def reread_catalogs(tree: Tree, before: Tree, catalogs: Catalogs) -> Catalogs:
    """Return the languages of a tree, of which `catalogs` are those of an earlier one.

    A language whose files are the same is taken as it is. ContentError lists every file that
    cannot be read.
    """
    changed = {name for name in tree.since(before) if name.startswith(f"{LOCALES}/")}
    if not changed:
        return catalogs
    if _template(tree) in map(tree.root.joinpath, changed):
        return load_catalogs(tree.locales)
    known: dict[str, Catalog] = {}
    for catalog in catalogs:
        files = {name for name in changed if name.startswith(f"{LOCALES}/{catalog.locale}/")}
        kept = catalog if not files else _edited(catalog, files, tree, before)
        if kept:
            known[catalog.locale] = kept
    return load_catalogs(tree.locales, known=known)


def _edited(catalog: Catalog, files: set[str], tree: Tree, before: Tree) -> Catalog | None:
    """Return a language with the texts that changed; None where it has to be read whole."""
    name = f"{LOCALES}/{catalog.locale}/{_MESSAGES}"
    known = catalog.translations
    if files != {name} or not isinstance(known, Translations):
        return None
    safety = (tree.locales / catalog.locale / f"LC_MESSAGES/{SAFETY}.po", _template(tree))
    found = reread(known, before.root / name, tree.root / name, catalog.locale, safety)
    return replace(catalog, translations=found) if found else None


def _template(tree: Tree) -> Path:
    return tree.locales / f"{SAFETY}.pot"
