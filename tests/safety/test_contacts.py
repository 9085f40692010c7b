from datetime import date
from pathlib import Path

import pytest

from bot.core.safety import Contacts
from bot.errors import ContentError

FILE = Path(__file__).parents[2] / "content" / "urgent" / "contacts.toml"
GOOD = """limit_months = 6

[region.GB]
name = "United Kingdom"
checked = "2026-11"
emergency = [{ number = "999", confidence = "sure", sources = ["A"] }]
"""
EU_WEST = ["AT", "BE", "DE", "DK", "ES", "FI", "FR", "IE", "IT", "LU", "NL", "PT", "SE"]
EU_EAST = ["BG", "CY", "CZ", "EE", "GR", "HR", "HU", "LT", "LV", "MT", "PL", "RO", "SI", "SK"]


@pytest.fixture(scope="module")
def contacts() -> Contacts:
    return Contacts.load(FILE)


@pytest.mark.parametrize(
    ("region", "number"),
    [("GB", "999"), ("us", "911"), ("AU", "000"), ("AT", "144"), ("JP", "119"), ("BR", "192")],
)
def test_each_country_has_its_own_number_first(
    contacts: Contacts, region: str, number: str
) -> None:
    found = contacts.for_region(region)
    assert found
    assert found.emergency[0].number == number


@pytest.mark.parametrize("region", [*EU_WEST, *EU_EAST])
def test_112_is_there_in_every_country_of_the_eu(contacts: Contacts, region: str) -> None:
    found = contacts.for_region(region)
    assert found
    assert "112" in {one.number for one in found.emergency}


@pytest.mark.parametrize("region", ["XX", "", None, "G", "EU"])
def test_an_unknown_country_gets_nobody_elses_number(
    contacts: Contacts, region: str | None
) -> None:
    assert contacts.for_region(region) is None


def test_numbers_that_are_not_to_be_used_are_left_out(contacts: Contacts) -> None:
    numbers = {
        one.number.replace(" ", "").replace("-", "")
        for region in contacts.regions
        for one in (*region.emergency, *region.poison, *region.crisis, *region.police)
    }
    unsure = {"018000916012", "8(495)6281687", "88002000122", "08008880700", "15335"}
    assert not numbers & unsure


def test_a_number_past_its_limit_is_a_problem(contacts: Contacts) -> None:
    assert contacts.problems(date(2027, 5, 31)) == ()
    old = contacts.problems(date(2027, 6, 1))
    assert len(old) == len(contacts.regions)
    assert old[0].rule == "contact-age"
    assert old[0].line > 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("limit_months = 6", ""),
        ("GB", "gb"),
        ('name = "United Kingdom"', ""),
        ('checked = "2026-11"', 'checked = "soon"'),
        ('number = "999", ', ""),
        ('"sure"', '"maybe"'),
        ("[region.GB]", "[region.GB"),
    ],
)
def test_a_faulty_file_is_refused_with_its_cure(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "contacts.toml"
    file.write_text(GOOD, "utf-8")
    assert Contacts.load(file).for_region("GB")
    file.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(ContentError) as caught:
        Contacts.load(file)
    assert all(problem.cure for problem in caught.value.problems)
