"""New source texts into an old catalog, as GNU `msgmerge --previous` does it, without GNU.

A text that changed keeps its translation as fuzzy, with the old source text beside it; a text
that is gone is kept as obsolete. Nothing a translator wrote is lost.
"""

from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from difflib import SequenceMatcher

import polib
from babel.messages.plurals import get_plural

from bot.core.catalogs.compare import marks, numbers
from bot.core.catalogs.files import is_complete, key_of
from bot.core.translations import EDITORIAL, Key

LEAST_ALIKE = 0.6
"""How alike two source texts are at least for one to lend its translation; msgmerge's value."""
_COMPARED = 8


def merge(catalog: polib.POFile, template: polib.POFile) -> polib.POFile:
    """Return the catalog brought up to the template: its texts, their order, their notes."""
    merged = polib.POFile(wrapwidth=0)
    merged.header = catalog.header
    merged.metadata = dict(catalog.metadata)
    merged.metadata_is_fuzzy = catalog.metadata_is_fuzzy
    old = {key_of(entry): entry for entry in sorted(catalog, key=lambda e: -e.obsolete)}
    alike = _Alike(old)
    forms = _forms(catalog)
    wanted = {key_of(entry) for entry in template}
    lent: set[Key] = set()
    for entry in template:
        key = key_of(entry)
        exact = old.get(key)
        source = exact if exact is not None else alike.nearest(key)
        if source is not None and exact is None:
            lent.add(key_of(source))
        merged.append(_filled(entry, source, forms, fuzzy=exact is None))
    for key, entry in old.items():
        if key not in wanted and key not in lent and is_complete(entry):
            kept = deepcopy(entry)
            kept.obsolete, kept.occurrences, kept.comment = True, [], ""
            merged.append(kept)
    return merged


def mark_editorial(
    old: polib.POFile, merged: polib.POFile, today: date
) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """Mark what this merge made fuzzy as an editorial change: other words for the same.

    The mark keeps the old translation in use for a while (`bot.core.translations`). A text whose
    numbers, facts or other marks changed is not marked: its change is a clinical one. Returns the
    texts that were marked, and those that were not.
    """
    taken: list[Key] = []
    refused: list[Key] = []
    known = {key_of(entry) for entry in old if not entry.obsolete}
    for entry in merged:
        if not entry.fuzzy or entry.obsolete or key_of(entry) in known:
            continue
        before = entry.previous_msgid or ""
        if [*marks(before, entry.msgid), *numbers(before, entry.msgid, ".")]:
            refused.append(key_of(entry))
            continue
        taken.append(key_of(entry))
        note = f"{EDITORIAL} {today}"
        entry.tcomment = f"{entry.tcomment}\n{note}" if entry.tcomment else note
    return tuple(taken), tuple(refused)


def _forms(catalog: polib.POFile) -> int:
    told = catalog.metadata.get("Plural-Forms", "")
    number = told.partition("nplurals=")[2].partition(";")[0].strip()
    if number.isdecimal():
        return int(number)
    return get_plural(catalog.metadata.get("Language") or "en").num_plurals


def _filled(
    entry: polib.POEntry, source: polib.POEntry | None, forms: int, *, fuzzy: bool
) -> polib.POEntry:
    """Return a template's entry with the translation of `source`, kept or marked fuzzy."""
    new = deepcopy(entry)
    new.msgstr = ""
    new.msgstr_plural = dict.fromkeys(range(forms), "") if new.msgid_plural else {}
    if source is None:
        return new
    new.tcomment = source.tcomment
    if not is_complete(source) and not source.fuzzy:
        return new
    reshaped = bool(new.msgid_plural) != bool(source.msgid_plural)
    text = source.msgstr or next(iter(source.msgstr_plural.values()), "")
    if not new.msgid_plural:
        new.msgstr = text
    elif reshaped:
        new.msgstr_plural = dict.fromkeys(range(forms), text)
    else:
        kept: Mapping[int, str] = source.msgstr_plural
        new.msgstr_plural = {form: kept.get(form, "") for form in range(forms)}
    changed = fuzzy or reshaped or new.msgid_plural != source.msgid_plural
    if changed or source.fuzzy:
        new.flags = ["fuzzy", *new.flags]
        if source.fuzzy and source.previous_msgid:
            new.previous_msgid = source.previous_msgid
            new.previous_msgctxt = source.previous_msgctxt
            new.previous_msgid_plural = source.previous_msgid_plural
        elif changed:
            new.previous_msgid = source.msgid
            new.previous_msgctxt = source.msgctxt
            new.previous_msgid_plural = source.msgid_plural or None
    return new


class _Alike:
    """Finds the translated entry whose source is most like a text.

    Character trigrams choose the few that the slow comparison is worth doing for.
    """

    def __init__(self, entries: Mapping[Key, polib.POEntry]) -> None:
        self._entries = {key: entry for key, entry in entries.items() if is_complete(entry)}
        self._holding: dict[str, list[Key]] = {}
        self._sizes: dict[Key, int] = {}
        for key in self._entries:
            grams = _trigrams(key.source)
            self._sizes[key] = len(grams)
            for gram in grams:
                self._holding.setdefault(gram, []).append(key)

    def nearest(self, key: Key) -> polib.POEntry | None:
        """Return the entry of the same context that is most alike, if one is alike enough."""
        grams = _trigrams(key.source)
        shared = Counter(other for gram in grams for other in self._holding.get(gram, ()))
        likely = sorted(
            (other for other in shared if other.context == key.context),
            key=lambda other: -2 * shared[other] / (len(grams) + self._sizes[other]),
        )
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(key.source)
        best, nearest = 0.0, None
        for other in likely[:_COMPARED]:
            matcher.set_seq1(other.source)
            ratio = matcher.ratio()
            if ratio >= LEAST_ALIKE and ratio > best:
                best, nearest = ratio, self._entries[other]
        return nearest


def _trigrams(text: str) -> set[str]:
    padded = f"  {text.casefold()} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
