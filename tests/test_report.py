"""What the operator sees of use: numbers that know no reader, small ones hidden."""

import asyncio
import csv
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.config import Settings
from bot.core.conversation import Conversation
from bot.core.model import Count
from bot.report import picture, table
from bot.store import open_store
from bot.store.schema import upgrade
from bot.store.usage import as_csv, usage
from tests.conftest import Chat

PAGE = "nerve-pain.simple.en.0123abcd"
SUMS = {
    ("page", "nerve-pain.simple.en"): 40,
    ("page", "driving.detailed.en"): 3,
    ("feedback_yes", PAGE): 18,
    ("feedback_hard", PAGE): 6,
    ("feedback_wrong", "driving.simple.en.0123abcd"): 2,
    ("refused", "dose"): 7,
    ("missed", ""): 4,
    ("menu", ""): 99,
}


def test_the_report_hides_what_could_be_one_person() -> None:
    text = table(usage(SUMS))
    assert "40  nerve-pain" in text
    assert "<5  driving" in text
    assert f"24  {PAGE}  helped 75 %; hard 25 %" in text
    assert "<5  driving.simple.en.0123abcd  helped too few" in text
    assert "7  dose" in text
    assert "Typed questions without a page\n      <5" in text
    assert "3" not in {word for line in text.splitlines() for word in line.split()}


def test_csv_and_picture_say_the_same() -> None:
    rows = list(csv.reader(as_csv(usage(SUMS)).splitlines()))
    head, *told = rows
    assert head == ["section", "name", "number", "helped", "hard", "other", "old", "wrong"]
    assert ["feedback", PAGE, "24", "75 %", "25 %", "0 %", "0 %", "0 %"] in told
    few = ["feedback", "driving.simple.en.0123abcd", "<5", *["too few"] * 5]
    assert few in told
    assert ["Pages opened", "driving", "<5", *[""] * 5] in told
    drawn = ET.fromstring(picture(usage(SUMS)))  # noqa: S314 - our own picture
    words = {element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert words == {"Pages opened", "nerve-pain", "40"}


def test_an_unused_bot_has_an_empty_report() -> None:
    assert "Pages opened" in table(usage({}))
    ET.fromstring(picture(usage({})))  # noqa: S314 - our own picture


def test_the_command_reads_what_readers_left(
    conversation: Conversation, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/report.db"
    upgrade(url)
    ana = Chat(conversation).send("/start").tap("Skip, just reading").tap("Your pain")
    (counted,) = ana.tap("Nerve pain").effects
    assert isinstance(counted, Count)

    async def six_readers() -> None:
        async with open_store(url, b"k" * 32) as store:
            for _ in range(6):
                await store.count({(counted.event, counted.detail): 1})

    asyncio.run(six_readers())
    monkeypatch.setenv("BOT_DATABASE_URL", url)
    said = CliRunner().invoke(cli.app, ["report", "--plot", f"{tmp_path}/pages.svg"])
    assert said.exit_code == 0, said.output
    assert "6  nerve-pain" in said.output
    assert Settings.load().database_url == url
    ET.parse(f"{tmp_path}/pages.svg")  # noqa: S314 - our own picture
