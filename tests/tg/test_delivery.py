"""Each update is handled exactly as often as it should be, and what it costs is small."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram.error import RetryAfter

from bot.core.conversation import Conversation
from bot.core.model import Turn
from bot.sandbox import Person
from bot.tg.intake import Intake, NotHandledError
from bot.tg.pages import Pages
from bot.tg.rates import BURST, CHAT_BURST, PER_SECOND, Rates
from tests.tg.hand_fed import HandFed, hand_fed

MENU = "1m---_en"
PAGE = "1pps-_en__nerve-pain"
MY_DATA = "1d---_en"
URGENT = "1u---_en"
REMEMBER = "1e--y_en"


@pytest.fixture
async def bot(tmp_path: Path, conversation: Conversation) -> AsyncIterator[HandFed]:
    async with hand_fed(tmp_path, conversation) as bot:
        yield bot


@pytest.fixture
async def ana(bot: HandFed) -> Person:
    """Ana has opened the menu."""
    ana = bot.sandbox.person("Ana")
    await bot.intake.handle(await bot.says(ana, "/menu"))
    await ana.look()
    return ana


async def shown(person: Person) -> list[str]:
    await person.look()
    return [message["text"].split("\n", 1)[0] for message in person.bot_messages]


async def test_an_update_delivered_twice_is_answered_once(bot: HandFed, ana: Person) -> None:
    update = await bot.says(ana, "/help")
    await bot.intake.handle(update)
    await bot.intake.handle(update)
    await bot.start()
    await bot.intake.handle(update)

    assert len(await shown(ana)) == 2, "the menu and one answer, also after a restart"
    told = [outcome for _, outcome in bot.noted.updates[1:]]
    assert told == ["handled", "repeated", "handled"]


async def test_two_deliveries_at_once_are_answered_once(bot: HandFed, ana: Person) -> None:
    update = await bot.says(ana, "/help")
    await asyncio.gather(*(bot.intake.handle(update) for _ in range(5)))

    assert len(await shown(ana)) == 2


async def test_after_a_crash_in_a_send_the_reader_is_asked_to_try_again_once(
    bot: HandFed, ana: Person
) -> None:
    update = await bot.says(ana, "/help")
    bot.provoke("sendMessage", error="delay", seconds=5)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await bot.intake.handle(update)
    await bot.start()
    await bot.intake.handle(update)
    await bot.start()
    await bot.intake.handle(update)

    messages = await shown(ana)
    assert sum("went wrong" in text for text in messages) == 1


async def test_a_crash_before_that_too_leaves_nobody_without_a_word(
    bot: HandFed, ana: Person
) -> None:
    update = await bot.says(ana, "/help")
    for _ in range(2):
        bot.provoke("sendMessage", error="delay", seconds=5)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                await bot.intake.handle(update)
        await bot.start()
    await bot.intake.handle(update)

    await ana.wait_for("went wrong")


async def test_after_a_crash_an_urgent_card_comes_again(bot: HandFed, ana: Person) -> None:
    update = await bot.says(ana, "she is not breathing")
    bot.provoke("sendMessage", error="timeout", seconds=5)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            await bot.intake.handle(update)
    await bot.start()
    await bot.intake.handle(update)

    await ana.look()
    assert "Call" in ana.screen


async def test_an_urgent_card_whose_fate_is_unknown_is_sent_again(
    bot: HandFed, ana: Person
) -> None:
    bot.provoke("sendMessage", error="lost")
    await bot.intake.handle(await bot.says(ana, "she is not breathing"))

    messages = await shown(ana)
    assert len(messages) == 3
    assert messages[1] == messages[2], "twice is better than not at all"


async def test_by_webhook_a_tap_costs_one_call_and_its_answer_rides_in_the_reply(
    bot: HandFed, ana: Person
) -> None:
    update = await bot.taps(ana, PAGE)
    before = len(bot.sandbox.state.calls)
    reply = await bot.intake.handle(update)

    assert reply is not None
    assert await bot.intake.handle(update) == reply, "the first response may have been lost"
    assert json.loads(reply) == {
        "method": "answerCallbackQuery",
        "callback_query_id": update["callback_query"]["id"],
    }
    made = [call["method"] for call in list(bot.sandbox.state.calls)[before:]]
    assert made == ["editMessageText"]


async def test_a_page_is_drawn_once_and_readers_own_screens_are_never_kept(
    bot: HandFed, ana: Person
) -> None:
    pages = bot.telegram.pages
    for data in (PAGE, MENU, PAGE, MENU):
        await bot.intake.handle(await bot.taps(ana, data))
    assert bot.noted.pages == [False, False, True, True]

    await bot.intake.handle(await bot.taps(ana, MY_DATA))
    before = (await shown(ana))[-1:], ana.screen
    await bot.intake.handle(await bot.taps(ana, REMEMBER))
    await bot.intake.handle(await bot.taps(ana, MY_DATA))
    await ana.look()
    assert ana.screen != before[1], "what is held now, not what was shown first"
    assert pages.find(MY_DATA) is None


async def test_a_tap_touches_no_database(bot: HandFed, ana: Person) -> None:
    class Untouchable:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"the database was asked: {name}")

    bot.service._store = Untouchable()  # type: ignore[assignment]
    for data in (PAGE, PAGE, URGENT, MENU):
        await bot.intake.handle(await bot.taps(ana, data))
        await ana.look()
    assert "What would you like to know?" in ana.screen


async def test_a_kept_page_still_keeps_the_choice_made_with_it(bot: HandFed, ana: Person) -> None:
    ben = bot.sandbox.person("Ben")
    await bot.intake.handle(await bot.says(ben, "/menu"))
    await ben.look()
    for person in (ana, ben):
        await bot.intake.handle(await bot.taps(person, REMEMBER))
        await bot.intake.handle(await bot.says(person, "/mydata"))
        await person.look()
    assert bot.noted.pages == [False, True]
    assert ana.screen == ben.screen, "both are remembered"


def test_a_new_day_and_new_content_draw_anew() -> None:
    version = [1]
    pages = Pages(lambda: version[0], size=2)
    for data in ("a", "b", "c"):
        assert pages.find(data) is None
        pages.keep(data, Turn(), b"")
    assert pages.find("a") is None, "the least recently tapped went"
    assert pages.find("c")
    version[0] = 2
    assert pages.find("c") is None


async def test_while_telegram_asks_to_wait_only_the_latest_tap_is_shown(
    bot: HandFed, ana: Person
) -> None:
    taps = [await bot.taps(ana, data) for data in (MENU, URGENT.replace("u", "h"), PAGE)]
    before = len(bot.calls("editMessageText"))
    bot.provoke("editMessageText", error=429, retry_after=1)
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(bot.intake.see_through(update) for update in taps))

    assert asyncio.get_running_loop().time() - began < 0.9, "an outdated edit is not waited for"
    edits = bot.calls("editMessageText")[before:]
    assert len(edits) == 3, "the refused one, and one each for the taps it did not outdate"
    await ana.look()
    assert "Part 1 of" in ana.screen
    assert len(bot.calls("answerCallbackQuery")) == 3, "no button spins on"


async def test_a_slow_reader_holds_up_nobody_and_keeps_their_own_order(
    bot: HandFed, ana: Person
) -> None:
    ben = bot.sandbox.person("Ben")
    await bot.intake.handle(await bot.says(ben, "/menu"))
    await ben.look()
    slow = [await bot.taps(ana, PAGE), await bot.taps(ana, MENU)]
    quick = await bot.taps(ben, PAGE)
    bot.provoke("editMessageText", error="delay", seconds=1.0, chat_id=str(ana.chat_id))
    ended: list[str] = []

    async def handle(name: str, update: dict[str, object]) -> None:
        await bot.intake.handle(update)
        ended.append(name)

    async with asyncio.TaskGroup() as together:
        for number, update in enumerate(slow):
            together.create_task(handle(f"ana {number}", update))
        together.create_task(handle("ben", quick))

    assert ended == ["ben", "ana 0", "ana 1"]
    await ana.look()
    assert "What would you like to know?" in ana.screen


async def test_more_than_can_be_taken_is_left_with_telegram(bot: HandFed, ana: Person) -> None:
    small = Intake(bot.telegram.app, bot.intake._delivery, limit=1)
    first, second = await bot.taps(ana, PAGE), await bot.taps(ana, MENU)
    bot.provoke("editMessageText", error="delay", seconds=0.5)
    working = asyncio.create_task(small.handle(first))
    await asyncio.sleep(0.1)
    with pytest.raises(NotHandledError) as full:
        await small.handle(second)
    assert full.value.retry_after == 1
    assert small.in_hand == 1
    assert await small.drain(5) == 0, "what was in hand is finished"
    await working
    with pytest.raises(NotHandledError):
        await small.handle(second)


async def test_a_stop_says_how_many_it_left(bot: HandFed, ana: Person) -> None:
    update = await bot.taps(ana, PAGE)
    bot.provoke("editMessageText", error="delay", seconds=1)
    working = asyncio.create_task(bot.intake.handle(update))
    await asyncio.sleep(0.1)
    assert await bot.intake.drain(0.1) == 1
    working.cancel()


async def test_a_turn_that_cannot_succeed_is_told_after_its_tries(
    bot: HandFed, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    update = await bot.taps(ana, PAGE)
    monkeypatch.setattr(bot.service, "answer", broken)
    for _ in range(2):
        with pytest.raises(NotHandledError):
            await bot.intake.handle(update)
    assert len(await shown(ana)) == 1
    await bot.intake.handle(update)
    assert "went wrong" in (await shown(ana))[-1]
    assert [outcome for _, outcome in bot.noted.updates[1:]] == ["again", "again", "told"]


async def test_a_turn_that_takes_too_long_comes_again(bot: HandFed, ana: Person) -> None:
    hasty = Intake(bot.telegram.app, bot.intake._delivery, deadline=0.2)
    update = await bot.taps(ana, PAGE)
    bot.provoke("editMessageText", error="delay", seconds=1)
    with pytest.raises(NotHandledError):
        await hasty.handle(update)
    await hasty.handle(update)
    await ana.look()
    assert "Part 1 of" in ana.screen


def booked(rates: Rates, chats: list[int]) -> list[float]:
    """Send to these chats at once; return how long each message waits."""
    waits = []
    for chat in chats:
        waits.append(rates.wait(chat, 0.0))
        rates.book(chat, 0.0)
    return waits


def test_rates_hold_back_what_telegram_would_refuse() -> None:
    one_chat = booked(Rates(), [1] * 8)
    assert one_chat[: int(CHAT_BURST)] == [0] * int(CHAT_BURST)
    assert one_chat[-1] == pytest.approx(3)

    rates = Rates()
    waits = booked(rates, list(range(90)))
    assert waits[: int(BURST)] == [0] * int(BURST)
    assert waits[-1] == pytest.approx((90 - BURST) / PER_SECOND)
    assert rates.wait(99, 100.0) == 0, "a pause gives the burst back"


async def test_danger_never_waits_and_a_long_queue_is_left_to_telegram() -> None:
    rates = Rates()
    async with asyncio.timeout(0.5):
        for chat in range(1000):
            await rates.turn(chat, urgent=True)
        with pytest.raises(RetryAfter):
            await rates.turn(2000)
