"""The library as it stands, in every language: served, frozen, or known to be behind."""

import tomllib

import pytest

from bot import i18n
from bot.core import catalogs
from bot.core.i18n import DOMAINS
from bot.core.library import load_library
from bot.core.model import Audience, Level
from bot.core.translations import Worth
from tests.conftest import ROOT, TODAY

LOCALES = ROOT / "locales"
KNOWN: dict[str, str] = tomllib.loads((LOCALES / "behind.toml").read_text("utf-8"))["pages"]


def test_every_page_is_served_in_every_language_or_known_to_be_behind() -> None:
    library, texts = load_library(ROOT / "content"), catalogs.extract_texts(ROOT / "content")
    done = {name: catalogs.translations(LOCALES, name) for name in i18n.languages(LOCALES)}
    assert set(done) == {"ar", "de", "es", "ru"}
    standings = catalogs.coverage(library, texts, done, TODAY)
    pages = len(library.topics) * len(Level) * len(Audience)
    assert len(standings) == pages * len(done)
    behind = {
        f"{one.locale} {one.topic} {one.level} {one.audience}": one.told
        for one in standings
        if not one.served
    }
    told = "\n".join(f"{page}: {why}" for page, why in behind.items())
    assert behind.keys() == KNOWN.keys(), told
    assert all(why.strip() for why in KNOWN.values())


@pytest.mark.parametrize("name", i18n.languages(LOCALES))
def test_a_language_with_no_page_behind_has_every_other_text_too(name: str) -> None:
    """Cards, commands, compare, visit questions and quiz are in no page of the matrix."""
    if any(page.startswith(f"{name} ") for page in KNOWN):
        pytest.skip(f"{name} is behind: locales/behind.toml says why")
    done = catalogs.translations(LOCALES, name)
    texts = catalogs.extract_texts(ROOT / "content")
    assert {text.domain for text in texts} == set(DOMAINS)
    usable = (Worth.WHOLE, Worth.FROZEN)
    behind = [text.key for text in texts if done.worth(text.key, TODAY) not in usable]
    assert not behind, behind[:5]
