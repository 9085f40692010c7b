"""Telegram's rates for new messages, kept on our side so that it need not refuse.

About 30 messages a second per bot and one a second per chat, with short bursts allowed
(Bot FAQ, "My bot is hitting limits"). Edits are not counted: there is no published limit for
them, and a refusal is waited out where it comes.
"""

import asyncio
from collections import OrderedDict

PER_SECOND = 30.0
BURST = 30.0
CHAT_PER_SECOND = 1.0
CHAT_BURST = 5.0
_CHATS = 10_000


class Rates:
    """Turns to send. An urgent message takes its turn at once and lets the others wait longer."""

    def __init__(self) -> None:
        self._all_free_at = 0.0
        self._chat_free_at: OrderedDict[int, float] = OrderedDict()

    async def turn(self, chat_id: int, *, urgent: bool = False) -> None:
        """Return when a message may be sent to this chat."""
        now = asyncio.get_running_loop().time()
        wait = self._book(chat_id, now)
        if wait > 0 and not urgent:
            await asyncio.sleep(wait)

    def _book(self, chat_id: int, now: float) -> float:
        """Take the next turn; return the seconds until it comes (virtual scheduling)."""
        everybody = max(self._all_free_at, now)
        chat = max(self._chat_free_at.pop(chat_id, 0.0), now)
        self._all_free_at = everybody + 1 / PER_SECOND
        self._chat_free_at[chat_id] = chat + 1 / CHAT_PER_SECOND
        if len(self._chat_free_at) > _CHATS:
            self._chat_free_at.popitem(last=False)
        wait_for_all = everybody - now - (BURST - 1) / PER_SECOND
        wait_for_chat = chat - now - (CHAT_BURST - 1) / CHAT_PER_SECOND
        return max(wait_for_all, wait_for_chat, 0.0)
