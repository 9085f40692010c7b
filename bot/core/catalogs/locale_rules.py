"""What a catalog is checked against: its locale's names, forbidden words and allowances.

From `locale.toml` of the locale:

    same_as_source = ["24/7"]              # texts that rightly stay as in the source
    dose_units = ["мг", "миллиграмм*"]     # units that make a number a dose, beside mg and ml
    [names]                                # how this language writes substances and brands, `*`
    diazepam = ["диазепам*"]               # as in reading.toml; unlisted ones stay as they are
    [terms]                                # one word for one thing: what an English term is called
    "dummy pill" = ["пустышк*"]            # one of these stands where the source has the term

and from `reading.toml`: `[words.banned]`. Which names there are says the `mask` list of the
source locale's `reading.toml`.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.plurals import get_plural
from babel.numbers import get_decimal_symbol

from bot.core.i18n import SOURCE_LOCALE
from bot.core.readability import load_rules
from bot.core.readability.words import Lexicon, clean, split_words
from bot.errors import ContentError, Problem

# As boxes print them everywhere; `dose_units` adds what the language writes beside them.
_UNITS = ("mg", "mcg", "µg", "ml")


@dataclass(frozen=True, slots=True)
class LocaleRules:
    """One locale's own part of the catalog checks."""

    locale: str
    plural_forms: int
    decimal_sign: str
    source_names: Lexicon
    names: Mapping[str, Lexicon]
    banned: Lexicon
    same_as_source: frozenset[str]
    units: Lexicon
    source_terms: Lexicon
    terms: Mapping[str, Lexicon]

    def named(self, text: str) -> frozenset[str]:
        """Return the substances and brands a source text names."""
        hits = self.source_names.find(split_words(clean(text)))
        return frozenset(hit.entry.strip("*") for hit in hits)

    def names_in(self, text: str, wanted: frozenset[str]) -> frozenset[str]:
        """Return which substances and brands a translation names.

        A name without an entry under [names] is found by its source spelling; one that is
        `wanted` may carry an ending of the language.
        """
        words = split_words(clean(text))
        found = {name for name, written in self.names.items() if any(written.find(words))}
        found |= self.named(text) - self.names.keys()
        unlisted = wanted - self.names.keys()
        found |= {name for name in unlisted if any(Lexicon([f"{name}*"]).find(words))}
        return frozenset(found)


def load_locale_rules(locales: Path, locale: str) -> LocaleRules:
    """Read a locale's rules; ContentError names each file and line at fault.

    A locale without a `reading.toml` forbids no words yet.
    """
    source = load_rules(locales / SOURCE_LOCALE / "reading.toml")
    reading = locales / locale / "reading.toml"
    banned = load_rules(reading).banned if reading.exists() else Lexicon(())
    file = locales / locale / "locale.toml"
    settings = _settings(file)
    same = settings.get("same_as_source", [])
    names, terms = (_lists(file, settings, key) for key in ("names", "terms"))
    units = settings.get("dose_units", [])
    for key, texts in (("same_as_source", same), ("dose_units", units)):
        if not _are_texts(texts):
            raise ContentError([_fault(file, key, "a list of texts")])
    return LocaleRules(
        locale=locale,
        plural_forms=get_plural(locale).num_plurals,
        decimal_sign=get_decimal_symbol(locale),
        source_names=source.mask,
        names={name: Lexicon(written) for name, written in names.items()},
        banned=banned,
        same_as_source=frozenset(same),
        units=Lexicon([*_UNITS, *units]),
        source_terms=Lexicon(terms),
        terms={term: Lexicon(written) for term, written in terms.items()},
    )


def _lists(file: Path, settings: dict[str, Any], key: str) -> dict[str, list[str]]:
    table = settings.get(key, {})
    if not isinstance(table, dict):
        raise ContentError([_fault(file, key, "a table")])
    for name, written in table.items():
        if not _are_texts(written) or not written:
            raise ContentError([_fault(file, name, "a list of texts")])
    return table


def _settings(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        found = re.search(r"line (\d+)", str(error))
        what, cure = f"cannot be read: {error}", "locales/README.md shows its keys"
        problem = Problem(file, int(found[1]) if found else 0, "locale-file", what, cure)
        raise ContentError([problem]) from None


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)


def _fault(file: Path, key: str, wanted: str) -> Problem:
    lines = enumerate(file.read_text("utf-8").splitlines(), 1)
    line = next((number for number, text in lines if text.strip().startswith(key)), 0)
    what, cure = f"{key} must be {wanted}", "locales/README.md shows its keys"
    return Problem(file, line, "locale-file", what, cure)
