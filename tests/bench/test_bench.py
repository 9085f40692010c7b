"""The bench measures real processes; what it refuses to measure matters as much."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from bot.bench import report, rounds
from bot.bench.contenders import Contender, ours, telegram_peer
from bot.bench.pages import Page, read
from bot.bench.readers import Readers, Tap
from bot.bench.rounds import Plan
from bot.bench.wire import parameters
from bot.config import Settings
from bot.errors import BotError

TINY = Plan(rounds=1, seconds=0.3, readers=4, first=4, rates=(20,))
PAGE = Page(data="1pps-_en", text="<b>x</b>", reply_markup={"k": 1}, plain="x", entities=[])
OTHER = Page(data="1ppt-_en", text="100 % y", reply_markup={}, plain="100 % y", entities=[])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all is ready to measure."""
    path = tmp_path_factory.mktemp("bench")
    assert rounds.prepare(Settings.load(), path, None) > 100
    return path


def test_a_real_run_ends_in_a_table_with_every_column(folder: Path) -> None:
    contenders = (ours(folder, webhook=False), ours(folder, webhook=True), telegram_peer())
    own = contenders[:2]
    lines: list[str] = []

    found = rounds.measure(TINY, 8, contenders, folder, lines.append)

    assert len(lines) == 3
    for contender in contenders:
        (one,) = found[contender.name]
        assert one.taps >= TINY.readers
        assert one.start > 0
    for contender in own:
        (one,) = found[contender.name]
        assert one.early == sum(load.early for load in one.loads) == 0
        paced, far, capacity = one.loads
        assert (paced.rate, paced.delay, far.rate, capacity.rate) == (20, 0.0, 20, 0)
        assert far.p50 >= far.delay * 1000, "nothing is faster than the wire"
    spent = {own[1].name: rounds.layers(own[1], folder, 8, TINY)}
    assert spent[own[1].name]["HTTP client's threads (Rust)"] > 0
    result = json.loads(json.dumps(report.figures(TINY, 100, found) | {"layers": spent}))
    shown = report.table(result)
    assert "clearleaf, webhook / python-telegram-bot, polling" in shown
    assert "cores" in shown
    assert "20 taps/s, 30 ms there and back" in shown
    assert "milliseconds per tap by layer" in shown


def test_a_bot_that_does_not_start_is_told_with_the_end_of_its_log(folder: Path) -> None:
    broken = Contender(
        "broken", (*telegram_peer().command[:1], "-c", "raise SystemExit('no')"), b"-"
    )

    with pytest.raises(BotError, match=r"broken: .*did not start:\nno"):
        rounds.measure(TINY, 8, (broken,), folder, print)


def test_pages_are_all_parts_and_neighbours_differ_in_topic(folder: Path) -> None:
    pages = read(folder / "pages.json")

    data = [page["data"] for page in pages]
    assert len(set(data)) == len(data)
    topics = [packed.split("_")[3] for packed in data]
    same = sum(one == other for one, other in pairwise(topics))
    assert same < len(pages) / 10


class Crowd:
    """One reader of two pages, and the tap that was made last."""

    def __init__(self) -> None:
        self.taps: list[Tap] = []
        self.readers = Readers([PAGE, OTHER], 1, self.taps.append)

    def serve(self, **changes: object) -> None:
        """Edit and answer as a bot should, but for the changes."""
        tap = self.taps[-1]
        page = (PAGE, OTHER)[tap.page]
        right = {
            "chat_id": "100000",
            "message_id": "7",
            "text": page["text"],
            "parse_mode": "HTML",
            "reply_markup": json.dumps(page["reply_markup"]),
        }
        self.readers.answered({"callback_query_id": str(tap.update_id)})
        self.readers.edited(right | changes)


async def served(crowd: Crowd, *changes: dict[str, object]) -> dict[str, object]:
    """Run as many taps as there are answers given."""
    original = crowd.readers._offer

    def offer(tap: Tap) -> None:
        original(tap)
        if not waiting:
            return
        crowd.serve(**waiting.pop(0))

    waiting = list(changes)
    crowd.readers._offer = offer
    return await crowd.readers.run(len(changes), None)


async def test_right_edits_are_counted_as_taps() -> None:
    result = await served(Crowd(), {}, {}, {})

    assert (result["taps"], result["wrong"], result["unanswered"]) == (3, 0, 0)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"text": ""}, "another text than that of 1ppt-_en"),
        ({"parse_mode": ""}, "another text than that of 1ppt-_en"),
        ({"reply_markup": '{"k": 2}'}, "another keyboard than that of 1ppt-_en"),
    ],
)
async def test_any_other_edit_is_held_against_the_bot(
    change: dict[str, object], complaint: str
) -> None:
    result = await served(Crowd(), change)

    assert result["wrong"] == 1
    assert result["complaints"] == [complaint]


async def test_an_acknowledgement_before_the_edit_is_early() -> None:
    crowd = Crowd()

    def offer(tap: Tap) -> None:
        crowd.taps.append(tap)
        crowd.readers.acknowledged(tap)
        crowd.serve()

    crowd.readers._offer = offer
    result = await crowd.readers.run(1, None)

    assert (result["taps"], result["early"]) == (1, 1)


def test_an_update_holds_the_message_shown_before_the_tap() -> None:
    crowd = Crowd()
    tap = Tap(update_id=5, reader=0, page=0, owed=set())

    query = json.loads(crowd.readers.update(tap))["callback_query"]

    assert query["message"]["text"] == "100 % y"
    assert query["message"]["chat"]["id"] == query["from"]["id"] == 100_000
    assert query["data"] == PAGE["data"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"text": "a b\\u00e9"}'),
        ("application/x-www-form-urlencoded", b"text=a+b%C3%A9"),
        (
            'multipart/form-data; boundary="X"',
            '--X\r\nContent-Disposition: form-data; name="text"\r\n\r\na bé\r\n--X--'.encode(),
        ),
    ],
)
def test_parameters_arrive_in_each_form_the_bot_api_takes(kind: str, body: bytes) -> None:
    assert parameters(kind.encode(), body) == {"text": "a bé"}
