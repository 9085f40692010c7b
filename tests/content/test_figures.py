"""What counts as a dose figure, and which numbers a fact lets a sentence say."""

import pytest

from bot.core.checks.figures import DOSE, numbers, stated
from bot.core.library import Fact, Numbers


@pytest.mark.parametrize(
    "text",
    [
        "5 mg at night",
        "2 to 10 mg",
        "2.5-5 mg",
        "ten milligrams",
        "one tablet a day",
        "a tablet a day",
        "a capsule at bedtime",
        "two tablets",
        "28 tablets",
        "a couple of pills",
        "half a tablet",
        "a quarter of a tablet",
        "two or three drops",
        "a drop every hour",
        "three times a day",
        "twice daily",
        "once a day",
        "every 8 hours",
        "every six hours",
        "10 % every 2 weeks",
        "25 percent per week",
    ],
)
def test_a_dose_figure_is_seen_in_digits_and_words(text: str) -> None:
    assert DOSE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "a child who swallowed even one tablet",
        "about 5 in 100, tablets or not",
        "8 out of 100 people",
        "in 3 to 7 days",
        "a dose of it",
        "take the tablets along",
        "two people a day",
        "in half of the studies",
        "one small trial of 39 people",
        "3 of 4 months",
    ],
)
def test_a_figure_that_is_no_dose_passes(text: str) -> None:
    assert not DOSE.search(text)


def fact(plain: str | None = None) -> Fact:
    return Fact(
        note="better in 38.0 % of 1,277 people",
        audiences=("patient",),
        certainty="review",
        sources=("A",),
        checked="seen",
        plain=plain,
        numbers=(Numbers(outcome="better", group="medicine", per_100=38.0, people=1277),),
    )


def test_a_fact_lets_its_note_and_its_counts_be_told() -> None:
    told = stated([fact()])
    assert {"38", "38.0", "1277", "100"} <= told
    assert set(numbers("38 out of 100 of 1,277 people")) <= told


def test_beside_a_plain_wording_a_note_lets_nothing_be_told_plainly() -> None:
    assert "4" in stated([fact("about 4 in 10")], plainly=True)
    counts_only = fact("about 4 in 10").model_copy(update={"numbers": ()})
    assert stated([counts_only], plainly=True) == {"4", "10", "100"}
    assert "1277" in stated([counts_only])
