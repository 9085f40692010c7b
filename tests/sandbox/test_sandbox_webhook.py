"""Pushing updates: the secret, order, retries, back-pressure, and calls in the answer."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import telegram
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.error import BadRequest

from bot.sandbox import Sandbox
from bot.sandbox.people import say, tap
from bot.sandbox.state import Chat

Handle = Callable[[dict[str, Any]], Awaitable[Response]]
OK = Response()


class Receiver:
    """A bot's web server: remembers what came and answers as the test says."""

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.at_once = 0
        self.most_at_once = 0
        self.url = ""

    async def receive(self, request: Request) -> Response:
        update = await request.json()
        self.got.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self.handle(update)
        finally:
            self.at_once -= 1


@contextlib.asynccontextmanager
async def receiving(handle: Handle) -> AsyncIterator[Receiver]:
    receiver = Receiver(handle)
    app = Starlette(routes=[Route("/hook", receiver.receive, methods=["POST"])])
    config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    # Named as TCP, so that asyncio turns off the delay of small packets.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    receiver.url = f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield receiver
    finally:
        server.should_exit = True
        await serving
        listener.close()


@pytest.fixture
def chat(sandbox: Sandbox) -> Chat:
    return sandbox.state.open_chat("Ana")


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110 - looks from outside at what a server got
            await asyncio.sleep(0.005)


async def fine(_: dict[str, Any]) -> Response:
    return OK


async def test_updates_are_pushed_with_the_secret(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    say(sandbox.state, chat, text="before")
    async with receiving(fine) as receiver:
        await bot.set_webhook(receiver.url, secret_token="s3cret_-")  # noqa: S106
        say(sandbox.state, chat, text="after")
        await until(lambda: len(receiver.got) == 2 and len(sandbox.state.updates) == 0)
        assert [one["message"]["text"] for one in receiver.got] == ["before", "after"]
        assert receiver.secrets == ["s3cret_-"] * 2
        update = telegram.Update.de_json(receiver.got[0], bot)
        assert update.message is not None
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count) == (receiver.url, 0)
        await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""


async def test_one_chat_keeps_its_order_and_chats_go_side_by_side(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    other = sandbox.state.open_chat("Ben")
    gate = asyncio.Event()

    async def slow(update: dict[str, Any]) -> Response:
        if update["message"]["text"] == "a1":
            await gate.wait()
        return OK

    async with receiving(slow) as receiver:
        await bot.set_webhook(receiver.url)
        for who, text in ((chat, "a1"), (chat, "a2"), (other, "b1"), (other, "b2")):
            say(sandbox.state, who, text=text)
        await until(lambda: len(receiver.got) == 3)
        await asyncio.sleep(0.05)
        assert sorted(one["message"]["text"] for one in receiver.got) == ["a1", "b1", "b2"]
        gate.set()
        await until(lambda: len(receiver.got) == 4)
        assert receiver.got[-1]["message"]["text"] == "a2"


async def test_no_more_connections_than_allowed(bot: telegram.Bot, sandbox: Sandbox) -> None:
    async def slow(_: dict[str, Any]) -> Response:
        await asyncio.sleep(0.02)
        return OK

    async with receiving(slow) as receiver:
        await bot.set_webhook(receiver.url, max_connections=2)
        for number in range(8):
            say(sandbox.state, sandbox.state.open_chat(f"P{number}"), text="x")
        await until(lambda: len(sandbox.state.updates) == 0)
        assert receiver.most_at_once == 2


async def test_a_failed_push_comes_again(bot: telegram.Bot, sandbox: Sandbox, chat: Chat) -> None:
    answers = [Response(status_code=500), Response(status_code=503, headers={"Retry-After": "3"})]

    async def failing(_: dict[str, Any]) -> Response:
        return answers.pop(0) if answers else OK

    async with receiving(failing) as receiver:
        await bot.set_webhook(receiver.url)
        say(sandbox.state, chat, text="x")
        await until(lambda: len(sandbox.state.updates) == 0)
        assert len({one["update_id"] for one in receiver.got}) == 1
        assert len(receiver.got) == 3
        info = await bot.get_webhook_info()
        assert info.last_error_message == (
            "Wrong response from the webhook: 503 Service Unavailable"
        )


async def test_a_tap_whose_time_runs_out_is_given_up(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    async def failing(_: dict[str, Any]) -> Response:
        return Response(status_code=503, headers={"Retry-After": "200"})

    sent = await bot.send_message(chat.id, "x")
    async with receiving(failing) as receiver:
        await bot.set_webhook(receiver.url)
        tap(sandbox.state, chat, sent.message_id, "go")
        await until(lambda: len(sandbox.state.updates) == 0)
        assert len(receiver.got) == 1


async def test_an_unreachable_webhook_keeps_its_updates(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    await bot.set_webhook("http://127.0.0.1:9/none")
    say(sandbox.state, chat, text="x")
    await until(lambda: bool(sandbox.state.webhook and sandbox.state.webhook.last_error_message))
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert len(sandbox.state.updates) == 0


async def test_a_call_in_the_answer_is_carried_out(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    async def calling(update: dict[str, Any]) -> Response:
        if "message" in update:
            return JSONResponse({"method": "getMe"})
        query = update["callback_query"]["id"]
        return JSONResponse(
            {"method": "answerCallbackQuery", "callback_query_id": query, "text": "done"}
        )

    sent = await bot.send_message(chat.id, "x")
    async with receiving(calling) as receiver:
        await bot.set_webhook(receiver.url)
        made, _ = tap(sandbox.state, chat, sent.message_id, "go")
        say(sandbox.state, chat, text="x")
        await until(lambda: made.answer is not None and len(sandbox.state.updates) == 0)
    calls = [call["method"] for call in sandbox.state.calls if call["via"] == "webhook answer"]
    assert calls == ["answerCallbackQuery"]


@pytest.mark.parametrize(
    ("url", "secret", "reason"),
    [
        ("ftp://example.org", None, "invalid webhook URL"),
        ("https://example.org", "x" * 257, "secret token is too long"),
        ("https://example.org", "a b", "unallowed characters"),
    ],
)
async def test_bad_webhooks_are_refused(
    bot: telegram.Bot, url: str, secret: str | None, reason: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await bot.set_webhook(url, secret_token=secret)
