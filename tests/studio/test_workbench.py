"""A maintainer saves files; what they see of it, and what stands when a file is broken."""

import threading
import time
from pathlib import Path

import pytest

from bot.core.address import Address, View
from bot.core.model import Audience, Level
from bot.core.writers import plain
from bot.studio.workbench import Workbench
from tests.content.conftest import Workspace
from tests.studio.conftest import SIMPLE, edit

PAGE = Address(View.PAGE, "en", Audience.PATIENT, Level.SIMPLE, topic="what-it-is")


def seen(bench: Workbench, address: Address = PAGE) -> str:
    return "\n".join(plain.write(m.screen.document) for m in bench.snapshot.messages(address))


def test_a_save_shows_at_once_and_says_which_lines_readers_see_changed(
    bench: Workbench, library: Workspace
) -> None:
    before = seen(bench)
    edit(library, SIMPLE, "sleepy and slow", "sleepy, and slow")
    assert seen(bench) == before, "nothing may change under a page that is being looked at"
    bench.update()
    assert "sleepy, and slow" in seen(bench)
    assert bench.news.files == ("content/topics/what-it-is/simple.md.j2",)
    (changed,) = bench.news.changed
    assert (changed.address.level, changed.heading) == (Level.SIMPLE, "How you may feel")
    (difference,) = changed.differences
    assert difference.before == "You may feel sleepy and slow."
    assert difference.after == "You may feel sleepy, and slow."


def test_a_change_reaches_the_pages_that_extend_the_file(
    bench: Workbench, library: Workspace
) -> None:
    edit(library, SIMPLE, "You need a prescription", "People need a prescription")
    bench.update()
    (changed,) = bench.news.changed
    assert changed.address.level is Level.SIMPLE
    assert changed.readers == (Audience.GENERAL, Audience.CAREGIVER)


def test_what_all_parts_of_a_page_share_is_told_once_for_each_reader(
    bench: Workbench, library: Workspace
) -> None:
    edit(library, Path("topics/what-it-is/topic.toml"), "What is it?", "What is this?")
    bench.update()
    assert bench.news.changed
    for changed in bench.news.changed:
        assert len(set(changed.readers)) == len(changed.readers)
    simple = next(c for c in bench.news.changed if c.address.level is Level.SIMPLE)
    assert simple.readers == (Audience.GENERAL, Audience.CAREGIVER)


@pytest.mark.parametrize(
    ("file", "before", "after", "rule", "line"),
    [
        (SIMPLE, "{% block answer %}", "{% blok answer %}", "template", 3),
        (SIMPLE, "## {% trans %}How", "| a | b |\n\n```\n## {% trans %}How", "markdown", 0),
        (Path("topics/what-it-is/topic.toml"), 'risk = "medium"', "risk = 3", "schema", 7),
        (Path("facts/small.toml"), "[WHAT-02]", "[WHAT-02", "toml", 10),
        (Path("labels.toml"), 'sources = "', 'sauces = "', "label", 0),
        (Path("layouts/page.md.j2"), "{% endblock %}", "{% endblok %}", "template", 2),
    ],
)
def test_a_broken_save_names_file_line_rule_and_cure_above_the_last_good_page(
    bench: Workbench,
    library: Workspace,
    *,
    file: Path,
    before: str,
    after: str,
    rule: str,
    line: int,
) -> None:
    bench.looking(PAGE)
    good, text = seen(bench), (library.content / file).read_text("utf-8")
    edit(library, file, before, after)
    bench.update()
    assert seen(bench) == good
    problem = next(p for p in bench.news.problems if p.rule == rule)
    assert problem.file == library.content / file
    if line:
        assert problem.line == line
    assert problem.cure
    assert str(bench.snapshot.tree.root) not in problem.what
    (library.content / file).write_text(text, "utf-8")
    bench.update()
    assert not bench.news.problems
    assert seen(bench) == good


def test_a_second_save_of_other_files_does_not_hide_that_the_first_is_broken(
    bench: Workbench, library: Workspace
) -> None:
    edit(library, SIMPLE, "{% block answer %}", "{% blok answer %}")
    bench.update()
    edit(library, Path("topics/coming-off/simple.md.j2"), "A sudden", "An abrupt")
    bench.update()
    assert [p.rule for p in bench.news.problems] == ["template"]
    edit(library, SIMPLE, "{% blok answer %}", "{% block answer %}")
    bench.update()
    assert not bench.news.problems
    assert {change.address.topic for change in bench.news.changed} == {"coming-off"}


def test_an_unknown_fact_is_shown_and_told_as_a_fault_of_the_page(
    bench: Workbench, library: Workspace
) -> None:
    edit(library, SIMPLE, "[@WHAT-03]", "[@WHAT-99]")
    bench.update()
    assert not bench.news.problems
    problems = bench.page_check(PAGE).problems
    assert next((p.rule, p.line) for p in problems if "WHAT-99" in p.what) == ("fact", 9)
    assert all(p.file.is_relative_to(library.root) for p in problems)


def test_a_topic_that_is_new_or_gone_follows_without_a_restart(
    bench: Workbench, library: Workspace
) -> None:
    folder = library.content / "topics" / "coming-off"
    folder.rename(library.content / "topics" / "slowly-off")
    edit(library, Path("topics/what-it-is/topic.toml"), "coming-off", "slowly-off")
    bench.update()
    assert not bench.news.problems
    assert set(bench.snapshot.library.topics) == {"what-it-is", "slowly-off"}


def test_the_watching_thread_tells_listeners_and_ends(
    bench: Workbench, library: Workspace
) -> None:
    told = threading.Event()
    bench.listen(told.set)
    bench.start()
    try:
        time.sleep(0.3)  # the watch begins
        edit(library, SIMPLE, "sleepy and slow", "sleepy or slow")
        assert told.wait(5)
        assert "sleepy or slow" in seen(bench)
    finally:
        bench.stop()
    assert not any(thread.name.startswith("studio") for thread in threading.enumerate())


def test_copies_are_deleted_when_nothing_shows_them(bench: Workbench, library: Workspace) -> None:
    roots = [bench.snapshot.tree.root]
    for _ in range(3):
        edit(library, SIMPLE, "slow", "slow,")
        bench.update()
        roots.append(bench.snapshot.tree.root)
    assert roots[-1].exists()
    assert sum(root.exists() for root in roots) <= 2
