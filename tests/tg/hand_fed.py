"""The bot in this process, its updates given to it by hand, as any delivery may happen to be.

The sandbox is the Bot API, over HTTP; the database is real. To build it a second time over the
same database is what a restart after a crash is.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bot.core.conversation import Conversation
from bot.sandbox import Person, Sandbox, running_sandbox
from bot.sandbox.faults import read_fault
from bot.service import Service
from bot.store import open_store
from bot.store.schema import upgrade
from bot.tg import application as tg
from bot.tg.intake import Intake
from bot.tg.watch import Nobody

Json = dict[str, Any]


class Noted(Nobody):
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.updates: list[tuple[str, str]] = []
        self.pages: list[bool] = []

    def handled(self, kind: str, outcome: str, seconds: float) -> None:
        self.updates.append((kind, outcome))

    def page(self, *, kept: bool) -> None:
        self.pages.append(kept)


class HandFed:
    """A sandbox, a bot, and the updates on their way from one to the other."""

    def __init__(self, sandbox: Sandbox, url: str, conversation: Conversation) -> None:
        self.sandbox = sandbox
        self.url = url
        self._conversation = conversation
        self._running = AsyncExitStack()
        self.noted = Noted()
        self.telegram: tg.Telegram
        self.service: Service

    async def start(self) -> None:
        """Start the bot, or end it as a crash would and start another."""
        await self.stop()
        store = await self._running.enter_async_context(open_store(self.url, b"k" * 32))
        self.service = Service(self._conversation, store)
        self.telegram = tg.build(
            self.sandbox.token,
            self.sandbox.bot_api_url,
            self.service,
            store,
            self._conversation.sorry(),
            watch=self.noted,
        )
        await self._running.enter_async_context(self.telegram.app)

    async def stop(self) -> None:
        """End the bot."""
        await self._running.aclose()

    @property
    def intake(self) -> Intake:
        """The door for updates."""
        return self.telegram.intake

    async def news(self) -> Json:
        """Take the one update that Telegram has."""
        (update,) = list(self.sandbox.state.updates.pending())
        self.sandbox.state.updates.confirm(update.id)
        raw: Json = update.wire()
        return raw

    def provoke(self, method: str, **fault: Any) -> None:  # noqa: ANN401 - JSON
        """Let something happen to the next calls of a method."""
        self.sandbox.state.faults.add(read_fault({"method": method, **fault}))

    def calls(self, method: str) -> list[Json]:
        """Return the calls made of a method so far."""
        return [call for call in self.sandbox.state.calls if call["method"] == method]

    async def says(self, person: Person, text: str) -> Json:
        """Let a person write; return the update."""
        await person.send(text, wait=False)
        return await self.news()

    async def taps(self, person: Person, data: str) -> Json:
        """Let a person tap on the bot's last message; return the update."""
        await person.tap_data(data, wait=False)
        return await self.news()


@asynccontextmanager
async def hand_fed(folder: Path, conversation: Conversation) -> AsyncIterator[HandFed]:
    """Run a sandbox and a bot for as long as the block lasts."""
    url = f"sqlite+aiosqlite:///{folder / 'hand.db'}"
    upgrade(url)
    async with running_sandbox(Sandbox(second=0.05)) as sandbox:
        bot = HandFed(sandbox, url, conversation)
        await bot.start()
        try:
            yield bot
        finally:
            await bot.stop()
