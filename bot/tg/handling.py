"""What is known of the update in hand, within the task that handles it."""

from contextvars import ContextVar
from dataclasses import dataclass

from bot.tg.lanes import Lane


@dataclass(slots=True)
class Handling:
    """One update on its way through the library.

    The library gives a handler's failure to its error handlers and returns as if all were well;
    they leave the failure in `error`, so that whoever received the update can keep it. With
    `may_reply` the answer to a tap is left in `reply`, a Bot API call for the webhook's response.
    """

    update_id: int
    lane: Lane
    may_reply: bool = False
    reply: bytes | None = None
    error: Exception | None = None


current: ContextVar[Handling] = ContextVar("current")
