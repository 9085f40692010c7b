"""One reader's updates in order, readers beside each other."""

import asyncio
from dataclasses import dataclass, field

from bot.tg.updates import Press


@dataclass(slots=True)
class Lane:
    """One reader's queue. `newest` has, per message, the latest tap on it that has come."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    members: int = 0
    newest: dict[int, int] = field(default_factory=dict)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def tapped(self, press: Press) -> None:
        """Take note of a tap, and wake an older one that waits for Telegram."""
        self.newest[press.message_id] = press.update_id
        self.came.set()

    async def outdated(self, press: Press, seconds: float) -> bool:
        """Wait; return early, and true, when a newer tap on the message makes this one moot."""
        try:
            async with asyncio.timeout(seconds):
                while not self._moot(press):
                    self.came.clear()
                    await self.came.wait()
        except TimeoutError:
            pass
        return self._moot(press)

    def _moot(self, press: Press) -> bool:
        return self.newest.get(press.message_id, 0) > press.update_id


class Lanes:
    """The lanes of all readers with something to do; idle ones take no memory."""

    def __init__(self) -> None:
        self._lanes: dict[int, Lane] = {}
        self.members = 0

    def join(self, person: int, press: Press | None = None) -> Lane:
        """Return a person's lane, to be left again by `leave`; its lock is the place in it."""
        lane = self._lanes.get(person)
        if lane is None:
            lane = self._lanes[person] = Lane()
        lane.members += 1
        self.members += 1
        if press is not None:
            lane.tapped(press)
        return lane

    def leave(self, person: int, lane: Lane) -> None:
        """Take an update out of its lane."""
        self.members -= 1
        lane.members -= 1
        if not lane.members:
            del self._lanes[person]
