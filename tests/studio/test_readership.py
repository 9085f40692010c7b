"""What readers said of pages, at the maintainer's screen: small numbers stay hidden."""

import asyncio
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from bot.core.address import Address, View
from bot.core.library import load_library
from bot.core.model import Audience, Level
from bot.store import open_store
from bot.store.schema import upgrade
from bot.store.usage import as_csv, usage
from bot.studio import reviewing
from bot.studio.due import digest, due, weight
from bot.studio.overview import Filter, Overview
from bot.studio.readership import Readership, Source, database_of, parse, report_of
from bot.studio.workbench import Workbench
from tests.conftest import TODAY
from tests.content.conftest import Workspace
from tests.studio.conftest import SIMPLE, edit, git
from tests.studio.test_studio_pages import browser, shown

PAGE = Address(View.PAGE, "en", Audience.PATIENT, Level.SIMPLE, topic="what-it-is")


def report(bench: Workbench, answers: Mapping[str, int], level: str = "simple") -> str:
    """Return a report in which these answers were given to the page as it is now."""
    revision = bench.snapshot.library.topics["what-it-is"].revision
    sums = {
        ("page", "what-it-is.simple.en"): 312,
        ("page", "coming-off.simple.en"): 3,
        ("feedback_yes", "coming-off.simple.en.0123abcd"): 4,
    }
    told = f"what-it-is.{level}.en.{revision}"
    return as_csv(usage(sums | {(f"feedback_{name}", told): n for name, n in answers.items()}))


def read(file: Path, text: str) -> Source:
    file.write_text(text, "utf-8")
    return report_of(file)


async def page_text(bench: Workbench, source: Source, path: str) -> str:
    async with browser(bench, readers=source) as client:
        return await shown(client, path)


async def test_a_machines_report_shows_which_pages_are_too_hard(
    bench: Workbench, tmp_path: Path
) -> None:
    source = read(tmp_path / "april.csv", report(bench, {"yes": 18, "hard": 6}))
    text = await page_text(bench, source, "/?sort=hard")
    assert "Readers&#39; answers from april.csv" in text
    assert re.search(r'312</td><td>\s*25 % <span class="small">simple, en</span>', text)
    assert "&lt;5</td>" in text
    assert text.count(">too few<") == 2
    slugs = re.findall(r'<th scope="row"><a href="/review\?page=([a-z-]+)', text)
    assert slugs == ["what-it-is", "coming-off"]


async def test_a_page_tells_what_readers_said_revision_by_revision(
    bench: Workbench, library: Workspace, tmp_path: Path
) -> None:
    before = report(bench, {"yes": 30, "wrong": 10, "hard": 1})
    edit(library, SIMPLE, "sleepy and slow", "slow and sleepy")
    git(library.root, "commit", "--quiet", "-am", "Reword")
    bench.update()
    after = report(bench, {"yes": 7, "hard": 3}).splitlines()
    rows = [line for line in after if "feedback,what-it-is" in line]
    source = read(tmp_path / "r.csv", "\n".join([*before.splitlines(), *rows]))
    text = await page_text(bench, source, f"/page?at={PAGE.pack()}")
    readers = text.partition("<h3>Readers</h3>")[2].partition("<h3>")[0]
    now, earlier = re.findall(r'<tr><th scope="row">(.*?)</tr>', readers)
    assert now.startswith("as it is now")
    assert "<td>10</td>" in now
    assert "too few to say" in now
    assert "3" not in re.sub(r"<code>.*?</code>|colspan=.5.", "", now), "small numbers stay hidden"
    assert earlier.startswith(f"{date.today():%Y-}")  # noqa: DTZ011 - git's own clock
    assert "<td>41</td>" in earlier
    assert re.findall(r"(\d+) %", earlier) == ["75", "0", "0", "0", "25"]
    overview = await page_text(bench, source, "/?sort=unhelpful")
    assert '25 % <span class="small">simple, en, earlier text</span>' in overview


def test_the_settings_database_is_read_as_its_report_would_be(
    bench: Workbench, tmp_path: Path
) -> None:
    file = tmp_path / "counters.db"
    source = database_of(f"sqlite+aiosqlite:///{file}")
    assert "no counters in the database" in source().told
    assert not file.exists()
    url = f"sqlite+aiosqlite:///{tmp_path / 'there.db'}"
    upgrade(url)

    async def readers() -> None:
        async with open_store(url, b"k" * 32) as store:
            await store.count({("page", "what-it-is.simple.en"): 40})
            await store.count({("feedback_yes", "what-it-is.simple.en.0123abcd"): 15})
            await store.count({("feedback_hard", "what-it-is.simple.en.0123abcd"): 5})

    asyncio.run(readers())
    found = database_of(url)()
    assert found.opened("what-it-is") == 40
    (rating,) = found.ratings
    assert (rating.answers, rating.share("hard"), rating.share("unhelpful")) == ("20", 25, 25)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is no report"),
        ("a,b\n1,2\n", "it is no report"),
        (f"{as_csv(usage({}))}feedback,x,9,too few", "it is no whole report"),
        (f"{as_csv(usage({}))}feedback,x,9,,,,,\n", "there is no page 'x'"),
    ],
)
def test_what_is_no_report_is_said_in_a_line(tmp_path: Path, text: str, why: str) -> None:
    found = read(tmp_path / "odd.csv", text)()
    assert why in found.told
    assert not found.known
    assert "cannot be read (FileNotFoundError)" in report_of(tmp_path / "none.csv")().told


def test_what_to_look_at_first_weighs_due_day_risk_and_views(
    bench: Workbench, library: Workspace
) -> None:
    assert weight(0, "high", 0) == 2 * weight(90, "high", 0) == 4 * weight(0, "low", 0)
    assert weight(0, "low", 9) == 2 * weight(0, "low", 0)

    def first(readers: Readership) -> list[str]:
        return [row.topic.slug for row in Overview(bench, Filter(sort="first"), readers).rows()]

    soon = bench.snapshot.library.topics["coming-off"].file.review.due
    edit(library, Path("topics/what-it-is/topic.toml"), "due = 2027-11-20", f"due = {soon}")
    bench.update()
    many = parse(report(bench, {}), "")
    assert first(many) == ["what-it-is", "coming-off"], "312 views outweigh a step of risk"
    assert first(Readership("")) == ["coming-off", "what-it-is"], "the higher risk"


def test_owners_are_told_what_is_due_the_riskiest_first(library: Workspace) -> None:
    edit(library, Path("topics/what-it-is/topic.toml"), 'owner = "content team"', 'owner = "Ana"')
    found = load_library(library.content)
    last = max(topic.file.review.due for topic in found.topics.values())
    soon = "\n".join(digest(due(found, last, 0), 0))
    team, ana = soon.split("\n\n")
    assert ana.splitlines()[0] == "Ana" or team.splitlines()[0] == "Ana"
    assert "due today" in soon
    assert "overdue by" in soon
    assert list(digest(due(found, TODAY, 30), 30)) == ["No page is overdue or due within 30 days."]
    edit(library, Path("topics/what-it-is/topic.toml"), 'owner = "Ana"', 'owner = "content team"')
    found = load_library(library.content)
    risks = [one.risk for one in due(found, last, 0)]
    assert risks == ["high", "medium"]
    reviewing.retire(library.content, found, "coming-off", "what-it-is")
    assert [one.page for one in due(load_library(library.content), last, 0)] == ["what-it-is"]
