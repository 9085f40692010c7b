"""The methods by which a bot gets its updates: long polling, or a webhook set and removed."""

import asyncio
import re
from urllib.parse import urlsplit

from bot.sandbox.state import State, Webhook
from bot.sandbox.wire import ApiError, Json, Params, bad_request

LONGEST_POLL = 50
REPEATED = 3.0
"""A poll that repeats its offset within this many seconds lasts at least as long."""
HURRIED = 0.5
"""A poll that repeats its offset within this many seconds gets one update."""
MAX_SECRET = 256
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
OTHER_WEBHOOK = "Conflict: terminated by setWebhook request"


class Poller:
    """The one long poll a bot may have under way."""

    def __init__(self, state: State, repeated: float = REPEATED) -> None:
        self._state = state
        self._repeated = repeated
        self._waiting: asyncio.Future[str] | None = None
        self._last_offset: int | None = None
        self._last_start = 0.0
        state.updates.on_added.append(lambda: self.end(""))

    def end(self, conflict: str) -> None:
        """End the poll under way: with a conflict, or with what there is when it is empty."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(conflict)

    async def get_updates(self, _state: State, params: Params) -> list[Json]:
        """Return the next updates, waiting up to `timeout` seconds for the first."""
        updates = self._state.updates
        if self._state.webhook is not None:
            raise ApiError(409, WEBHOOK_ACTIVE)
        self._state.polled = True
        offset = params.integer("offset")
        limit = params.integer("limit", 100, 1, 100)
        timeout: float = params.integer("timeout", 0, 0, LONGEST_POLL)
        _allow(self._state, params)
        now = asyncio.get_running_loop().time()
        if offset == self._last_offset:
            if timeout < self._repeated and now < self._last_start + self._repeated:
                timeout = self._repeated
            if now < self._last_start + min(HURRIED, self._repeated):
                limit = 1
        self._last_offset, self._last_start = offset, now
        found = updates.take(offset, limit)
        if found or not timeout or self._state.feed.closed:
            return found
        self.end(OTHER_POLL)
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            conflict = await asyncio.wait_for(waiting, timeout)
        except TimeoutError:
            conflict = ""
        finally:
            if self._waiting is waiting:
                self._waiting = None
        if conflict:
            raise ApiError(409, conflict)
        return updates.take(max(offset, 0), limit)


def _allow(state: State, params: Params) -> None:
    kinds = params.json("allowed_updates", "allowed updates")
    if isinstance(kinds, list):
        state.updates.allow(kinds)


def read_webhook(state: State, params: Params) -> Webhook | None:
    """Return the webhook a setWebhook call asks for, checked; None removes it."""
    url = params.text("url")
    secret = params.text("secret_token")
    if url:
        parts = urlsplit(url)
        # Telegram wants https; a sandbox on this machine has no certificate to offer.
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise bad_request("invalid webhook URL specified")
        if len(secret) > MAX_SECRET:
            raise bad_request("secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad_request("secret token contains unallowed characters")
    _allow(state, params)
    if params.flag("drop_pending_updates"):
        state.updates.clear()
    return Webhook(url, secret, params.integer("max_connections", 40, 1, 100)) if url else None


def get_webhook_info(state: State, _params: Params) -> Json:
    """Return the WebhookInfo object."""
    hook = state.webhook or Webhook("")
    info: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.last_error_date is not None:
        info["last_error_date"] = hook.last_error_date
        info["last_error_message"] = hook.last_error_message
    if allowed := state.updates.allowed_list():
        info["allowed_updates"] = allowed
    return info
