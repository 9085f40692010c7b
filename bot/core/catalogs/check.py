"""The rules for every translation, each fault told with file, line, rule and cure.

Only what could be served is looked at: translated entries that are neither fuzzy nor obsolete.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import polib

from bot.core.catalogs import compare
from bot.core.catalogs.files import is_complete, key_of, read_catalog
from bot.core.catalogs.locale_rules import LocaleRules
from bot.core.catalogs.texts import SERVICE
from bot.core.readability.words import clean, split_words
from bot.core.words import BUTTON_CONTEXT
from bot.errors import ContentError, Problem

CATALOG_RULES: Final[dict[str, str]] = {
    "po-file": "A catalog can be read, holds each text once, and says its language and plurals.",
    "po-domains": "A text of both domains has one translation.",
    "po-placeholder": "The same %(name)s stand in both texts; no other per cent sign is bare.",
    "po-plural": "Every plural form of the language is there.",
    "po-marks": "Citations, glossary marks, bold, tags and line beginnings are the source's.",
    "po-number": "The same numbers stand in both texts, written as the language writes them.",
    "po-name": "The same substances and brands are named.",
    "po-term": "A term of the locale's list is said in the words that the list has for it.",
    "po-bidi": "No direction marks are typed; the renderer sets them.",
    "po-button": "A button has at most 20 characters (warns), 28 where it stands alone.",
    "po-title": "A page title has at most 40 characters.",
    "po-english": "No text of 3 words or more is left as it was.",
    "po-space": "Spaces at either end are those of the source.",
    "po-punctuation": "The text ends as the source does: full stop, question, or nothing.",
    "po-banned": "No word that the language's reading.toml forbids.",
}

MAX_TITLE = 40
MAX_BUTTON, MAX_BUTTON_ALONE = 20, 28
_LEFTOVER_WORDS = 3
_SHOWN = 40
# Plural forms that speak of one or two things may leave the count out ("a day", "two days").
_FORMS_WITHOUT_COUNT = 3


class _Fault(NamedTuple):
    rule: str
    what: str
    cure: str
    warning: bool = False


def check_catalog(file: Path, rules: LocaleRules) -> Iterator[Problem]:
    """Yield every fault of one `.po` file. Never raises for a broken one: that is its finding."""
    try:
        catalog = read_catalog(file)
    except ContentError as error:
        yield from error.problems
        return
    yield from _header(file, catalog, rules)
    for entry in catalog:
        if not entry.obsolete and not entry.fuzzy:
            yield from _entry(file, entry, rules)


def check_domains(first: Path, second: Path) -> Iterator[Problem]:
    """Yield the texts that two catalogs of one locale translate differently."""
    theirs = {key_of(entry): entry for entry in read_catalog(first) if _is_served(entry)}
    for entry in read_catalog(second):
        other = theirs.get(key_of(entry))
        if other is not None and _is_served(entry) and other.msgstr != entry.msgstr:
            what = f"{_shown(entry)} is translated otherwise in {first.name}"
            cure = f"keep the one in {first.name}; `make i18n` takes the other out"
            yield Problem(second, entry.linenum or 0, "po-domains", what, cure)


def _is_served(entry: polib.POEntry) -> bool:
    return is_complete(entry) and not entry.fuzzy and not entry.obsolete


def _header(file: Path, catalog: polib.POFile, rules: LocaleRules) -> Iterator[Problem]:
    cure = "take the header that `make i18n` writes for a new catalog"
    language = catalog.metadata.get("Language", "")
    if language != rules.locale:
        what = f"Language is {language!r}, the folder is {rules.locale!r}"
        yield Problem(file, 1, "po-file", what, cure)
    if "charset=UTF-8" not in catalog.metadata.get("Content-Type", ""):
        yield Problem(file, 1, "po-file", "Content-Type is not UTF-8", cure)
    forms = catalog.metadata.get("Plural-Forms", "").replace(" ", "")
    if not forms.startswith(f"nplurals={rules.plural_forms};"):
        what = f"Plural-Forms must have nplurals={rules.plural_forms}"
        yield Problem(file, 1, "po-plural", what, cure)


def _entry(file: Path, entry: polib.POEntry, rules: LocaleRules) -> Iterator[Problem]:
    if entry.msgid_plural:
        yield from _plural(file, entry, rules)
        return
    if entry.msgstr:
        for fault in _faults(entry, entry.msgid, entry.msgstr, rules):
            yield _problem(file, entry, fault)


def _plural(file: Path, entry: polib.POEntry, rules: LocaleRules) -> Iterator[Problem]:
    forms = {int(form): text for form, text in entry.msgstr_plural.items()}
    if not any(forms.values()):
        return
    empty = [form for form in range(rules.plural_forms) if not forms.get(form)]
    if empty:
        what = f"plural form {', '.join(map(str, empty))} is missing"
        cure = f"fill all {rules.plural_forms} forms"
        yield _problem(file, entry, _Fault("po-plural", what, cure))
    for form, text in forms.items():
        source = entry.msgid if form == 0 and rules.plural_forms > 1 else entry.msgid_plural
        for fault in _faults(entry, source, text, rules) if text else ():
            dropped = fault.rule == "po-placeholder" and fault.what.startswith(compare.DROPPED)
            if not (dropped and form < _FORMS_WITHOUT_COUNT):
                yield _problem(file, entry, fault)


def _faults(entry: polib.POEntry, source: str, text: str, rules: LocaleRules) -> Iterator[_Fault]:
    formatted = "python-format" in entry.flags or "%(" in source
    if formatted:
        for what in compare.placeholders(source, text):
            yield _Fault(
                "po-placeholder", what, "copy the %(name)s of the source; write %% for a sign"
            )
    for what in compare.marks(source, text):
        yield _Fault("po-marks", what, "set the marks of the source around the same words")
    for what in compare.numbers(source, text, rules.decimal_sign):
        cure = f"write the source's numbers in digits, with {rules.decimal_sign!r} for decimals"
        yield _Fault("po-number", what, cure)
    yield from _words(source, text, rules)
    same = text.strip() == source.strip() and source.strip() not in rules.same_as_source
    if same and SERVICE not in entry.comment and _is_prose(source):
        cure = "translate it, or list it under same_as_source in locale.toml"
        yield _Fault("po-english", "is left as it was", cure)
    if compare.has_bidi_marks(text):
        yield _Fault("po-bidi", "a direction mark is typed", "take it out; the renderer sets them")
    yield from _lengths(entry, source, text)
    if compare.edges(source) != compare.edges(text):
        yield _Fault("po-space", "spaces at the ends differ", "begin and end as the source does")
    if compare.ending(source) != compare.ending(text):
        what = f"ends as {compare.ending(text)}, the source as {compare.ending(source)}"
        yield _Fault("po-punctuation", what, "end it as the source ends")


def _words(source: str, text: str, rules: LocaleRules) -> Iterator[_Fault]:
    bare_source, bare = compare.bare(source), compare.bare(text)
    wanted = rules.named(bare_source)
    found = rules.names_in(bare, wanted)
    for name in sorted(wanted - found):
        cure = "name it, or list how your language writes it under [names] in locale.toml"
        yield _Fault("po-name", f"{name} is not named", cure)
    for name in sorted(found - wanted):
        yield _Fault(
            "po-name", f"{name} is named, the source does not", "name what the source names"
        )
    words = split_words(clean(bare))
    for term in {hit.entry for hit in rules.source_terms.find(split_words(clean(bare_source)))}:
        if not any(rules.terms[term].find(words)):
            cure = "use the word of [terms] in locale.toml, or add the form this text needs there"
            yield _Fault("po-term", f"{term!r} is said in other words", cure)
    for hit in rules.banned.find(words):
        said = " ".join(word.text for word in words[hit.start : hit.end])
        yield _Fault("po-banned", f"{said!r} is forbidden", f"say {hit.note!r}")


def _is_prose(text: str) -> bool:
    words = [word for word in split_words(clean(compare.bare(text))) if not word.is_number]
    return len(words) >= _LEFTOVER_WORDS


def _lengths(entry: polib.POEntry, source: str, text: str) -> Iterator[_Fault]:
    context = entry.msgctxt or ""
    if context == BUTTON_CONTEXT and len(text) > MAX_BUTTON:
        what = f"has {len(text)} characters"
        if len(text) > MAX_BUTTON_ALONE:
            yield _Fault(
                "po-button", what, f"shorten it to {MAX_BUTTON}, {MAX_BUTTON_ALONE} at most"
            )
        elif len(source) <= MAX_BUTTON:
            yield _Fault("po-button", what, f"shorten it to {MAX_BUTTON} where you can", True)
    if context.endswith(":title") and len(text) > MAX_TITLE:
        yield _Fault("po-title", f"has {len(text)} characters", f"shorten it to {MAX_TITLE}")


def _problem(file: Path, entry: polib.POEntry, fault: _Fault) -> Problem:
    what = f"{_shown(entry)}: {fault.what}"
    return Problem(file, entry.linenum or 0, fault.rule, what, fault.cure, fault.warning)


def _shown(entry: polib.POEntry) -> str:
    text: str = entry.msgid
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
