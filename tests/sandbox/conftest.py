"""A running sandbox, a real bot that talks to it, and a clock the tests may move."""

from collections.abc import AsyncIterator

import pytest
import telegram
from telegram.request import HTTPXRequest

from bot.sandbox import Sandbox, running_sandbox


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opt in to the library's future type of `retry_after`; the old one warns, which fails."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox(Sandbox(second=0.01)) as running:
        yield running


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[telegram.Bot]:
    # No certificates are needed on this machine, and loading them takes most of a test's time.
    requests = [HTTPXRequest(httpx_kwargs={"verify": False}) for _ in range(2)]
    base = f"{sandbox.bot_api_url}/bot"
    one, other = requests
    made = telegram.Bot(sandbox.token, base, request=one, get_updates_request=other)
    async with made as ready:
        yield ready
