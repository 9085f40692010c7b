"""Polling confirms nothing that is not handled, and lets nobody wait for a slow reader."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.core.conversation import Conversation
from bot.sandbox import Person
from bot.tg.polling import Poller
from tests.tg.hand_fed import HandFed, hand_fed

PAGE = "1pps-_en__nerve-pain"


@pytest.fixture
async def bot(tmp_path: Path, conversation: Conversation) -> AsyncIterator[HandFed]:
    async with hand_fed(tmp_path, conversation) as bot:
        yield bot


@asynccontextmanager
async def polling(bot: HandFed, limit: float = 5.0) -> AsyncIterator[list[int]]:
    """Poll while the block lasts; what was left over is in the list then."""
    stopping, left = asyncio.Event(), list[int]()
    poller = Poller(bot.telegram.request, bot.intake)
    task = asyncio.create_task(poller.poll(stopping, limit))
    try:
        yield left
    finally:
        stopping.set()
        left.append(await task)


async def readers(bot: HandFed, *names: str) -> list[Person]:
    """Return people who see the menu."""
    people = [bot.sandbox.person(name) for name in names]
    for person in people:
        await bot.intake.handle(await bot.says(person, "/menu"))
        await person.look()
    return people


def waiting(bot: HandFed) -> list[int]:
    """Return the updates that the bot has not confirmed."""
    return [update.id for update in bot.sandbox.state.updates.pending()]


async def test_a_slow_reader_holds_up_nobody_and_is_not_confirmed(bot: HandFed) -> None:
    ana, ben, eve = await readers(bot, "Ana", "Ben", "Eve")
    bot.provoke("editMessageText", error="delay", seconds=3, chat_id=str(ana.chat_id))
    await ana.tap_data(PAGE, wait=False)
    (slow,) = waiting(bot)
    async with polling(bot) as left:
        for person in (ben, eve):
            async with asyncio.timeout(2):
                await person.tap_data(PAGE, wait=False)
                await person.wait_for("Part 1 of")
            assert slow in waiting(bot), "nothing past the oldest open update is confirmed"
        await ana.wait_for("Part 1 of")
    assert left == [0]
    assert waiting(bot) == []
    assert len(bot.calls("editMessageText")) == 3, "what came again was not handled again"
    quick = [call for call in bot.calls("getUpdates") if call["params"].get("offset") == slow]
    assert len(quick) < 3 / 0.5, "the same offset is not asked for faster than Telegram likes"


async def test_one_readers_updates_keep_their_order_whatever_fails(bot: HandFed) -> None:
    (ana,) = await readers(bot, "Ana")
    bot.provoke("sendMessage", error=429, retry_after=1)
    for words in ("/help", "/privacy", "/settings"):
        await ana.send(words, wait=False)
    async with polling(bot):
        async with asyncio.timeout(10):
            while len(ana.bot_messages) < 4:
                await ana.look()
                await asyncio.sleep(0.05)
    texts = [message["text"].split("\n", 1)[0] for message in ana.bot_messages[1:]]
    bare = []
    for words in ("/help", "/privacy", "/settings"):
        await bot.start()
        await bot.intake.handle(await bot.says(ana, words))
        await ana.look()
        bare.append(ana.screen.split("\n", 1)[0])
    assert texts == bare


async def test_what_could_not_be_finished_stays_with_telegram(bot: HandFed) -> None:
    ana, ben = await readers(bot, "Ana", "Ben")
    bot.provoke("editMessageText", error="delay", seconds=20, chat_id=str(ana.chat_id))
    await ana.tap_data(PAGE, wait=False)
    (slow,) = waiting(bot)
    await ben.tap_data(PAGE, wait=False)
    async with polling(bot, limit=0.2) as left:
        await ben.wait_for("Part 1 of")
    assert left == [1]
    assert slow in waiting(bot)

    bot.sandbox.state.faults.waiting.clear()
    await bot.start()
    async with polling(bot) as left:
        await ana.wait_for("Part 1 of")
    assert (left, waiting(bot)) == ([0], [])
