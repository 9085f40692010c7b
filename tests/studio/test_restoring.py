"""A page brought back as it was approved, and the log of who changed and approved what."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.model import Status
from bot.studio import reviewing
from bot.studio.edits import RefusedError
from bot.studio.history import as_csv, as_lines, history
from bot.studio.restoring import bring_back, versions
from bot.studio.revisions import RevisionError
from bot.studio.workbench import Workbench
from tests.content.conftest import Workspace
from tests.studio.conftest import AUTHOR, SIMPLE, edit, git
from tests.studio.test_reviewing import RECORD, approve, state
from tests.studio.test_studio_pages import browser, shown

PAGE = "what-it-is"


def commit(bench: Workbench, library: Workspace, message: str, author: str = AUTHOR) -> None:
    git(library.root, "add", ".")
    git(library.root, "commit", "--quiet", "-m", message, author=author)
    bench.update()


def approved_then_rewritten(bench: Workbench, library: Workspace) -> bytes:
    """Approve the page, commit that, and change the page twice since; return what was approved."""
    text = (library.content / SIMPLE).read_bytes()
    approve(bench)
    commit(bench, library, "Approval", "Robin Reader")
    edit(library, SIMPLE, "sleepy and slow", "slow and sleepy")
    commit(bench, library, "Reword")
    (library.content / SIMPLE).with_name("detailed.caregiver.md.j2").write_bytes(
        (library.content / SIMPLE).with_name("detailed.md.j2").read_bytes()
    )
    commit(bench, library, "For caregivers")
    return text


async def test_a_page_comes_back_as_it_was_approved_and_is_approved_again(
    bench: Workbench, library: Workspace
) -> None:
    text = approved_then_rewritten(bench, library)
    assert state(bench) is Status.SUBMITTED
    found = versions(library.content, bench.revisions, PAGE)
    assert [bool(one.approvals) for one in found] == [True, False, False]
    assert [one.now for one in found] == [False, True, False]
    async with browser(bench) as client:
        page = await shown(client, f"/review?page={PAGE}")
        assert '<optgroup label="Approved then">' in page
        first = found[0].commit.short
        done = await client.post("/review/back", data={"page": PAGE, "revision": first})
        assert "detailed.caregiver.md.j2 taken away, simple.md.j2 changed" in done.text
        assert "The approval of this text counts again" in done.text
    assert (library.content / SIMPLE).read_bytes() == text
    assert state(bench) is Status.APPROVED
    assert git(library.root, "log", "--oneline").count("\n") == 4, "nothing is committed"


def test_work_in_no_commit_is_never_lost(bench: Workbench, library: Workspace) -> None:
    approved_then_rewritten(bench, library)
    edit(library, SIMPLE, "slow and sleepy", "very sleepy")
    with pytest.raises(RefusedError, match="not committed, which would be lost"):
        bring_back(library.content, bench.revisions, PAGE, "HEAD~2")
    assert b"very sleepy" in (library.content / SIMPLE).read_bytes()


def test_a_page_that_fits_the_content_no_more_is_left_as_it_is(
    bench: Workbench, library: Workspace
) -> None:
    folder = (library.content / SIMPLE).parent
    edit(library, SIMPLE.parent / "topic.toml", 'group = "medicine"', 'group = "rooms"')
    edit(library, Path("topics/coming-off/topic.toml"), 'group = "medicine"', 'group = "rooms"')
    edit(library, Path("groups.toml"), "[medicine]", "[rooms]")
    commit(bench, library, "Other groups")
    before = {file: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(RefusedError, match=r"nothing was changed[^~]*no group 'medicine'"):
        bring_back(library.content, bench.revisions, PAGE, "HEAD~1")
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_what_cannot_be_brought_back_is_said(bench: Workbench, library: Workspace) -> None:
    with pytest.raises(RefusedError, match="is as it was at HEAD"):
        bring_back(library.content, bench.revisions, PAGE, "HEAD")
    with pytest.raises(RevisionError, match="no revision '--all'"):
        bring_back(library.content, bench.revisions, PAGE, "--all")
    folder = library.content / "topics" / "new-here"
    (library.content / "topics" / "coming-off").rename(folder)
    edit(library, SIMPLE.parent / "topic.toml", "coming-off", "new-here")
    commit(bench, library, "Another name")
    with pytest.raises(RefusedError, match="was not there at HEAD~1"):
        bring_back(library.content, bench.revisions, "new-here", "HEAD~1")


def test_the_log_tells_who_changed_and_who_approved_what(
    bench: Workbench, library: Workspace
) -> None:
    approved_then_rewritten(bench, library)
    events = history(library.content, bench.revisions, PAGE)
    told = {(event.what, event.who, event.told.partition(",")[0]) for event in events}
    assert ("changed", AUTHOR, "Reword") in told
    (approval,) = (event for event in events if event.what == "approved")
    assert (approval.who, approval.day) == ("Robin Reader (pharmacist)", RECORD.reviewed)
    assert "Each number against its" in approval.told
    assert approval.commit in git(library.root, "log", "--format=%h", "--grep=^Approval$")
    assert [event.day for event in events] == sorted((e.day for e in events), reverse=True)
    assert {event.page for event in events} == {PAGE}
    rows = list(csv.reader(as_csv(events).splitlines()))
    assert rows[0] == ["day", "what", "page", "who", "commit", "told"]
    assert len(rows) == len(events) + 1 == len(list(as_lines(events))) + 1


def test_an_approval_that_was_taken_out_stays_in_the_log(
    bench: Workbench, library: Workspace
) -> None:
    approved_then_rewritten(bench, library)
    (library.content / "reviews.toml").write_text("# none\n", "utf-8")
    commit(bench, library, "Withdrawn")
    approve(bench, replace(RECORD, page="coming-off", due=RECORD.reviewed.replace(month=12)))
    events = history(library.content, bench.revisions)
    told = {(event.what, event.page, bool(event.commit)) for event in events}
    assert ("approval taken out", PAGE, True) in told
    assert ("approved", "coming-off", False) in told, "in no commit yet"
    done = bring_back(library.content, bench.revisions, PAGE, "HEAD~3")
    assert done.endswith("No approval is bound to this text.")
    assert reviewing.review_of(bench.snapshot.library, PAGE).status == "submitted"
