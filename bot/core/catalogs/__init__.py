"""From content to translators and back: texts extracted, merged, checked, and who may be served.

    texts = extract_texts(Path("content"))
    template = catalog_template(texts, "messages")
    merged = merge(read_catalog(file), template)
    problems = check_catalog(file, load_locale_rules(Path("locales"), "de"))
    standings = coverage(library, texts, {"de": translated(...)}, today)

Two domains: `safety` (urgent cards, disclaimers, refusals, countries' numbers) and `messages`
(all else). A text of both stands in `safety` alone, so that no two translations of it exist.
"""

from bot.core.catalogs.check import CATALOG_RULES, check_catalog, check_domains
from bot.core.catalogs.coverage import Standing, coverage, matrix
from bot.core.catalogs.files import (
    catalog_file,
    catalog_template,
    new_catalog,
    read_catalog,
    translated,
    write_catalog,
)
from bot.core.catalogs.locale_rules import LocaleRules, load_locale_rules
from bot.core.catalogs.merge import merge
from bot.core.catalogs.templates import Key
from bot.core.catalogs.texts import SourceText, extract_texts

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
    "matrix",
    "merge",
    "new_catalog",
    "read_catalog",
    "translated",
    "write_catalog",
]
