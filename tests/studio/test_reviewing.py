"""Reviews recorded from the studio: who may, what is written, what is undone."""

import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.core.model import Status
from bot.core.reviews import fingerprint, place_of
from bot.studio import reviewing
from bot.studio.edits import RefusedError, with_entry, with_key
from bot.studio.workbench import Workbench
from tests.conftest import TODAY
from tests.content.conftest import Workspace
from tests.studio.conftest import AUTHOR, SIMPLE, edit, git

RECORD = reviewing.Record(
    page="what-it-is",
    role="pharmacist",
    reviewer="Robin Reader",
    statement='Each number against its "source"\nand the label',
    reviewed=TODAY,
    due=date(2027, 11, 21),
)


def approve(bench: Workbench, record: reviewing.Record = RECORD) -> None:
    reviewing.approve(bench.content, bench.snapshot.library, bench.revisions, record)
    bench.update()


def state(bench: Workbench, page: str = "what-it-is") -> Status:
    return reviewing.review_of(bench.snapshot.library, page).state(TODAY)


def test_an_approval_is_bound_to_the_text_and_an_edit_ends_it(
    bench: Workbench, library: Workspace
) -> None:
    comments = (library.content / "reviews.toml").read_text("utf-8")
    approve(bench)
    assert state(bench) is Status.APPROVED
    written = (library.content / "reviews.toml").read_text("utf-8")
    assert written.startswith(comments)
    (entry,) = tomllib.loads(written)["approval"]
    assert entry["content"] == fingerprint(place_of(library.content, "what-it-is"))
    assert entry["statement"] == 'Each number against its "source" and the label'
    edit(library, SIMPLE, "sleepy and slow", "slow and sleepy")
    bench.update()
    assert state(bench) is Status.SUBMITTED


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"reviewer": AUTHOR}, "made the last change"),
        ({"reviewer": f"  {AUTHOR.upper()} "}, "made the last change"),
        ({"reviewer": "Content  Team"}, "owns the page"),
        ({"role": "neighbour"}, "the role is one of"),
        ({"statement": "  "}, "what was checked"),
        ({"due": date(2027, 11, 22)}, "due by 2027-11-21"),
        ({"due": TODAY}, "due by 2027-11-21"),
        ({"page": "no-such-page"}, "there is no page"),
    ],
)
def test_who_may_not_approve_and_what_is_not_taken(
    bench: Workbench, library: Workspace, change: dict[str, object], why: str
) -> None:
    before = (library.content / "reviews.toml").read_bytes()
    with pytest.raises(RefusedError, match=re.escape(why)):
        approve(bench, replace(RECORD, **change))  # type: ignore[arg-type]
    assert (library.content / "reviews.toml").read_bytes() == before
    assert state(bench) is Status.SUBMITTED


def test_a_co_author_of_the_last_change_cannot_approve_it(
    bench: Workbench, library: Workspace
) -> None:
    edit(library, SIMPLE, "sleepy and slow", "slow and sleepy")
    message = f"Reword\n\nCo-authored-by: {RECORD.reviewer} <robin@example.org>"
    git(library.root, "commit", "--quiet", "-am", message, author="Sam Second")
    bench.update()
    with pytest.raises(RefusedError, match="Robin Reader made the last change"):
        approve(bench)


def test_an_earlier_author_may_review_what_somebody_else_changed_since(
    bench: Workbench, library: Workspace
) -> None:
    edit(library, SIMPLE, "sleepy and slow", "slow and sleepy")
    git(library.root, "commit", "--quiet", "-am", "Reword", author="Sam Second")
    bench.update()
    approve(bench, replace(RECORD, reviewer=AUTHOR))
    assert state(bench) is Status.APPROVED


def test_nobody_approves_text_whose_author_git_does_not_know(
    bench: Workbench, library: Workspace
) -> None:
    edit(library, SIMPLE, "sleepy and slow", "slow and sleepy")
    bench.update()
    with pytest.raises(RefusedError, match="not committed"):
        approve(bench)


def test_a_write_that_the_content_cannot_be_read_with_is_undone(
    bench: Workbench, library: Workspace
) -> None:
    before = (library.content / "reviews.toml").read_bytes()
    edit(library, Path("facts/small.toml"), "[WHAT-02]", "[WHAT-02")
    with pytest.raises(RefusedError, match="nothing was changed"):
        approve(bench)
    assert (library.content / "reviews.toml").read_bytes() == before
    assert not list(library.content.glob(".*"))


def test_checked_without_change_moves_the_days_and_keeps_the_rest(
    bench: Workbench, library: Workspace
) -> None:
    file = library.content / "topics/what-it-is/topic.toml"
    commented = file.read_text("utf-8").replace("due = 2027-11-20", "due = 2027-11-20  # a year")
    file.write_text(commented, "utf-8")
    print_before = fingerprint(file.parent)
    due = reviewing.note_check(
        library.content, bench.snapshot.library, "what-it-is", date(2027, 6, 1)
    )
    assert due == date(2028, 6, 1)
    text = file.read_text("utf-8")
    assert text == commented.replace("2027-11-20", "2028-06-01").replace(
        'owner = "content team"\n', 'owner = "content team"\nchecked = 2027-06-01\n'
    )
    assert fingerprint(file.parent) == print_before
    bench.update()
    review = bench.snapshot.library.topics["what-it-is"].file.review
    assert (review.checked, review.written) == (date(2027, 6, 1), TODAY)
    assert not [p for p in library.check().problems if p.rule == "review" and "far off" in p.what]


def test_an_approval_cannot_be_prolonged_without_a_review(bench: Workbench) -> None:
    approve(bench)
    with pytest.raises(RefusedError, match="record a review"):
        reviewing.note_check(bench.content, bench.snapshot.library, "what-it-is", TODAY)


def test_a_retired_topic_leads_its_readers_on_and_names_who_still_points_there(
    bench: Workbench, library: Workspace
) -> None:
    left = reviewing.retire(library.content, bench.snapshot.library, "coming-off", "what-it-is")
    assert left == ("what-it-is",)
    bench.update()
    review = bench.snapshot.library.topics["coming-off"].file.review
    assert (review.status, review.moved_to) == ("retired", "what-it-is")
    with pytest.raises(RefusedError, match="retired already"):
        reviewing.retire(library.content, bench.snapshot.library, "coming-off", "")
    with pytest.raises(RefusedError, match="another topic that is served"):
        reviewing.retire(library.content, bench.snapshot.library, "what-it-is", "coming-off")


def test_an_edit_of_one_key_leaves_every_other_line() -> None:
    text = '# head\n[review]  # state\nowner = "a # b"   # who\n\n[other]\nowner = "c"\n'
    changed = with_key(text, "review", "owner", 'd "e"')
    assert changed == text.replace('"a # b"', '"d \\"e\\""')
    added = with_key(text, "review", "due", date(2027, 1, 2))
    assert added == text.replace("# who\n", "# who\ndue = 2027-01-02\n")
    assert with_key("[review]\na = 1", "review", "b", "c") == '[review]\na = 1\nb = "c"\n'
    with pytest.raises(RefusedError, match=r"no \[missing\]"):
        with_key(text, "missing", "a", "b")
    with pytest.raises(RefusedError, match="several lines"):
        with_key('[review]\nowner = """a\nb"""\n', "review", "owner", "b")


@pytest.mark.parametrize("before", ["", "# note\n", "# note", "a = 1\n\n"])
def test_an_entry_goes_to_the_end(before: str) -> None:
    text = with_entry(before, "approval", {"page": "x\u007f\ny"})
    assert tomllib.loads(text)["approval"] == [{"page": "x\u007f y"}]
    assert text.startswith(before)
