"""What Telegram refuses, provoked: each refusal has its outcome and the reader an answer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox import Person, Sandbox, running_sandbox
from tests.tg.bot_process import BotProcess, running


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
