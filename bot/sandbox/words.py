"""The words of the chat page itself, in the language that the page's menu picks."""

import functools
import tomllib
from collections.abc import Callable
from pathlib import Path

from bot.core.i18n import SOURCE_LOCALE, load_catalogs, match_locale
from bot.errors import ContentError
from bot.sandbox.wire import Json

TABLE = "sandbox"
PageWords = Callable[[str | None], Json]


def page_words(content: Path = Path("content"), locales: Path = Path("locales")) -> PageWords:
    """Return what tells the page's words for the language code of a client.

    An answer holds `locale` (an IETF tag), `direction` and `words`, the texts of labels.toml's
    table by key. A language that is not offered gets the source language's. Files are read at
    the first question; where they cannot be, `words` is empty: the page has English of its own.
    """

    @functools.cache
    def read() -> dict[str, Json]:
        labels = tomllib.loads((content / "labels.toml").read_text("utf-8"))
        return {
            catalog.locale: {
                "locale": catalog.locale.replace("_", "-"),
                "direction": catalog.direction,
                "words": {key: catalog.text(text) for key, text in labels[TABLE].items()},
            }
            for catalog in load_catalogs(locales)
        }

    def words(code: str | None) -> Json:
        try:
            known = read()
        except (OSError, KeyError, ValueError, ContentError):
            return {"locale": SOURCE_LOCALE, "direction": "ltr", "words": {}}
        return known[match_locale(code, known)[0]]

    return words
