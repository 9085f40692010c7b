"""`.pot` and `.po` files: built, read, and written in one form that only changed texts change.

No dates and no line numbers stand in them; lines are not wrapped.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import polib
from babel.messages.plurals import get_plural

from bot.core.catalogs.texts import SourceText
from bot.core.i18n import DOMAINS
from bot.core.translations import Key, Translations, read_translations
from bot.errors import ContentError, Problem

_HEADER = "Source texts of {domain}, extracted by `make i18n`. Changed in content/, never here."
_LINE = re.compile(
    r'#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"(?:[^"\\]|\\.)*+"'
)
_PROJECT = {
    "Project-Id-Version": "clearleaf",
    "Language": "",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}


def catalog_file(locales: Path, locale: str, domain: str) -> Path:
    """Return where the catalog of a locale and domain stands."""
    return locales / locale / "LC_MESSAGES" / f"{domain}.po"


def catalog_template(texts: Iterable[SourceText], domain: str) -> polib.POFile:
    """Return the `.pot` of a domain."""
    template = polib.POFile(wrapwidth=0)
    template.header = _HEADER.format(domain=domain)
    template.metadata = dict(_PROJECT)
    for text in texts:
        if text.domain == domain:
            template.append(_entry(text))
    return template


def new_catalog(locale: str) -> polib.POFile:
    """Return the catalog of a locale nobody has translated into yet."""
    catalog = polib.POFile(wrapwidth=0)
    forms = get_plural(locale)
    catalog.metadata = {
        **_PROJECT,
        "Language": locale,
        "Plural-Forms": f"nplurals={forms.num_plurals}; plural={forms.plural_expr};",
    }
    return catalog


def read_catalog(source: Path | str) -> polib.POFile:
    """Read a `.po` or `.pot` file, or the text of one; ContentError where it is broken."""
    cure = "mend it, or take the last good version; `msgfmt -c` says more"
    try:
        if isinstance(source, Path):
            _refuse_odd_lines(source, cure)
        return polib.pofile(str(source), wrapwidth=0, check_for_duplicates=True, encoding="utf-8")
    except (OSError, ValueError) as error:
        file = source if isinstance(source, Path) else Path()
        told = str(error).removeprefix("Syntax error in po file ").replace(str(source), "").strip()
        line = next((int(part) for part in told.split() if part.rstrip(":").isdigit()), 0)
        raise ContentError(
            [Problem(file, line, "po-file", f"cannot be read: {told}", cure)]
        ) from None


def write_catalog(file: Path, catalog: polib.POFile) -> bool:
    """Write a catalog in the one form; return whether that changed the file."""
    text = str(catalog)
    if file.exists() and file.read_text("utf-8") == text:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8", newline="\n")
    return True


def translations(locales: Path, locale: str) -> Translations:
    """Return what a locale has, nothing without catalogs; ContentError for a broken one."""
    files = [catalog_file(locales, locale, domain) for domain in DOMAINS]
    found = [file for file in files if file.exists()]
    for file in found:
        read_catalog(file)
    return read_translations(found, locale)


def key_of(entry: polib.POEntry) -> Key:
    """Return what an entry is asked by."""
    return Key(entry.msgctxt or "", entry.msgid)


def is_complete(entry: polib.POEntry) -> bool:
    """Tell whether an entry has all its texts, fuzzy or not."""
    if entry.msgid_plural:
        return bool(entry.msgstr_plural) and all(entry.msgstr_plural.values())
    return bool(entry.msgstr)


def _refuse_odd_lines(file: Path, cure: str) -> None:
    """Raise for a line that is none of gettext's: polib reads over an open quote."""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if line.strip() and not _LINE.fullmatch(line.strip()):
            what = f"{line.strip()[:40]!r} is no line of a catalog"
            raise ContentError([Problem(file, number, "po-file", what, cure)])


def _entry(text: SourceText) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=text.key.source,
        msgctxt=text.key.context or None,
        comment="\n".join(text.notes),
        occurrences=[(file, "") for file in text.files],
        flags=["python-format"] if text.formatted else [],
    )
    if text.plural:
        entry.msgid_plural = text.plural
        entry.msgstr_plural = {0: "", 1: ""}
    return entry
