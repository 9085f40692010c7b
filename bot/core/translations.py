"""Translations as they stand in `.po` files, and what each of them is worth.

A text is fuzzy when its source changed after it was translated. Where the change was marked as
editorial (`python -m bot i18n --editorial`: same facts, same numbers, other words), the old
translation still says what is meant and may be shown for a while; after any other change not.
"""

import gettext
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import IO

from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from bot.core.packed import Key, Packed

EDITORIAL = "editorial change on"
EDITORIAL_DAYS = timedelta(days=30)
_EDITORIAL = re.compile(rf"{EDITORIAL} (\d{{4}}-\d\d-\d\d)")
_HASH = 16

__all__ = ["EDITORIAL", "Key", "Translations", "Worth", "keys_of", "read_translations"]


class Worth(StrEnum):
    """What there is for a text in a language."""

    WHOLE = "whole"
    FROZEN = "frozen"
    FUZZY = "fuzzy"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a `.po` file, its plural forms, and how long an old translation may stand."""

    key: Key
    texts: tuple[str, ...]
    fuzzy: bool
    until: date | None


class Translations(gettext.NullTranslations):
    """The texts of one language; asked for one it has not, it returns the source."""

    def __init__(self, texts: Packed, fuzzy: Mapping[Key, date | None], plural: str) -> None:
        """Take complete texts, and which are fuzzy, with the day an editorial change ends.

        `plural` is the language's rule, as a `.po` file has it.
        """
        super().__init__()
        self.texts = texts
        self.fuzzy = fuzzy
        self.plural = plural
        self._form = gettext.c2py(plural)

    def __len__(self) -> int:
        return len(self.texts)

    def worth(self, key: Key, today: date) -> Worth:
        """Return what this language has for a text on `today`."""
        if not self.texts.get(key):
            return Worth.MISSING
        if key not in self.fuzzy:
            return Worth.WHOLE
        until = self.fuzzy[key]
        return Worth.FROZEN if until and today <= until else Worth.FUZZY

    def mark(self, key: Key) -> str:
        """Return what names a text and its translation in a record of who checked it."""
        told = "\0".join((*key, *self.texts.get(key)))
        return hashlib.sha256(told.encode()).hexdigest()[:_HASH]

    def gettext(self, message: str) -> str:
        return self.pgettext("", message)

    def pgettext(self, context: str, message: str) -> str:
        return self._shown(Key(context, message), (message,))[0]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.npgettext("", msgid1, msgid2, n)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        texts = self.texts.get(Key(context, msgid1))
        if not texts:
            return msgid1 if n == 1 else msgid2
        return texts[min(self._form(n), len(texts) - 1)]

    def _shown(self, key: Key, source: tuple[str, ...]) -> tuple[str, ...]:
        if self.fuzzy.get(key, self) is None:
            return source
        return self.texts.get(key) or source


def read_translations(files: Iterable[Path], locale: str) -> Translations:
    """Return all texts of the `.po` files of a language. OSError or ValueError for a broken one.

    An entry that lacks one of its texts counts as not there.
    """
    texts: dict[Key, tuple[str, ...]] = {}
    fuzzy: dict[Key, date | None] = {}
    for file in files:
        with file.open("rb") as stream:
            for entry in entries(stream, locale):
                if not all(entry.texts):
                    continue
                texts[entry.key] = entry.texts
                if entry.fuzzy:
                    fuzzy[entry.key] = entry.until
    return Translations(Packed.of(texts), fuzzy, get_plural(locale).plural_expr)


def entries(stream: IO[bytes], locale: str) -> Iterator[Entry]:
    """Yield every text of a `.po` file. ValueError for a broken one."""
    for message in read_po(stream, locale=locale, abort_invalid=True):
        sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if sources[0]:
            until = _frozen_until(message.user_comments) if message.fuzzy else None
            key = Key(message.context or "", sources[0])
            yield Entry(key, tuple(strings), message.fuzzy, until)


def keys_of(template: Path) -> tuple[Key, ...]:
    """Return every text that a `.pot` file asks for. OSError or ValueError for a broken one."""
    with template.open("rb") as stream:
        catalog = read_po(stream, abort_invalid=True)
    return tuple(
        Key(message.context or "", source)
        for message in catalog
        if (source := message.id if isinstance(message.id, str) else message.id[0])
    )


def _frozen_until(comments: Iterable[str]) -> date | None:
    for comment in comments:
        if found := _EDITORIAL.search(comment):
            return date.fromisoformat(found[1]) + EDITORIAL_DAYS
    return None
