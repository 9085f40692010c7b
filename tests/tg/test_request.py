"""What can go wrong on the way to Telegram, and what each of it is called."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.sandbox import Sandbox, running_sandbox
from bot.sandbox.faults import read_fault
from bot.tg.request import NotReachedError, Request, ServerFaultError
from bot.tg.watch import Nobody

SECONDS = 0.5


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def outcomes() -> list[tuple[str, str]]:
    return []


@pytest.fixture
async def request_(sandbox: Sandbox, outcomes: list[tuple[str, str]]) -> AsyncIterator[Request]:
    base = f"{sandbox.bot_api_url}/bot{sandbox.token}"

    class Counting(Nobody):
        def called(self, method: str, outcome: str, seconds: float) -> None:
            outcomes.append((method, outcome))

    async with Request(base, Counting()) as request:
        yield request


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"error": 400}, BadRequest),
        ({"error": 401}, InvalidToken),
        ({"error": 403}, Forbidden),
        ({"error": 404}, InvalidToken),
        ({"error": 409}, Conflict),
        ({"error": 429, "retry_after": 7}, RetryAfter),
        ({"error": 500}, ServerFaultError),
        ({"error": 502}, ServerFaultError),
        ({"error": "timeout", "seconds": 5}, TimedOut),
        ({"error": "drop"}, NetworkError),
        ({"error": "lost"}, NetworkError),
    ],
)
async def test_each_refusal_is_the_librarys_error_by_both_ways(
    sandbox: Sandbox,
    request_: Request,
    outcomes: list[tuple[str, str]],
    fault: dict[str, object],
    kind: type[TelegramError],
) -> None:
    sandbox.state.faults.add(read_fault({"method": "getMe", "times": 2, **fault}))
    with pytest.raises(TelegramError) as direct:
        await request_.send_bytes("getMe", b"{}", SECONDS)
    bot = Bot(sandbox.token, f"{sandbox.bot_api_url}/bot", request=request_)
    with pytest.raises(TelegramError) as through:
        await bot.get_me(read_timeout=SECONDS)

    assert type(direct.value) is kind
    assert isinstance(through.value, NetworkError if kind is ServerFaultError else kind)
    assert not isinstance(direct.value, NotReachedError), "it may have arrived"
    assert [name for name, _ in outcomes] == ["getMe", "getMe"]
    for error in (direct.value, through.value):
        assert sandbox.token not in repr(error) + repr(error.__cause__)


async def test_a_call_that_never_left_is_told_apart() -> None:
    async with Request("http://127.0.0.1:9/bot1:secret") as request:
        with pytest.raises(NotReachedError) as error:
            await request.send_bytes("sendMessage", b"{}")
    assert "secret" not in repr(error.value)


async def test_a_flood_wait_says_how_long(sandbox: Sandbox, request_: Request) -> None:
    sandbox.state.faults.add(read_fault({"method": "getMe", "error": 429, "retry_after": 7}))
    with pytest.raises(RetryAfter) as error:
        await request_.send_bytes("getMe", b"{}")
    assert error.value._retry_after.total_seconds() == 7


async def test_files_go_by_the_librarys_own_client(sandbox: Sandbox, request_: Request) -> None:
    bot = Bot(
        sandbox.token,
        f"{sandbox.bot_api_url}/bot",
        f"{sandbox.bot_api_url}/file/bot",
        request=request_,
    )
    ana = sandbox.person("Ana")
    await ana.send("hello", wait=False)
    assert ana.chat_id is not None
    await bot.send_document(ana.chat_id, b"words", filename="words.txt")
    await ana.look()
    assert ana.last["document"]["file_name"] == "words.txt"
    sandbox.state.faults.add(read_fault({"method": "sendDocument", "error": 500}))
    with pytest.raises(NetworkError):
        await bot.send_document(ana.chat_id, b"words", filename="words.txt")
