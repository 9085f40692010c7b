"""Review states: what makes a page approved, what ends it, what readers are told and served."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot import bootstrap
from bot.config import MinStatus, Settings
from bot.core.conversation import Conversation
from bot.core.model import Reader, Tap
from bot.core.reviews import fingerprint, place_of
from bot.core.writers import plain
from bot.errors import ContentError
from tests.content.conftest import Workspace

ROOT = Path(__file__).parents[2]
PAGE = "1ppt-_en__nerve-pain"
TODAY = date(2026, 11, 21)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    return tmp_path / "content"


def approve(content: Path, page: str = "nerve-pain", reviewer: str = "R. Reader") -> None:
    values = {
        "page": f'"{page}"',
        "content": f'"{fingerprint(place_of(content, page))}"',
        "role": '"pharmacist"',
        "reviewer": f'"{reviewer}"',
        "reviewed": "2026-11-20",
        "due": "2027-05-20",
        "statement": '"each number against its source"',
    }
    lines = "\n".join(f"{key} = {value}" for key, value in values.items())
    (content / "reviews.toml").write_text(f"[[approval]]\n{lines}\n")


def set_review(content: Path, before: str, after: str, page: str = "nerve-pain") -> None:
    file = content / "topics" / page / "topic.toml"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def read(
    content: Path,
    today: date = TODAY,
    min_status: MinStatus = "submitted",
    address: str = PAGE,
) -> str:
    settings = Settings(
        content_dir=content, locales_dir=ROOT / "locales", contact="c", min_status=min_status
    )
    conversation: Conversation = bootstrap.conversation(
        bootstrap.load_content(settings), settings, lambda: today
    )
    (screen,) = conversation.respond(Reader(), Tap(address)).screens
    return plain.write(screen.document)


def test_what_ships_says_that_nobody_has_checked_it() -> None:
    assert "Not yet checked" in read(ROOT / "content")


def test_an_approval_is_told_with_role_and_day_but_no_name(content: Path) -> None:
    approve(content)
    text = read(content)
    assert "Approved by a pharmacist on November 20, 2026" in text
    assert "R. Reader" not in text


def test_any_edit_ends_the_approval(content: Path) -> None:
    approve(content)
    file = content / "topics" / "nerve-pain" / "detailed.caregiver.md.j2"
    file.write_text(file.read_text() + "\n")
    assert "Not yet checked" in read(content)


def test_check_warns_of_a_review_that_an_edit_has_ended(small: Workspace) -> None:
    approve(small.content, "coming-off")
    assert small.check().problems == ()
    set_review(small.content, "How do people come off it?", "How do I come off it?", "coming-off")
    (told,) = small.check().problems
    assert str(told) == (
        f"{small.content / 'reviews.toml'}:3: review (warning): the review of 2026-11-20 of "
        "coming-off no longer holds: the text was changed "
        "-> ask for a new one, or take the entry out"
    )
    reviews = small.content / "reviews.toml"
    before = reviews.read_text()
    approve(small.content, "coming-off")
    reviews.write_text(before + reviews.read_text())
    assert small.check().problems == (), "an older review beside one that holds is history"


def test_nobody_approves_what_they_own(content: Path) -> None:
    approve(content, reviewer="content team")
    with pytest.raises(ContentError, match=r"reviews\.toml:3: review: .*cannot approve"):
        read(content)


def test_a_topic_cannot_call_itself_approved(content: Path) -> None:
    set_review(content, 'status = "submitted"', 'status = "approved"')
    with pytest.raises(ContentError, match="record the approval in reviews"):
        read(content)


def test_a_page_past_its_day_says_so_and_a_year_later_closes(content: Path) -> None:
    approve(content)
    assert "Out of date" in read(content, date(2027, 5, 21))
    closed = read(content, date(2028, 6, 1))
    assert "not open for reading now" in closed
    assert "gabapentin" not in closed


def test_the_operator_decides_the_least_state_that_is_served(content: Path) -> None:
    assert "not open for reading now" in read(content, min_status="under_review")
    set_review(content, 'status = "submitted"', 'status = "under_review"')
    assert "Being checked" in read(content, min_status="under_review")
    assert "not open for reading now" in read(content, min_status="approved")
    approve(content)
    assert "Approved by" in read(content, min_status="approved")
    assert "not open for reading now" in read(content, date(2027, 5, 21), "approved")


def test_a_retired_page_leads_on_to_the_one_that_took_its_place(content: Path) -> None:
    set_review(content, 'status = "submitted"', 'status = "retired"')
    assert "Withdrawn" in read(content)
    set_review(content, 'status = "retired"', 'status = "retired"\nmoved_to = "long-term-pain"')
    assert "long-term pain" in read(content).lower()


@pytest.mark.parametrize(
    ("page", "address", "edit"),
    [
        ("compare", "1kps-_en___back-1_dm", ("Not known. Our", "It is not known. Our")),
        ("visit", "1qps-_en___list", ('title = "Questions', 'title = "All questions')),
        ("quiz", "1jps-_en__nerve-pain", ('title = "Check', 'title = "Now check')),
    ],
)
def test_what_stands_beside_the_pages_is_approved_in_the_same_way(
    content: Path, page: str, address: str, edit: tuple[str, str]
) -> None:
    approve(content, page)
    assert "Approved by a pharmacist" in read(content, address=address)
    file = content / f"{page}.toml"
    written = file.read_text()
    file.write_text(written.replace("due = 2027", "due = 2026"))
    assert "Approved by a pharmacist" in read(content, address=address), "its own day is no text"
    assert edit[0] in written
    file.write_text(written.replace(*edit))
    assert "Not yet checked" in read(content, address=address)


def test_a_new_title_ends_an_approval_and_a_new_day_does_not(content: Path) -> None:
    approve(content)
    set_review(content, "written = 2026-11-21", "written = 2026-11-20")
    assert "Approved by a pharmacist" in read(content)
    set_review(content, "Does diazepam help nerve pain?", "Is diazepam good for nerve pain?")
    assert "Not yet checked" in read(content)
