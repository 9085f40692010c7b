"""What happened in the chats, in order, for the chat page and for test clients."""

import asyncio
from collections import deque
from typing import Any

from bot.sandbox.wire import Json

KEPT = 5_000


class Feed:
    """A numbered stream of events per chat that readers may wait on.

    Kinds: `message`, `edited`, `deleted` (with the message), `answered` (a tap got its answer),
    `refused` (a call about this chat was refused), `acked` (the bot confirmed an update),
    `action` (typing), `chat` (language, name or block changed), `profile` (commands changed).
    """

    def __init__(self) -> None:
        self._events: deque[Json] = deque(maxlen=KEPT)
        self._waiting: set[asyncio.Event] = set()
        self.last = 0
        self.closed = False

    def publish(self, chat_id: int | None, kind: str, **details: Any) -> None:  # noqa: ANN401
        """Add an event; `chat_id` None means it concerns every chat."""
        self.last += 1
        self._events.append({"seq": self.last, "chat_id": chat_id, "kind": kind, **details})
        self._wake()

    def since(self, chat_id: int, after: int) -> list[Json]:
        """Return the events of a chat numbered above `after`."""
        found = []
        for event in reversed(self._events):
            if event["seq"] <= after:
                break
            if event["chat_id"] in {chat_id, None}:
                found.append(event)
        return found[::-1]

    async def wait(self, chat_id: int, after: int, seconds: float) -> list[Json]:
        """Return the events above `after`, waiting up to `seconds` for the first of them."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (events := self.since(chat_id, after)) and not self.closed:
            left = deadline - loop.time()
            if left <= 0:
                break
            woken = asyncio.Event()
            self._waiting.add(woken)
            try:
                await asyncio.wait_for(woken.wait(), left)
            except TimeoutError:
                break
            finally:
                self._waiting.discard(woken)
        return events

    def close(self) -> None:
        """Let every waiting reader go."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        for woken in self._waiting:
            woken.set()
