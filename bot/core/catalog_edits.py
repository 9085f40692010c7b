"""A catalog after somebody saved it in an editor: only the entries that differ are parsed.

To read a `.po` file takes 15 µs a text; a translator who saves one of thirty thousand would wait
for all the others.
"""

import io
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from babel.messages.pofile import PoFileError

from bot.core.translations import Entry, Key, Translations, entries, keys_of

# An entry as all tools write it: comments, what it is asked by, its text, no empty line within.
_STRINGS = r'(?:"(?:[^"\\\n]|\\[^\n])*"\n)+'
_ENTRY = re.compile(
    rf"(?:#(?!~)[^\n]*\n)*(?:msgctxt {_STRINGS})?(?P<source>msgid {_STRINGS})"
    rf"(?:msgid_plural {_STRINGS})?(?:msgstr(?:\[\d\])? {_STRINGS})+"
)
_HEADER = 'msgid ""\n'
_BETWEEN = "\n\n"
_MOST = 200


def reread(
    known: Translations, before: Path, after: Path, locale: str, others: Iterable[Path]
) -> Translations | None:
    """Return the texts of a language after a save of one file, `known` as they were before it.

    `others` are the files whose texts must not be among those that changed. None where the change
    is anything but other words for the same texts, or broken: then all has to be read.
    """
    with suppress(OSError, ValueError, PoFileError):
        old, new = (file.read_bytes().decode().split(_BETWEEN) for file in (before, after))
        changed = _changed(old, new, locale)
        if changed is None or any(key in changed for file in others for key in keys_of(file)):
            return None
        fuzzy = {key: until for key, until in known.fuzzy.items() if key not in changed}
        fuzzy |= {key: entry.until for key, entry in changed.items() if entry.fuzzy}
        texts = known.texts.with_texts({key: entry.texts for key, entry in changed.items()})
        return Translations(texts, fuzzy, known.plural)
    return None


def _changed(old: list[str], new: list[str], locale: str) -> dict[Key, Entry] | None:
    header, kept = new[0], set(old) & set(new)
    if header not in kept or _HEADER not in header:
        return None
    gone, come = ([block for block in blocks if block not in kept] for blocks in (old, new))
    was, now = _parsed(header, gone, locale), _parsed(header, come, locale)
    if was is None or now is None or was.keys() != now.keys():
        return None
    whole = _BETWEEN.join(new)
    sources = (found["source"] for block in come if (found := _ENTRY.fullmatch(_ended(block))))
    # Where a text stands twice, only a whole reading tells which of the two is shown.
    return now if all(whole.count(source) == 1 for source in sources) else None


def _parsed(header: str, blocks: list[str], locale: str) -> dict[Key, Entry] | None:
    """Return what these blocks of a file hold, None unless it is one whole text in each."""
    if len(blocks) > _MOST or not all(_ENTRY.fullmatch(_ended(block)) for block in blocks):
        return None
    text = _BETWEEN.join((header, *map(_ended, blocks)))
    found = {entry.key: entry for entry in entries(io.BytesIO(text.encode()), locale)}
    whole = len(found) == len(blocks) and all(all(entry.texts) for entry in found.values())
    return found if whole else None


def _ended(block: str) -> str:
    return block.rstrip("\n") + "\n"
