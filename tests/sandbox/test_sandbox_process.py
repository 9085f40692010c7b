"""The sandbox in a process of its own: quick to start, quiet, gone when told."""

import asyncio
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.sandbox import TOKEN

TOLD = 5.0
"""Seconds to start that fail the test; the promise is one, shared machines are slower."""


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number: int = listener.getsockname()[1]
        return number


@pytest.fixture
async def process(port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    command = [sys.executable, "-m", "bot.sandbox", "--port", str(port)]
    started = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    yield started
    if started.returncode is None:
        started.kill()
        await started.wait()


async def test_it_starts_answers_and_stops(process: asyncio.subprocess.Process, port: int) -> None:
    begun = time.monotonic()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        while True:
            try:
                reply = await http.get("/sandbox/health")
                break
            except httpx.ConnectError:
                assert time.monotonic() - begun < TOLD
                await asyncio.sleep(0.02)
        assert reply.json()["ok"]
        assert (await http.get(f"/bot{TOKEN}/getMe")).json()["ok"]
        waiting = asyncio.create_task(http.get(f"/bot{TOKEN}/getUpdates", params={"timeout": 50}))
        await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert (await waiting).json() == {"ok": True, "result": []}
    output, _ = await asyncio.wait_for(process.communicate(), TOLD)
    assert TOKEN.encode() not in output
