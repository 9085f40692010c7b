"""The real bot in a process of its own, talking HTTP with the sandbox, as with Telegram."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
CONTACT = "care@example.org"
KEY = "a-key-for-tests-that-opens-nothing-at-all"


class BotProcess:
    """`python -m bot run`, its log, and a way to stop it kindly or at once."""

    def __init__(self, sandbox: Sandbox, folder: Path, **settings: str) -> None:
        self.log_file = folder / "bot.log"
        self.database = folder / "clearleaf.db"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BOT_")},
            "BOT_TOKEN": sandbox.token,
            "BOT_API_URL": sandbox.bot_api_url,
            "BOT_CONTACT": CONTACT,
            "BOT_SECRET_KEY": KEY,
            "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{self.database}",
            "BOT_PORT": "0",
            "PYTHONWARNINGS": "error",
            **settings,
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        seen = self.log.count("event='ready'")
        async with asyncio.timeout(30):
            while self.log.count("event='ready'") == seen:
                assert self._process.returncode is None, self.log
                await asyncio.sleep(0.05)

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop it; return its exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        async with asyncio.timeout(20):
            return await self._process.wait()

    @property
    def running(self) -> bool:
        """Whether the process is still there."""
        return self._process is not None and self._process.returncode is None

    async def says(self, words: str) -> None:
        """Wait until the log holds these words: a line may come after the answer it is about."""
        async with asyncio.timeout(10):
            while words not in self.log:  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.02)

    async def says_again(self, words: str) -> None:
        """Wait until the log holds these words for each time it was started."""
        async with asyncio.timeout(10):
            while self.log.count(words) < self.log.count("event='ready'"):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)

    @property
    def log(self) -> str:
        """All it wrote so far."""
        return self.log_file.read_text()


@asynccontextmanager
async def running(sandbox: Sandbox, folder: Path, **settings: str) -> AsyncIterator[BotProcess]:
    """Run a bot against the sandbox; it is stopped at the end."""
    process = BotProcess(sandbox, folder, **settings)
    await process.start()
    try:
        yield process
    finally:
        await process.stop()
