"""Languages: catalogs read straight from `.po`, the reader's locale, dates and numbers.

A catalog is asked by the English source text (gettext). Locale codes are written as Babel
writes them: `en`, `pt_BR`, `zh_Hans`.
"""

import gettext
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import cast

from babel import Locale
from babel.core import get_global
from babel.dates import format_date
from babel.messages.pofile import PoFileError

from bot.core import catalog_cache
from bot.core.model import Direction
from bot.core.translations import Key, Translations, Worth
from bot.errors import ContentError, Problem

SOURCE_LOCALE = "en"
SAFETY = "safety"
DOMAINS = (SAFETY, "messages")

_LIKELY: Mapping[str, str] = get_global("likely_subtags")
_OLD_CODES = {"iw": "he", "in": "id", "no": "nb", "tl": "fil", "ji": "yi"}
_SCRIPT_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Catalog:
    """One language: its own name, its direction, and its translations of the source texts.

    `typed`: whether typed questions are answered in it (`typed_questions` in its locale.toml).
    `checked`: the marks of the translations that somebody fluent has checked.
    """

    locale: str
    name: str
    direction: Direction = "ltr"
    translations: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)
    typed: bool = False
    checked: frozenset[str] = frozenset()

    def text(self, source: str, context: str = "") -> str:
        """Return the translation of `source`, or `source` itself where there is none."""
        if not source:
            return ""
        if context:
            return self.translations.pgettext(context, source)
        return self.translations.gettext(source)

    def worth(self, key: Key, today: date) -> Worth:
        """Return what this language has for a text on `today`; the source language has all."""
        if isinstance(self.translations, Translations):
            return self.translations.worth(key, today)
        return Worth.WHOLE

    def is_checked(self, key: Key) -> bool:
        """Tell whether somebody fluent has checked this very translation of a text."""
        if not isinstance(self.translations, Translations):
            return True
        return bool(self.checked) and self.translations.mark(key) in self.checked

    def date(self, day: date) -> str:
        """Return a day with the month's name: no reader has to guess which number is the month.

        Without an abbreviated "year" behind it, whose full stop a sentence's own would double.
        """
        return _YEAR_MARK.sub("", format_date(day, format="long", locale=self.locale))


_YEAR_MARK = re.compile(r"\s*[^\W\d]+\.$")
_NONE: Mapping[str, Catalog] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Catalogs:
    """All languages that are offered; the source language is always among them."""

    by_locale: Mapping[str, Catalog]

    def __getitem__(self, locale: str) -> Catalog:
        """Return the catalog of `locale`, the source language's for one that is not offered."""
        return self.by_locale.get(locale) or self.by_locale[SOURCE_LOCALE]

    def __len__(self) -> int:
        return len(self.by_locale)

    def __contains__(self, locale: object) -> bool:
        return locale in self.by_locale

    def __iter__(self) -> Iterator[Catalog]:
        return iter(self.by_locale.values())

    def match(self, code: str | None) -> tuple[str, bool]:
        """Return the locale for a client's language tag and whether it is just what was asked."""
        return match_locale(code, self.by_locale)


def load_catalogs(
    directory: Path, folder: Path | None = None, known: Mapping[str, Catalog] = _NONE
) -> Catalogs:
    """Read every `<locale>/locale.toml` below `directory`, with its `.po` files.

    A locale other than the source is offered when its safety texts are complete, as the template
    `safety.pot` lists them. `folder` is where texts may be kept for the next start; languages that
    are `known` are taken as they are. Raises ContentError naming each file that cannot be read.
    """
    found: dict[str, Catalog] = {}
    problems: list[Problem] = []
    for file in sorted(directory.glob("*/locale.toml")):
        if kept := known.get(file.parent.name):
            found[kept.locale] = kept
            continue
        try:
            catalog = _load_catalog(file, folder)
        except (OSError, PoFileError, KeyError, TypeError, ValueError) as error:
            problems.append(
                Problem(file, 0, "locale-file", f"cannot be read: {error!r}", "mend the file")
            )
            continue
        if catalog is not None:
            found[catalog.locale] = catalog
    if SOURCE_LOCALE not in found and not problems:
        where = directory / SOURCE_LOCALE / "locale.toml"
        problems.append(
            Problem(where, 0, "locale-file", "is missing", "add it with `name` and `direction`")
        )
    if problems:
        raise ContentError(problems)
    return Catalogs(found)


def _load_catalog(file: Path, folder: Path | None) -> Catalog | None:
    settings = tomllib.loads(file.read_text("utf-8"))
    locale = file.parent.name
    Locale.parse(locale)
    direction = cast("Direction", settings.get("direction", "ltr"))
    if locale == SOURCE_LOCALE:
        return Catalog(locale, settings["name"], direction, typed=_typed(settings))
    files = [file.parent / "LC_MESSAGES" / f"{domain}.po" for domain in DOMAINS]
    if not all(po.exists() for po in files):
        return None
    template = file.parent.parent / f"{SAFETY}.pot"
    translations = catalog_cache.offered(files, template, locale, folder)
    if translations is None:
        return None
    checked = frozenset(map(str, _reviewed(file.parent / "reviewed.toml")))
    typed = _typed(settings)
    return Catalog(locale, settings["name"], direction, translations, typed, checked)


def _reviewed(file: Path) -> Iterator[object]:
    """Yield the marks of checked translations that `reviewed.toml` of a locale lists."""
    if file.exists():
        for review in tomllib.loads(file.read_text("utf-8")).get("review", ()):
            yield from review["texts"]


def _typed(settings: Mapping[str, object]) -> bool:
    answer = settings.get("typed_questions", False)
    if not isinstance(answer, bool):
        raise ValueError("typed_questions is true or false")  # noqa: TRY004 - told with the file
    return answer


def match_locale(code: str | None, available: Iterable[str]) -> tuple[str, bool]:
    """Return (locale, exact) for an IETF tag a client sent, however odd.

    Same language *and* script, the region only breaks ties; never a related language, never
    another script. Anything else is the source language, not exact.
    """
    parts = (code or "").replace("_", "-").split("-")
    language = _OLD_CODES.get(parts[0].lower(), parts[0].lower())
    if not (language.isascii() and language.isalpha()):
        return SOURCE_LOCALE, False
    script = next((p.title() for p in parts[1:] if len(p) == _SCRIPT_LENGTH and p.isalpha()), "")
    region = next((p.upper() for p in parts[1:] if _is_region(p)), "")
    if not script:
        script = _script(language, region)
    best: tuple[int, str, bool] | None = None
    for candidate in available:
        known = Locale.parse(candidate)
        if known.language != language:
            continue
        known_script = known.script or _script(known.language, known.territory or "")
        if script and known_script and script != known_script:
            continue
        same_region = bool(known.territory) and known.territory == region
        score = 2 if same_region else 0 if known.territory else 1
        if best is None or score > best[0]:
            exact = not known.territory or region in ("", known.territory)
            best = (score, candidate, exact)
    return (best[1], best[2]) if best else (SOURCE_LOCALE, False)


def _is_region(part: str) -> bool:
    return (len(part), part.isalpha()) == (2, True) or (len(part), part.isdigit()) == (3, True)


def _script(language: str, region: str) -> str:
    likely = (region and _LIKELY.get(f"{language}_{region}")) or _LIKELY.get(language, "")
    return next((p for p in likely.split("_") if len(p) == _SCRIPT_LENGTH), "")
