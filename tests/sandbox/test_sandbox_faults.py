"""Breakdowns on demand, the call log and the rest of the control interface."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
import telegram
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.sandbox import Sandbox

KINDS = ("photo", "voice", "sticker", "location", "document", "video", "video_note", "animation")


async def control(
    sandbox: Sandbox, verb: str, path: str, body: Mapping[str, object] | None = None
) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=sandbox.url) as http:
        reply = await http.request(verb, f"/sandbox{path}", json=body)
    answer: dict[str, Any] = reply.json()
    assert reply.is_error == ("error" in answer)
    return answer


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"error": 429, "retry_after": 7}, RetryAfter),
        ({"error": 500}, NetworkError),
        ({"error": 502}, NetworkError),
        ({"error": 403}, Forbidden),
        ({"error": 400, "description": "Bad Request: oh no"}, BadRequest),
        ({"error": "drop"}, NetworkError),
        ({"error": "lost"}, NetworkError),
        ({"error": "timeout", "seconds": 0.5}, TimedOut),
    ],
)
async def test_each_breakdown_reaches_the_bot_once(
    sandbox: Sandbox,
    bot: telegram.Bot,
    fault: dict[str, object],
    expected: type[telegram.error.TelegramError],
) -> None:
    chat = sandbox.state.open_chat("Ana")
    await control(sandbox, "POST", "/faults", {"method": "sendMessage", **fault})
    await bot.get_me()
    with pytest.raises(expected):
        await bot.send_message(chat.id, "x", read_timeout=0.2)
    if fault["error"] == "timeout":
        await asyncio.sleep(0.4)
    assert len(chat.messages) == (fault["error"] == "lost")
    await bot.send_message(chat.id, "y")
    assert sandbox.state.complaints == []
    assert (await control(sandbox, "GET", "/faults"))["faults"] == []


async def test_a_delay_and_a_fault_for_one_chat(sandbox: Sandbox, bot: telegram.Bot) -> None:
    ana, ben = sandbox.state.open_chat("Ana"), sandbox.state.open_chat("Ben")
    await control(sandbox, "POST", "/faults", {"error": "delay", "seconds": 0.2})
    begun = time.monotonic()
    await bot.get_me()
    assert time.monotonic() - begun >= 0.2
    await control(sandbox, "POST", "/faults", {"error": 403, "chat_id": ben.id, "times": 2})
    await bot.send_message(ana.id, "x")
    with pytest.raises(Forbidden):
        await bot.send_message(ben.id, "x")
    await control(sandbox, "DELETE", "/faults")
    await bot.send_message(ben.id, "x")


async def test_the_log_shows_calls_and_answers(sandbox: Sandbox, bot: telegram.Bot) -> None:
    chat = sandbox.state.open_chat("Ana")
    await bot.send_message(chat.id, "x")
    (call,) = (await control(sandbox, "GET", "/log?method=sendmessage"))["calls"]
    assert call["params"]["text"] == "x"
    assert call["answer"]["result"]["text"] == "x"
    assert sandbox.token not in str(await control(sandbox, "GET", "/log"))
    await control(sandbox, "DELETE", "/log")
    assert await control(sandbox, "GET", "/log") == {"calls": []}


async def test_what_a_person_cannot_do_is_said(sandbox: Sandbox) -> None:
    view = await control(sandbox, "POST", "/chats", {"first_name": "Ana", "language_code": "ar"})
    chat = view["chat"]["id"]
    messages = f"/chats/{chat}/messages"
    for verb, path, body in (
        ("POST", messages, {"text": "  "}),
        ("POST", messages, {"kind": "dream"}),
        ("POST", messages, {"edited": 77, "text": "x"}),
        ("POST", messages, {"text": "x", "reply_to": 77}),
        ("POST", f"/chats/{chat}/taps", {"message_id": 77, "data": "x"}),
        ("POST", f"/chats/{chat}/taps", {"data": "x"}),
        ("POST", "/chats", {"type": "planet"}),
        ("POST", "/faults", {"error": "flood"}),
        ("GET", "/chats/1", {}),
    ):
        assert (await control(sandbox, verb, path, body))["error"]


@pytest.mark.parametrize(
    "kind",
    [*KINDS, "audio", "contact", "dice"],
)
async def test_everything_a_person_may_send_parses(
    sandbox: Sandbox, bot: telegram.Bot, kind: str
) -> None:
    chat = sandbox.state.open_chat("Ana")
    await control(
        sandbox, "POST", f"/chats/{chat.id}/messages", {"kind": kind, "caption": "/look"}
    )
    (update,) = await bot.get_updates(timeout=0)
    assert update.message is not None
    assert getattr(update.message, kind)
    assert update.message.caption == "/look"


async def test_time_people_and_health(sandbox: Sandbox, bot: telegram.Bot) -> None:
    assert (await control(sandbox, "GET", "/health")) == {"ok": True, "bot_listening": False}
    await bot.get_updates(timeout=0)
    assert (await control(sandbox, "GET", "/health"))["bot_listening"] is True
    before = sandbox.clock.now()
    await control(sandbox, "POST", "/clock", {"advance": 3600})
    assert sandbox.clock.now() - before >= 3600
    view = await control(sandbox, "POST", "/chats", {"type": "group", "title": "Support"})
    chat = view["chat"]["id"]
    assert int(chat) < 0
    assert len((await control(sandbox, "GET", "/chats"))["chats"]) == 1
    view = await control(
        sandbox, "PATCH", f"/chats/{chat}", {"blocked": True, "first_name": "New"}
    )
    assert (view["blocked"], view["chat"]["title"]) == (True, "New")


async def test_the_event_stream_tells_what_happens(sandbox: Sandbox, bot: telegram.Bot) -> None:
    chat = sandbox.state.open_chat("Ana")
    async with (
        httpx.AsyncClient(base_url=sandbox.url) as http,
        http.stream("GET", f"/sandbox/chats/{chat.id}/events") as stream,
    ):
        await bot.send_chat_action(chat.id, "typing")
        await bot.send_message(chat.id, "hello")
        seen = []
        async for line in stream.aiter_lines():
            seen.append(line)
            if "hello" in line:
                break
    assert any('"kind": "action"' in line for line in seen)


async def test_complaints_name_refusals_and_taps_left_spinning(
    sandbox: Sandbox, bot: telegram.Bot
) -> None:
    chat = sandbox.state.open_chat("Ana")
    sent = await bot.send_message(chat.id, "x")
    await control(
        sandbox, "POST", f"/chats/{chat.id}/taps", {"message_id": sent.message_id, "data": "go"}
    )
    with pytest.raises(BadRequest):
        await bot.send_message(chat.id, "<h1>", parse_mode="HTML")
    told = await control(sandbox, "GET", "/complaints")
    assert [one["kind"] for one in told["complaints"]] == ["refused"]
    assert len(told["unanswered"]) == 1
