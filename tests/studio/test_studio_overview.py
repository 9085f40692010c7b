"""The table and the charts: how every page stands once all have been looked at."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bot.studio import reviewing
from bot.studio.overview import Cell, Filter, Overview
from bot.studio.pictures import growth, readability
from bot.studio.readership import nobody
from bot.studio.views import Views
from bot.studio.workbench import Workbench
from tests.conftest import TODAY
from tests.content.conftest import Workspace
from tests.studio.conftest import SIMPLE, edit, git


def looked_at(bench: Workbench) -> Workbench:
    """Let the background look at every page, and end it."""
    bench.start()
    deadline = time.monotonic() + 60
    while not all(map(bench.checked, bench.snapshot.library.topics.values())):
        assert time.monotonic() < deadline, "the pages were not looked at"
        time.sleep(0.05)
    bench.stop()
    return bench


def cells(bench: Workbench, **wanted: str) -> Iterator[Cell]:
    for row in Overview(bench, Filter(**wanted), nobody()).rows():
        for column in row.cells:
            yield from column


def test_a_page_with_a_fault_fails_and_those_that_extend_it_too(
    bench: Workbench, library: Workspace
) -> None:
    edit(library, SIMPLE, "[@WHAT-03]", "[@WHAT-99]")
    bench.update()
    looked_at(bench)
    failing = {
        (cell.address.topic, cell.address.level, cell.address.audience)
        for cell in cells(bench, standing="failing")
    }
    assert ("what-it-is", "simple", "general") in failing
    assert ("what-it-is", "simple", "caregiver") in failing
    assert not any(topic == "coming-off" for topic, _, _ in failing)
    assert bench.unchecked() == 0


def test_overdue_and_retired_pages_stand_apart(library: Workspace) -> None:
    later = TODAY + timedelta(days=400)
    bench = Workbench(library.content, library.locales, lambda: later)
    assert {cell.standing for cell in cells(bench)} == {"overdue"}
    reviewing.retire(library.content, bench.snapshot.library, "coming-off", "what-it-is")
    bench.update()
    assert {cell.address.topic for cell in cells(bench, standing="closed")} == {"coming-off"}
    assert Overview(bench, Filter(), nobody()).counts()["overdue"] == 9


def test_rows_come_by_due_day_or_by_risk(bench: Workbench, library: Workspace) -> None:
    edit(library, Path("topics/coming-off/topic.toml"), 'risk = "high"', 'risk = "low"')
    bench.update()
    by_risk = [row.topic.slug for row in Overview(bench, Filter(sort="risk"), nobody()).rows()]
    assert by_risk == ["what-it-is", "coming-off"]
    by_due = [row.due for row in Overview(bench, Filter(), nobody()).rows()]
    assert by_due == sorted(by_due)


def test_charts_tell_in_words_what_they_show(bench: Workbench, library: Workspace) -> None:
    assert growth(bench) == "", "one change is no line"
    file = library.content / "topics/coming-off/simple.caregiver.md.j2"
    file.write_text((file.parent / "simple.md.j2").read_text("utf-8"), "utf-8")
    git(library.root, "add", ".")
    git(library.root, "commit", "--quiet", "-m", "For caregivers")
    bench.update()
    assert "9 files" in growth(bench)
    looked_at(bench)
    for title, chart, told in readability(bench):
        assert "by level" in title
        assert "<circle" in chart
        assert all("median" in line for line in told)


def test_a_question_is_answered_as_the_bot_would(bench: Workbench) -> None:
    views = Views(bench, None)
    assert views.ask({})["answer"] is None
    shown = views.ask({"text": "what is it for"})
    answer = shown["answer"]
    assert answer.screens
    assert len(shown["bubbles"]) == len(answer.screens)
    ((locale, match),) = answer.matches
    assert locale == "en"
    assert match.topics[0] == "what-it-is"
    typed = [catalog.locale for catalog in bench.snapshot.catalogs if catalog.typed]
    assert list(answer.answered) == typed
