"""Languages as an earlier start read them, for as long as their files stay the same.

To read a `.po` file takes 10 µs a text; a start with five languages would spend most of its time
on that.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from bot.core.packed import Packed
from bot.core.safety import cache
from bot.core.translations import Key, Translations, Worth, keys_of, read_translations

_FORM = b"1"  # of what is stored; another number makes older files unusable


def offered(
    files: Sequence[Path], template: Path, locale: str, folder: Path | None
) -> Translations | None:
    """Return the texts of a language, None where one that `template` asks for is not whole.

    `folder` is where they may be kept for the next start. OSError or ValueError for a broken
    file.
    """
    if folder is None:
        return _read(files, template, locale)
    path, key = folder / f"{locale}.catalog", _key((*files, template))
    with suppress(cache.UnusableCacheError, KeyError, TypeError, ValueError):
        return _restored(cache.read(path, key))
    found = _read(files, template, locale)
    with suppress(OSError):  # a start from a place nobody may write to takes longer, that is all
        cache.write(path, key, _stored(found))
    return found


def _read(files: Sequence[Path], template: Path, locale: str) -> Translations | None:
    found = read_translations(files, locale)
    whole = all(found.worth(key, date.max) is Worth.WHOLE for key in keys_of(template))
    return found if whole else None


def _stored(found: Translations | None) -> cache.Stored:
    if found is None:
        return {"offered": False}
    fuzzy = [[*key, until and until.isoformat()] for key, until in found.fuzzy.items()]
    return {
        "offered": True,
        "plural": found.plural,
        "fuzzy": {"rows": fuzzy},
        "names": found.texts.names,
        "ends": found.texts.ends,
        "body": found.texts.body,
    }


def _restored(kept: cache.Stored) -> Translations | None:
    if not kept["offered"]:
        return None
    fuzzy = {
        Key(context, source): date.fromisoformat(until) if until else None
        for context, source, until in kept["fuzzy"]["rows"]
    }
    texts = Packed(kept["names"], kept["ends"], kept["body"])
    return Translations(texts, fuzzy, kept["plural"])


def _key(files: Sequence[Path]) -> str:
    told = hashlib.sha256(_FORM)
    for file in files:
        told.update(hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()
