"""What was wrong with the two answer pages this project grew from is refused here.

Numbers without references, no date, a disclaimer meant for another reader: each class of fault is
written into a valid library, and the check names it.
"""

import pytest

from tests.content.conftest import Workspace

SIMPLE = "topics/what-it-is/simple.md.j2"
TOPIC = "topics/what-it-is/topic.toml"
FOR_PROFESSIONALS = "disclaimers/general.professional.md.j2"


@pytest.mark.parametrize(
    ("file", "line", "fault", "rules"),
    [
        pytest.param(
            SIMPLE,
            "- {% trans %}You need a prescription for it [@WHAT-01].{% endtrans %}",
            "- {% trans %}It helped 7 out of 10 people.{% endtrans %}",
            {"cites"},
            id="a number without a reference",
        ),
        pytest.param(
            SIMPLE,
            "- {% trans %}You need a prescription for it [@WHAT-01].{% endtrans %}",
            "- {% trans %}It helped 7 out of 10 people [@WHAT-01].{% endtrans %}",
            {"number"},
            id="a number that its reference does not have",
        ),
        pytest.param(TOPIC, "written = 2026-11-21\n", "", {"schema"}, id="no date of writing"),
        pytest.param(TOPIC, "due = 2027-11-20\n", "", {"schema"}, id="no date of the next check"),
        pytest.param(
            FOR_PROFESSIONALS,
            "Summary of published sources",
            "Ask your doctor before you change anything",
            {"disclaimer"},
            id="a disclaimer for somebody else",
        ),
    ],
)
def test_a_fault_of_the_first_articles_is_refused(
    small: Workspace, file: str, line: str, fault: str, rules: set[str]
) -> None:
    place = small.content / file
    text = place.read_text("utf-8")
    assert line in text, "the small library has changed: mend the example"
    place.write_text(text.replace(line, fault), "utf-8")
    report = small.check()
    found = {problem.rule for problem in report.problems if problem.file == place}
    assert report.failed
    assert rules <= found, "\n".join(map(str, report.problems))
