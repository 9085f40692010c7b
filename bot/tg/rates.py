"""Telegram's rates for new messages, kept on our side so that it need not refuse.

About 30 messages a second per bot and one a second per chat, with short bursts allowed
(Bot FAQ, "My bot is hitting limits"). Edits are not counted: there is no published limit for
them, and a refusal is waited out where it comes.
"""

import asyncio
import math
from collections import OrderedDict

from telegram.error import RetryAfter

PER_SECOND = 30.0
BURST = 30.0
CHAT_PER_SECOND = 1.0
CHAT_BURST = 5.0
# Seconds: a longer queue is left to Telegram, which has the update still.
LONGEST_WAIT = 10.0
_CHATS = 10_000


class Rates:
    """Turns to send. An urgent message takes its turn at once and lets the others wait longer."""

    def __init__(self) -> None:
        self._all_free_at = 0.0
        self._chat_free_at: OrderedDict[int, float] = OrderedDict()

    async def turn(self, chat_id: int, *, urgent: bool = False) -> None:
        """Return when a message may be sent to this chat.

        Raises what Telegram would: RetryAfter, where that is too long to wait for.
        """
        now = asyncio.get_running_loop().time()
        wait = 0.0 if urgent else self.wait(chat_id, now)
        if wait > LONGEST_WAIT:
            raise RetryAfter(math.ceil(wait - LONGEST_WAIT))
        self.book(chat_id, now)
        if wait:
            await asyncio.sleep(wait)

    def wait(self, chat_id: int, now: float) -> float:
        """Return the seconds until the next turn of a chat (virtual scheduling)."""
        everybody = self._all_free_at - now - (BURST - 1) / PER_SECOND
        chat = self._chat_free_at.get(chat_id, 0.0) - now - (CHAT_BURST - 1) / CHAT_PER_SECOND
        return max(everybody, chat, 0.0)

    def book(self, chat_id: int, now: float) -> None:
        """Take the next turn of a chat."""
        self._all_free_at = max(self._all_free_at, now) + 1 / PER_SECOND
        chat = max(self._chat_free_at.pop(chat_id, 0.0), now)
        self._chat_free_at[chat_id] = chat + 1 / CHAT_PER_SECOND
        if len(self._chat_free_at) > _CHATS:
            self._chat_free_at.popitem(last=False)
