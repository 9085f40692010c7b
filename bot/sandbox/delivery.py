"""Pushing updates to a webhook the way Telegram does.

Taps of one person and messages of one chat keep their order: the next leaves only when the one
before was answered with 2xx. The first failure is tried again at once, later ones after 2, 4,
... 60 to 120 seconds; `Retry-After` is honoured up to an hour; an update whose time runs out
is given up. A call in the body of a 2xx answer is carried out.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from functools import partial

import httpx

from bot.sandbox.state import State, Webhook
from bot.sandbox.updates import Pending
from bot.sandbox.wire import Json

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
ANSWER_SECONDS = 60.0
LONGEST_BACK_OFF = 60.0
LONGEST_RETRY_AFTER = 3600
NEVER_IN_ANSWER = {"deletewebhook", "setwebhook", "close", "logout"}
Call = Callable[[str, Json], Awaitable[object]]


class Pusher:
    """Delivers the queue to one webhook until it is stopped."""

    def __init__(self, state: State, hook: Webhook, call: Call, second: float = 1.0) -> None:
        self._state = state
        self._hook = hook
        self._call = call
        self._second = second
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._stopped = False
        self._slots = asyncio.Semaphore(hook.max_connections)
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=10.0),
            limits=httpx.Limits(max_connections=hook.max_connections),
            trust_env=False,
        )
        state.updates.on_added.append(self._look)
        self._look()

    async def stop(self) -> None:
        """Stop delivering; what was not answered stays in the queue."""
        self._stopped = True
        self._state.updates.on_added.remove(self._look)
        for task in list(self._lanes.values()):
            task.cancel()
        await asyncio.gather(*list(self._lanes.values()), return_exceptions=True)
        await self._client.aclose()

    def _look(self) -> None:
        for update in self._state.updates.pending():
            if update.lane not in self._lanes:
                task = asyncio.ensure_future(self._drain(update.lane))
                self._lanes[update.lane] = task
                task.add_done_callback(partial(self._emptied, update.lane))

    def _emptied(self, lane: str, _: asyncio.Task[None]) -> None:
        self._lanes.pop(lane, None)
        # An update may have come between the lane's last look and its end.
        if not self._stopped:
            self._look()

    async def _drain(self, lane: str) -> None:
        failures, back_off = 0, 1.0
        while update := self._first(lane):
            wait = await self._deliver(update)
            if wait is None:
                failures, back_off = 0, 1.0
                continue
            failures += 1
            if not wait and failures > 1:
                longest = random.uniform(LONGEST_BACK_OFF, 2 * LONGEST_BACK_OFF)  # noqa: S311
                wait = back_off = min(longest, 2 * back_off)
            if self._state.clock.now() + wait > update.expires_at:
                self._state.updates.drop(update.id)
                failures, back_off = 0, 1.0
                continue
            await asyncio.sleep(wait * self._second)

    def _first(self, lane: str) -> Pending | None:
        return next((one for one in self._state.updates.pending() if one.lane == lane), None)

    async def _deliver(self, update: Pending) -> float | None:
        """Return None when the update was taken, else the seconds the bot asked to wait."""
        headers = {SECRET_HEADER: self._hook.secret} if self._hook.secret else {}
        async with self._slots:
            try:
                reply = await self._client.post(
                    self._hook.url, json=update.wire(), headers=headers
                )
            except httpx.HTTPError as error:
                return self._failed(f"{type(error).__name__}", 0)
        if not reply.is_success:
            after = reply.headers.get("Retry-After", "0")
            seconds = int(after) if after.isdecimal() else 0
            what = f"Wrong response from the webhook: {reply.status_code} {reply.reason_phrase}"
            return self._failed(what, min(seconds, LONGEST_RETRY_AFTER))
        await self._carry_out(reply)
        self._state.updates.confirm(update.id)
        return None

    async def _carry_out(self, reply: httpx.Response) -> None:
        body = None
        with contextlib.suppress(ValueError):
            body = reply.json()
        if not isinstance(body, dict):
            return
        method = str(body.pop("method", ""))
        unwanted = method.lower() in NEVER_IN_ANSWER or method.lower().startswith("get")
        if method and not unwanted:
            await self._call(method, body)

    def _failed(self, what: str, retry_after: int) -> float:
        self._hook.last_error_date = self._state.now()
        self._hook.last_error_message = what
        return retry_after
