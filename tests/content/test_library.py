"""The real content: every page holds to every rule, and every statement leads to a source."""

from datetime import date
from pathlib import Path

import pytest

from bot import bootstrap
from bot.config import Settings
from bot.core.checks import Report, check_all
from bot.core.checks.text import page_lines
from bot.core.i18n import SOURCE_LOCALE
from bot.core.library import load_library
from bot.core.model import Audience, Cite, Level
from bot.core.render import Renderer
from tests.conftest import ROOT, TODAY

CONTENT, LOCALES = ROOT / "content", ROOT / "locales"


def _pages() -> list[tuple[str, Level, Audience]]:
    """Return every file of every topic, named by what it answers and for whom."""
    found = []
    for file in sorted((CONTENT / "topics").glob("*/*.md.j2")):
        level, _, audience = file.name.removesuffix(".md.j2").partition(".")
        found.append((file.parent.name, Level(level), Audience(audience or "general")))
    return found


PAGES = _pages()


@pytest.fixture(scope="module")
def report() -> Report:
    return check_all(CONTENT, LOCALES, TODAY)


@pytest.fixture(scope="module")
def renderer(content: bootstrap.Content) -> Renderer:
    return Renderer(content.library, content.catalogs)


@pytest.mark.parametrize(
    ("topic", "level", "audience"), PAGES, ids=["/".join(page) for page in PAGES]
)
def test_page_has_no_fault(topic: str, level: Level, audience: Audience, report: Report) -> None:
    name = f"{level}.md.j2" if audience is Audience.GENERAL else f"{level}.{audience}.md.j2"
    file = CONTENT / "topics" / topic / name
    faults = [str(p) for p in report.problems if p.file == file and not p.warning]
    assert not faults, "\n".join(faults)
    assert [p for p in report.pages if (p.topic, p.level, p.audience) == (topic, level, audience)]


def test_nothing_beside_the_pages_has_a_fault(report: Report) -> None:
    pages = {CONTENT / "topics" / topic for topic, _, _ in PAGES}
    faults = [
        str(p)
        for p in report.problems
        if not p.warning and not (p.file.parent in pages and p.file.suffix == ".j2")
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("topic", "level", "audience"), PAGES, ids=["/".join(page) for page in PAGES]
)
def test_every_statement_leads_to_a_numbered_source(
    topic: str, level: Level, audience: Audience, renderer: Renderer
) -> None:
    library = renderer.library
    page = renderer.page(library.topics[topic], level, audience, SOURCE_LOCALE)
    cites = [i for line in page_lines(page) for i in line if isinstance(i, Cite)]
    assert cites
    for cite in cites:
        sources = {s for fact in cite.facts for s in library.facts[fact].sources}
        assert {page.sources[number - 1] for number in cite.numbers} == sources
        assert sources <= library.sources.keys()


def test_every_source_says_where_it_was_seen(content: bootstrap.Content) -> None:
    for name, source in content.library.sources.items():
        reachable = source.url or source.doi or source.via or source.note or source.title
        assert reachable, name
        assert source.checked[:4].isdigit(), name
        assert date(int(source.checked[:4]), 1, 1) <= TODAY, name


def test_nothing_is_said_to_be_approved_without_a_review(content: bootstrap.Content) -> None:
    for slug, topic in content.library.topics.items():
        review = topic.file.review
        if review.status == "approved":
            assert review.role, slug
            assert review.reviewed, slug


def test_settings_point_at_the_content_that_is_checked(settings: Settings) -> None:
    assert Path(settings.content_dir) == CONTENT
    assert load_library(settings.content_dir).directory == CONTENT
