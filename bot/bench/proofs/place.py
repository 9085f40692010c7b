"""What every proof needs: pages that are drawn, a database, and the bot as a process."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from bot import bootstrap
from bot.bench.contenders import ROOT, environment
from bot.bench.drawing import draw
from bot.bench.pages import Page
from bot.bench.postgres import Postgres, postgres
from bot.bench.proofs.crowd import Told
from bot.config import Settings
from bot.core.address import Address, Choice, View
from bot.core.i18n import SOURCE_LOCALE
from bot.core.model import Audience, Level, Reader, StorageFailed
from bot.errors import BotError
from bot.store import schema
from bot.tg import writer

_KEY = "a-key-for-the-bench-that-opens-nothing"
_START = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """A copy of the content, its pages, and what the bot says about itself."""

    folder: Path
    pages: list[Page]
    told: Told

    def settings(self, database: str, *, webhook: bool) -> dict[str, str]:
        """Return the settings of a bot on this content."""
        chosen = {
            "BOT_CONTACT": "bench@example.org",
            "BOT_SECRET_KEY": _KEY,
            "BOT_DATABASE_URL": database,
            "BOT_CONTENT_DIR": str(self.folder / "content"),
            "BOT_LOCALES_DIR": str(self.folder / "locales"),
            "BOT_PORT": str(_free_port()),
            "BOT_LOG_LEVEL": "INFO",
        }
        if webhook:
            address = f"http://127.0.0.1:{chosen['BOT_PORT']}/telegram"
            chosen |= {"BOT_WEBHOOK_URL": address, "BOT_WEBHOOK_SECRET": "bench"}
        return chosen


def prepare(settings: Settings, folder: Path, most: int | None = None) -> Place:
    """Copy the content into a folder and draw it, or so many parts of its pages."""
    shutil.copytree(settings.content_dir, folder / "content")
    shutil.copytree(settings.locales_dir, folder / "locales")
    own = settings.model_copy(
        update={
            "content_dir": folder / "content",
            "locales_dir": folder / "locales",
            "contact": "bench@example.org",
            "min_status": "submitted",
            "doses": True,
        }
    )
    conversation = bootstrap.conversation(bootstrap.load_content(own), own)
    refusal = conversation.respond(Reader(), StorageFailed()).screens[0]
    choice = Address(
        View.MENU, SOURCE_LOCALE, Audience.PATIENT, Level.SIMPLE, choice=Choice.AUDIENCE
    )
    told = Told(choice.pack(), writer.text(refusal), writer.text(conversation.sorry()))
    return Place(folder, draw(own, most), told)


@contextmanager
def database(folder: Path, kind: str) -> Iterator[tuple[str, Postgres | None]]:
    """Have an empty database in its newest shape; the server too, where it is PostgreSQL."""
    with postgres() if kind == "postgresql" else nullcontext() as server:
        if server is None:
            file = folder / f"proof-{os.urandom(4).hex()}.db"
            url = f"sqlite+aiosqlite:///{file}"
        else:
            url = server.address(server.create())
        schema.upgrade(url)
        yield url, server


class Bot:
    """`python -m bot run` as a process, to be killed and started again."""

    def __init__(self, settings: Mapping[str, str], address: str, log: Path) -> None:
        self._environment = environment(settings, address)
        self.log = log
        self.log.write_bytes(b"")
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The id of the process that runs."""
        assert self._process is not None  # noqa: S101 - for the type
        return self._process.pid

    async def start(self, *, wait: bool = True) -> None:
        """Start it; wait until it serves. BotError with the end of its log if it never does."""
        ready = self.log.read_bytes().count(b"event='ready'")
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"),
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        if not wait:
            return
        try:
            async with asyncio.timeout(_START):
                while self.log.read_bytes().count(b"event='ready'") == ready:
                    if self._process.returncode is not None:
                        raise BotError(f"the bot did not start:\n{self.last_words()}")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise BotError(f"the bot did not start in time:\n{self.last_words()}") from None

    async def end(self, how: signal.Signals) -> None:
        """End it by a signal, and wait until it is gone."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(how)
            await self._process.wait()

    def last_words(self) -> str:
        """Return the end of its log."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-12:])

    def errors(self) -> int:
        """Return how many turns it says it failed at."""
        return self.log.read_bytes().count(b"level='error'")


@asynccontextmanager
async def bot_at(settings: Mapping[str, str], address: str, log: Path) -> AsyncIterator[Bot]:
    """Run a bot for the time of a block."""
    bot = Bot(settings, address, log)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.end(signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
