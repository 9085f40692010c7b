"""From content to translators and back: texts extracted, merged, checked, and who may be served.

    texts = extract_texts(Path("content"))
    template = catalog_template(texts, "messages")
    merged = merge(read_catalog(file), template)
    problems = check_catalog(file, load_locale_rules(Path("locales"), "de"))
    standings = coverage(library, texts, {"de": translations(...)}, today)

Two domains: `safety` (urgent cards, disclaimers, refusals, countries' numbers) and `messages`
(all else). A text of both stands in `safety` alone, so that no two translations of it exist.
"""

from bot.core.catalogs.check import CATALOG_RULES, check_catalog, check_domains
from bot.core.catalogs.coverage import Standing, coverage, matrix, page_keys, stand
from bot.core.catalogs.files import (
    catalog_file,
    catalog_template,
    new_catalog,
    read_catalog,
    translations,
    write_catalog,
)
from bot.core.catalogs.locale_rules import LocaleRules, load_locale_rules
from bot.core.catalogs.merge import mark_editorial, merge
from bot.core.catalogs.texts import SourceText, extract_texts
from bot.core.translations import Key

__all__ = [
    "CATALOG_RULES",
    "Key",
    "LocaleRules",
    "SourceText",
    "Standing",
    "catalog_file",
    "catalog_template",
    "check_catalog",
    "check_domains",
    "coverage",
    "extract_texts",
    "load_locale_rules",
    "mark_editorial",
    "matrix",
    "merge",
    "new_catalog",
    "page_keys",
    "read_catalog",
    "stand",
    "translations",
    "write_catalog",
]
