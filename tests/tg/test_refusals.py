"""What Telegram refuses, provoked: each refusal has its outcome and the reader an answer."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.core.conversation import Conversation
from bot.sandbox import Person, Sandbox, running_sandbox
from tests.tg.bot_process import BotProcess, running
from tests.tg.hand_fed import hand_fed

PAGE = "1pps-_en__nerve-pain"
NOT_MODIFIED = "Bad Request: message is not modified: specified new message content is the same"
GONE = "Bad Request: message to edit not found"
LEFT = "Forbidden: user is deactivated"

# What happens to the edit that a tap asks for | what the reader sees | how many messages come.
EDITS: list[tuple[dict[str, Any], str, int]] = [
    ({"error": 429, "retry_after": 1}, "Part 1 of", 0),
    ({"error": 500}, "Part 1 of", 0),
    ({"error": 502, "times": 3}, "Part 1 of", 0),
    ({"error": "drop"}, "Part 1 of", 0),
    ({"error": "lost"}, "Part 1 of", 0),
    ({"error": 400, "description": NOT_MODIFIED}, "What would you like to know?", 0),
    ({"error": 400, "description": GONE}, "Part 1 of", 1),
    ({"error": 400, "description": "Bad Request: something new"}, "went wrong", 1),
    ({"error": 404}, "went wrong", 1),
    ({"error": 403, "description": LEFT}, "What would you like to know?", 0),
]
# The same for the message that a typed word asks for.
SENDS: list[tuple[dict[str, Any], str, int]] = [
    ({"error": 429, "retry_after": 1}, "How this works", 1),
    ({"error": 500}, "went wrong", 1),
    ({"error": "drop"}, "went wrong", 1),
    ({"error": "lost"}, "went wrong", 2),
    ({"error": 400}, "went wrong", 1),
    ({"error": 404}, "went wrong", 1),
    ({"error": 403, "description": LEFT}, "What would you like to know?", 0),
]


@pytest.mark.parametrize(("fault", "seen", "more"), EDITS)
async def test_a_refused_edit(
    fault: dict[str, Any], seen: str, more: int, tmp_path: Path, conversation: Conversation
) -> None:
    async with hand_fed(tmp_path, conversation) as bot:
        ana = bot.sandbox.person("Ana")
        await bot.intake.handle(await bot.says(ana, "/menu"))
        await ana.look()
        bot.provoke("editMessageText", **fault)
        await bot.intake.handle(await bot.taps(ana, PAGE))
        await ana.look()
        assert seen in ana.screen
        assert len(ana.bot_messages) == 1 + more


@pytest.mark.parametrize(("fault", "seen", "more"), SENDS)
async def test_a_refused_message(
    fault: dict[str, Any], seen: str, more: int, tmp_path: Path, conversation: Conversation
) -> None:
    async with hand_fed(tmp_path, conversation) as bot:
        ana = bot.sandbox.person("Ana")
        await bot.intake.handle(await bot.says(ana, "/menu"))
        await ana.look()
        bot.provoke("sendMessage", **fault)
        await bot.intake.handle(await bot.says(ana, "/help"))
        await ana.look()
        assert seen in ana.screen
        assert len(ana.bot_messages) == 1 + more


async def test_a_token_that_telegram_no_longer_takes_ends_the_bot_with_its_cure(
    world: tuple[Sandbox, BotProcess, Person],
) -> None:
    sandbox, bot, ana = world
    await provoke(sandbox, "getUpdates", error=401)
    await ana.send("/menu", wait=False)
    async with asyncio.timeout(10):
        while bot.running:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    assert await bot.stop() == 2
    assert "copy it again from BotFather" in bot.log


@pytest.mark.parametrize("error", [409, 429, 502, "drop", "lost"])
async def test_polling_goes_on_after_a_refusal(
    error: int | str, world: tuple[Sandbox, BotProcess, Person]
) -> None:
    sandbox, bot, ana = world
    await provoke(sandbox, "getUpdates", error=error, retry_after=1)
    await ana.tap("Next part", wait=False)
    await ana.wait_for("Part 2 of")
    await ana.tap("Next part", wait=False)
    await ana.wait_for("Part 3 of")
    assert len(ana.bot_messages) == 1
    await bot.says("polling_failed")


async def test_a_telegram_out_of_reach_is_waited_for_at_the_start(tmp_path: Path) -> None:
    async with running_sandbox() as sandbox:
        for method in ("getMe", "deleteWebhook"):
            await provoke(sandbox, method, error=502)
        async with running(sandbox, tmp_path) as bot:
            ana = sandbox.person("Ana")
            await ana.send("/menu")
            assert "What would you like to know?" in ana.screen
            assert bot.log.count("telegram_out_of_reach") == 2


async def test_told_to_stop_it_finishes_what_is_in_hand(
    world: tuple[Sandbox, BotProcess, Person],
) -> None:
    sandbox, bot, ana = world
    await provoke(sandbox, "editMessageText", error="delay", seconds=1)
    await ana.tap("Next part", wait=False)
    await asyncio.sleep(0.5)
    assert await bot.stop(signal.SIGTERM) == 0
    await ana.look()
    assert "Part 2 of" in ana.screen
    assert "left_to_redelivery=0" in bot.log
    assert not list(sandbox.state.updates.pending()), "and says so to Telegram"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[tuple[Sandbox, BotProcess, Person]]:
    """Return a sandbox whose seconds are short, the bot, and a person on a page."""
    async with running_sandbox(Sandbox(second=0.05)) as sandbox, running(sandbox, tmp_path) as bot:
        ana = sandbox.person("Ana")
        await ana.send("/start")
        await ana.tap("Skip, just reading")
        await ana.tap("Your pain")
        await ana.tap("Nerve pain")
        yield sandbox, bot, ana


async def provoke(sandbox: Sandbox, method: str, **fault: Any) -> None:  # noqa: ANN401 - JSON
    async with httpx.AsyncClient(base_url=sandbox.url) as client:
        (await client.post("/sandbox/faults", json={"method": method, **fault})).raise_for_status()


async def test_too_many_requests_is_waited_out(
    world: tuple[Sandbox, BotProcess, Person],
) -> None:
    sandbox, bot, ana = world
    await provoke(sandbox, "editMessageText", error=429, retry_after=1)
    await ana.tap("Next part", wait=False)
    await ana.wait_for("Part 2 of")
    assert "turn_failed" not in bot.log


async def test_a_server_that_stumbles_is_asked_again(
    world: tuple[Sandbox, BotProcess, Person],
) -> None:
    sandbox, _, ana = world
    await provoke(sandbox, "editMessageText", error=502, times=2)
    await ana.tap("Next part", wait=False)
    await ana.wait_for("Part 2 of")


async def test_a_query_too_old_to_answer_still_turns_the_page(
    world: tuple[Sandbox, BotProcess, Person],
) -> None:
    sandbox, bot, ana = world
    old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    await provoke(sandbox, "answerCallbackQuery", error=400, description=old)
    await ana.tap("Next part", wait=False)
    await ana.wait_for("Part 2 of")
    await bot.says("query_not_answered")
    assert "turn_failed" not in bot.log


async def test_the_same_screen_twice_is_no_error(
    world: tuple[Sandbox, BotProcess, Person],
) -> None:
    _, bot, ana = world
    await ana.tap("Menu")
    menu = next(b for row in ana.last["reply_markup"]["inline_keyboard"] for b in row)
    await ana.tap_data("1m---_en")
    await ana.tap_data("1m---_en")
    assert menu
    assert "turn_failed" not in bot.log


async def test_a_message_that_can_no_longer_be_edited_is_sent_anew(
    world: tuple[Sandbox, BotProcess, Person],
) -> None:
    sandbox, _, ana = world
    gone = "Bad Request: message to edit not found"
    before = len(ana.bot_messages)
    await provoke(sandbox, "editMessageText", error=400, description=gone)
    await ana.tap("Next part", wait=False)
    await ana.wait_for("Part 2 of")
    assert len(ana.bot_messages) == before + 1


async def test_a_reader_who_left_is_let_go(world: tuple[Sandbox, BotProcess, Person]) -> None:
    sandbox, bot, ana = world
    blocked = "Forbidden: bot was blocked by the user"
    await provoke(sandbox, "sendMessage", error=403, description=blocked)
    await ana.send("/menu", wait=False)
    kim = sandbox.person("Kim")
    await kim.send("/menu")
    assert "What would you like to know?" in kim.screen
    await bot.says("reader_gone")
    assert "turn_failed" not in bot.log


async def test_a_send_that_may_have_arrived_is_not_repeated(
    world: tuple[Sandbox, BotProcess, Person],
) -> None:
    sandbox, bot, ana = world
    await provoke(sandbox, "sendMessage", error="lost")
    before = len(ana.bot_messages)
    await ana.send("/help", wait=False)
    await ana.wait_for("went wrong")
    shown = [m for m in ana.bot_messages[before:] if "How this works" in m["text"]]
    assert len(shown) == 1, "the lost answer had arrived; it came once"
    await bot.says("turn_failed")
