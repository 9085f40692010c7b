"""The one door for updates, whichever way they come: each is handled, or said not to be.

Telegram keeps what is not acknowledged, so it is the queue: nothing is taken that cannot be
handled now, and nothing is acknowledged that was not handled. An update that comes a second time
to this process (its acknowledgement was lost) is acknowledged as before, and not handled again.
"""

import asyncio
import time
from collections import OrderedDict
from typing import Any

import structlog
from telegram import Update
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.tg.deadline import Deadline
from bot.tg.delivery import App, Delivery, MayHaveArrivedError, seconds
from bot.tg.handling import Handling, current
from bot.tg.lanes import Lane, Lanes
from bot.tg.request import NotReachedError, ServerFaultError
from bot.tg.updates import Press, press
from bot.tg.watch import Nobody, Watch

# Updates in hand at a time. Telegram opens at most 100 connections to a webhook and hands a poll
# at most 100 updates: more than this comes only from something that is not Telegram.
LIMIT = 512
# Seconds for one turn; Telegram itself waits 60 for a webhook, and two may wait for each other.
DEADLINE = 25.0
# A turn that failed this often is not going to succeed: its reader is told.
TRIES = 3
REMEMBERED = 4096

log = structlog.get_logger()


class NotHandledError(Exception):
    """The update must come again, not before `retry_after` seconds have passed."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"not handled, again in {retry_after} s")
        self.retry_after = retry_after


class Intake:
    """Handles updates in their order per reader, through the library's Application."""

    def __init__(
        self,
        app: App,
        delivery: Delivery,
        *,
        limit: int = LIMIT,
        deadline: float = DEADLINE,
        watch: Watch | None = None,
    ) -> None:
        self._app = app
        self._delivery = delivery
        self._limit = limit
        self._deadline = Deadline(deadline)
        self._watch = watch or Nobody()
        self._lanes = Lanes()
        self._done: OrderedDict[int, bytes | None] = OrderedDict()
        self._failed: OrderedDict[int, int] = OrderedDict()
        self._owed: OrderedDict[int, None] = OrderedDict()
        self.closing = False

    @property
    def in_hand(self) -> int:
        """Return how many updates are being handled or wait for their reader's earlier ones."""
        return self._lanes.members

    async def handle(self, raw: dict[str, Any]) -> bytes | None:
        """Handle an update that a webhook delivered; return when that is done.

        What is returned is a Bot API call to put into the response. Raises NotHandledError when
        Telegram has to deliver it again.
        """
        if self.closing or self._lanes.members >= self._limit:
            self._watch.handled(_kind(raw), "full", 0.0)
            raise NotHandledError(1.0)
        update = self._read(raw)
        if update is None:
            return None
        person, tap = _who(update)
        lane = self._lanes.join(person, tap)
        try:
            async with lane.lock:
                return await self._turn(update, lane, may_reply=True)
        finally:
            self._lanes.leave(person, lane)

    async def see_through(self, raw: dict[str, Any]) -> None:
        """Handle an update that was polled for, again and again until it is done.

        It keeps its place in its reader's lane. Raises NotHandledError when the bot stops first.
        """
        update = self._read(raw)
        if update is None:
            return
        person, tap = _who(update)
        lane = self._lanes.join(person, tap)
        try:
            async with lane.lock:
                while not self.closing:
                    try:
                        await self._turn(update, lane, may_reply=False)
                    except NotHandledError as error:
                        await asyncio.sleep(error.retry_after)
                    else:
                        return
        finally:
            self._lanes.leave(person, lane)
        raise NotHandledError(0.0)

    async def drain(self, limit: float) -> int:
        """Take nothing more and wait for what is in hand; return how many updates are left."""
        self.closing = True
        try:
            async with asyncio.timeout(limit):
                while self.in_hand:  # noqa: ASYNC110 - a stop has time; a tap has none to spare
                    await asyncio.sleep(0.02)
        except TimeoutError:
            pass
        return self.in_hand

    def _read(self, raw: dict[str, Any]) -> Press | Update | None:
        """Return what is to be handled, None for what asks for no answer or is malformed."""
        update: Press | Update | None = None
        if "callback_query" in raw:
            update = press(raw)
        else:
            try:
                update = Update.de_json(raw, self._app.bot)
            except Exception as error:  # noqa: BLE001 - the library raises what it stumbles over
                log.warning("update_not_understood", error=type(error).__name__)
        if update is None:
            self._watch.handled(_kind(raw), "ignored", 0.0)
        return update

    async def _turn(self, update: Press | Update, lane: Lane, *, may_reply: bool) -> bytes | None:
        """Handle an update whose turn it is, and tell what came of it."""
        began, outcome = time.perf_counter(), "again"
        try:
            if update.update_id in self._done:
                outcome = "repeated"
                return self._done[update.update_id]
            reply, told = await self._once(update, lane, may_reply=may_reply)
            _remember(self._done, update.update_id, reply)
            outcome = "told" if told else "handled"
            return reply
        finally:
            kind = "tap" if isinstance(update, Press) else "message"
            self._watch.handled(kind, outcome, time.perf_counter() - began)

    async def _once(
        self, update: Press | Update, lane: Lane, *, may_reply: bool
    ) -> tuple[bytes | None, bool]:
        """Handle an update; return the call for the response, and whether the reader was told."""
        number = update.update_id
        handling = Handling(number, lane, may_reply)
        if number in self._owed:
            await self._apologise(update)
            return None, True
        token = current.set(handling)
        try:
            await self._deadline.hold(self._app.process_update(update))
            error = handling.error
        except TimeoutError as late:
            log.error("turn_failed", error="TimeoutError", where="deadline")  # noqa: TRY400 - no traceback
            error = late
        finally:
            current.reset(token)
        if error is None:
            return handling.reply, False
        await self._settle(update, error)
        return None, True

    async def _settle(self, update: Press | Update, error: Exception) -> None:
        """Return when a failed update is done with, its reader told; else NotHandledError.

        A flood wait, or a Telegram out of reach, is no failed try. What will be refused the next
        time as well, and a send that may have arrived, is told at once.
        """
        if isinstance(error, RetryAfter):
            raise NotHandledError(seconds(error)) from error
        if isinstance(error, NotReachedError):
            raise NotHandledError(1.0) from error
        tries = self._failed.pop(update.update_id, 0) + 1
        final = isinstance(error, MayHaveArrivedError | BadRequest | Forbidden | InvalidToken)
        if not final and tries < TRIES:
            _remember(self._failed, update.update_id, tries)
            raise NotHandledError(2.0 ** (tries - 1) / 2) from error
        _remember(self._owed, update.update_id, None)
        await self._apologise(update)

    async def _apologise(self, update: Press | Update) -> None:
        """Tell a reader in a private chat that it went wrong, once."""
        chat_id = _private_chat(update)
        if chat_id is None:
            return
        try:
            await self._delivery.apologise(chat_id, update.update_id)
        except (RetryAfter, NotReachedError, ServerFaultError) as error:
            wait = seconds(error) if isinstance(error, RetryAfter) else 1.0
            raise NotHandledError(wait) from error
        except TelegramError as error:
            log.warning("apology_failed", error=type(error).__name__)


def _kind(raw: dict[str, Any]) -> str:
    if "callback_query" in raw:
        return "tap"
    return "message" if "message" in raw or "edited_message" in raw else "other"


def _who(update: Press | Update) -> tuple[int, Press | None]:
    if isinstance(update, Press):
        return update.user_id, update
    return update.effective_user.id if update.effective_user else 0, None


def _private_chat(update: Press | Update) -> int | None:
    if isinstance(update, Press):
        return update.chat_id
    chat = update.effective_chat
    return chat.id if chat is not None and chat.type == chat.PRIVATE else None


def _remember(kept: "OrderedDict[int, Any]", number: int, value: object) -> None:
    kept[number] = value
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
