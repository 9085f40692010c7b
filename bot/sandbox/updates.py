"""The queue of updates a bot has not confirmed yet, with Telegram's offsets and expiry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.sandbox.clock import Clock
from bot.sandbox.wire import Json

TAP_LIFETIME = 150.0
"""Seconds an undelivered button tap lives on Telegram's server."""
UPDATE_LIFETIME = 24 * 3600.0
"""Seconds any other undelivered update lives."""
FIRST_ID = 1_000
KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages",
    "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result",
    "callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll",
    "poll_answer", "my_chat_member", "chat_member", "chat_join_request", "chat_boost",
    "removed_chat_boost", "managed_bot", "guest_message",
)  # fmt: skip
ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds a bot gets only when it asks for them by name."""
DEFAULT_KINDS = frozenset(KINDS) - ON_REQUEST


@dataclass(frozen=True, slots=True)
class Pending:
    """An update on its way; `lane` is what Telegram keeps in order when it pushes."""

    id: int
    expires_at: float
    lane: str
    chat_id: int
    body: Json

    def wire(self) -> Json:
        """Return the Update object the bot receives."""
        return {"update_id": self.id, **self.body}


class UpdateQueue:
    """Unconfirmed updates, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pending: dict[int, Pending] = {}
        self._next = FIRST_ID
        self.allowed = DEFAULT_KINDS
        self.on_added: list[Callable[[], None]] = []
        self.on_gone: list[Callable[[Pending, str], None]] = []

    def allow(self, kinds: Iterable[object]) -> None:
        """Deliver only these kinds from now on; an empty list means the default ones."""
        known = frozenset(str(kind).lower() for kind in kinds) & frozenset(KINDS)
        self.allowed = known or DEFAULT_KINDS

    def allowed_list(self) -> list[str]:
        """Return the kinds asked for, in a stable order; empty for the default."""
        return [] if self.allowed == DEFAULT_KINDS else [k for k in KINDS if k in self.allowed]

    def add(self, kind: str, content: Json, *, chat_id: int, lane: str) -> int | None:
        """Queue an update and return its id; None when the bot does not want the kind."""
        if kind not in self.allowed:
            return None
        lifetime = TAP_LIFETIME if kind == "callback_query" else UPDATE_LIFETIME
        update = Pending(self._next, self._clock.now() + lifetime, lane, chat_id, {kind: content})
        self._pending[update.id] = update
        self._next += 1
        for wake in self.on_added:
            wake()
        return update.id

    def take(self, offset: int, limit: int = 100) -> list[Json]:
        """Confirm every update below `offset` and return the next ones.

        A negative offset keeps only that many from the end; one from the future confirms
        nothing, as on Telegram's server.
        """
        self.expire()
        if offset < 0:
            for update_id in list(self._pending)[:offset]:
                self._remove(update_id, "acked")
        elif offset <= self._next:
            for update_id in [key for key in self._pending if key < offset]:
                self._remove(update_id, "acked")
        return [update.wire() for update in list(self._pending.values())[:limit]]

    def head(self) -> int:
        """Return the id of the oldest unconfirmed update, or the id the next one will get."""
        return next(iter(self._pending), self._next)

    def pending(self) -> list[Pending]:
        """Return all unconfirmed, unexpired updates, oldest first."""
        self.expire()
        return list(self._pending.values())

    def confirm(self, update_id: int) -> None:
        """Remove an update that was delivered."""
        self._remove(update_id, "acked")

    def drop(self, update_id: int) -> None:
        """Give an update up: its time has run out."""
        self._remove(update_id, "expired")

    def expire(self) -> None:
        """Give up every update whose time has run out."""
        now = self._clock.now()
        for update in [one for one in self._pending.values() if one.expires_at < now]:
            self._remove(update.id, "expired")

    def clear(self) -> None:
        """Forget all unconfirmed updates."""
        for update_id in list(self._pending):
            self._remove(update_id, "dropped")

    def __len__(self) -> int:
        self.expire()
        return len(self._pending)

    def _remove(self, update_id: int, why: str) -> None:
        update = self._pending.pop(update_id, None)
        if update is not None:
            for tell in self.on_gone:
                tell(update, why)
