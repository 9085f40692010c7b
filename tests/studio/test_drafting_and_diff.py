"""A maintainer begins a topic, and shows what a change does to readers."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.cli.annotating import annotation
from bot.core.library import load_library
from bot.errors import ConfigError, Problem
from bot.studio.changes import changes_since
from bot.studio.drafting import Draft, new_topic
from bot.studio.edits import RefusedError
from bot.studio.revisions import RevisionError
from tests.conftest import TODAY
from tests.content.conftest import Workspace
from tests.studio.conftest import SIMPLE, edit, git

DRAFT = Draft("heat", "Does heat help?", "Heat", "medicine", "high", "content team")


def draft(library: Workspace, wanted: Draft = DRAFT, today: date = TODAY) -> tuple[Path, ...]:
    return new_topic(library.content, load_library(library.content), wanted, today)


def changed(library: Workspace, revision: str = "HEAD") -> list[str]:
    found = changes_since(library.content, library.locales, revision, lambda: TODAY)
    return "\n".join(found.report()).splitlines()


def test_a_new_topic_says_place_by_place_what_is_to_be_written(library: Workspace) -> None:
    files = draft(library)
    names = [file.name for file in files]
    assert names == ["detailed.md.j2", "simple.md.j2", "standard.md.j2", "topic.toml"]
    told = [p for p in library.check().problems if p.file in files]
    assert {problem.rule for problem in told} == {"unwritten"}
    for file in files:
        lines = file.read_text("utf-8").splitlines()
        places = [number for number, line in enumerate(lines, 1) if "(write:" in line]
        assert [p.line for p in told if p.file == file] == places


def test_once_written_a_new_topic_passes(library: Workspace) -> None:
    for file in draft(library):
        if file.name == "topic.toml":
            text = file.read_text("utf-8").replace("(write: why", "The words fit both: why")
            file.write_text(text.replace("too)", "too"), "utf-8")
        else:
            written = library.content / "topics" / "what-it-is" / file.name
            file.write_text(written.read_text("utf-8"), "utf-8")
    assert [str(p) for p in library.check().problems if not p.warning] == []


@pytest.mark.parametrize(
    ("wrong", "helps"),
    [
        (Draft("Heat!", "", "", "medicine", "high", "x"), "as in nerve-pain"),
        (Draft("h" * 23, "", "", "medicine", "high", "x"), "at most 22"),
        (Draft("../heat", "", "", "medicine", "high", "x"), "as in nerve-pain"),
        (Draft("heat", "", "", "kitchen", "high", "x"), "use one of: medicine"),
        (Draft("heat", "", "", "medicine", "huge", "x"), "use one of: high"),
    ],
)
def test_a_topic_there_cannot_be_is_refused(library: Workspace, wrong: Draft, helps: str) -> None:
    with pytest.raises(ConfigError, match=helps):
        draft(library, wrong)


def test_a_topic_that_exists_is_left_as_it_is(library: Workspace) -> None:
    before = (library.content / SIMPLE).read_text("utf-8")
    with pytest.raises(RefusedError, match="exists already"):
        draft(library, Draft("what-it-is", "", "", "medicine", "low", "x"))
    assert (library.content / SIMPLE).read_text("utf-8") == before


def test_a_pull_request_shows_each_changed_line_once_with_the_pages_that_have_it(
    library: Workspace,
) -> None:
    assert changed(library)[0].endswith("0 changed, 0 new, 0 gone")
    edit(library, SIMPLE, "slows you down", "makes you slow")
    told = changed(library)
    assert "0 new, 0 gone" in told[0]
    both = "**what-it-is, simple, everybody (en); what-it-is, simple, caregiver (en)**"
    assert both in told
    taken, put = (next(line for line in told if line.startswith(sign)) for sign in "-+")
    assert "slows you down" in taken
    assert put == taken.replace("-", "+", 1).replace("slows you down", "makes you slow")
    git(library.root, "commit", "--quiet", "--all", "-m", "Another word")
    assert changed(library)[0].endswith("0 changed, 0 new, 0 gone")
    assert "2 changed" in changed(library, "HEAD~1")[0]


def test_a_label_that_every_page_shares_is_told_once(library: Workspace) -> None:
    edit(library, Path("disclaimers/general.md.j2"), "general information", "general knowledge")
    told = changed(library)
    put = next(line for line in told if "general knowledge" in line)
    assert told.count(put) == 1
    shared = next(line for line in reversed(told[: told.index(put)]) if line.startswith("**"))
    assert shared.count(";") > 1


def test_pages_that_come_and_go_are_named(library: Workspace) -> None:
    topics = library.content / "topics"
    shutil.copytree(topics / "coming-off", topics / "heat")
    named = "heat, simple, everybody (en); heat, standard, everybody (en)"
    assert any(line.startswith(f"**New**: {named}") for line in changed(library))
    git(library.root, "add", ".")
    git(library.root, "commit", "--quiet", "-m", "Heat")
    shutil.rmtree(topics / "heat")
    assert any(line.startswith(f"**No longer there**: {named}") for line in changed(library))


def test_a_retired_topic_says_where_its_readers_now_go(library: Workspace) -> None:
    topic, state = Path("topics/coming-off/topic.toml"), 'status = "submitted"'
    edit(library, topic, state, 'status = "retired"')
    gone = "coming-off, simple, everybody (en); coming-off, standard, everybody (en)"
    title = "**Retired, its readers are led to"
    assert any(line.startswith(f"{title} no other page**: {gone}") for line in changed(library))
    edit(library, topic, "[review]", '[review]\nmoved_to = "what-it-is"')
    told = changed(library)
    assert any(line.startswith(f"{title} what-it-is**: {gone}") for line in told)
    assert not any("No longer there" in line for line in told)


def test_a_revision_that_git_does_not_know_is_said(library: Workspace) -> None:
    with pytest.raises(RevisionError, match="no revision 'yesterday'"):
        changed(library, "yesterday")


def test_a_fault_is_written_as_github_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "content" / "a,b.toml"
    fault = Problem(file, 3, "cites", "100 %: none\nhere", "cite it")
    shown = "::error file=content/a%2Cb.toml,line=3,title=cites::100 %25: none%0Ahere -> cite it"
    assert annotation(fault, tmp_path) == shown
    hint = Problem(file, 0, "unused", "x", "y", warning=True)
    assert annotation(hint, tmp_path) == "::warning file=content/a%2Cb.toml,title=unused::x -> y"
