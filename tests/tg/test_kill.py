"""Killed without warning while people read, and started again: everybody gets an answer."""

import asyncio
import signal
from pathlib import Path

import pytest

from bot.sandbox import Person, Sandbox, running_sandbox
from tests.tg.bot_process import running

PAGES = ("1pps-_en__nerve-pain", "1pps-_en__what-it-is", "1pps-_en__side-effects", "1m---_en")


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_taps_survive_a_kill(webhook: bool, tmp_path: Path, unused_tcp_port: int) -> None:
    settings = {
        "BOT_WEBHOOK_URL": f"http://127.0.0.1:{unused_tcp_port}/hook",
        "BOT_WEBHOOK_SECRET": "only-telegram-knows",
        "BOT_PORT": str(unused_tcp_port),
    }
    chosen = settings if webhook else {}
    async with (
        running_sandbox(Sandbox(second=0.05)) as sandbox,
        running(sandbox, tmp_path, **chosen) as bot,
    ):
        people = [sandbox.person(f"Reader {number}") for number in range(6)]
        for person in people:
            await person.send("/menu")
        before = [len(person.bot_messages) for person in people]

        async def read(person: Person) -> None:
            for data in PAGES * 2:
                await person.tap_data(data, wait=False)
                await asyncio.sleep(0.05)

        reading = asyncio.gather(*(read(person) for person in people))
        await asyncio.sleep(0.15)
        await bot.stop(signal.SIGKILL)
        await bot.start()
        await reading

        async with asyncio.timeout(20):
            while list(sandbox.state.updates.pending()):  # noqa: ASYNC110 - of a test's world
                await asyncio.sleep(0.05)
        for person in people:
            await person.look()
            assert "What would you like to know?" in person.screen, "the last tap is what is seen"
        assert [len(person.bot_messages) for person in people] == before, "edits, no second copies"
        answered = {tap.id for tap in sandbox.state.taps.values() if tap.answer is not None}
        assert answered == set(sandbox.state.taps), "no button spins on"
