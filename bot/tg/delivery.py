"""Turns to Bot API calls, and what each refusal of Telegram means.

Normal outcomes, not errors: an unchanged edit, a query too old to answer, a message that can no
longer be edited (the screen is sent anew), a reader who blocked the bot, an edit that a newer tap
has made pointless while Telegram asked to wait.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from enum import Enum, auto
from functools import partial
from typing import Any, TypeVar

import orjson
import structlog
from telegram import Bot
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.ext import Application

from bot.core.model import Screen
from bot.service import Answer
from bot.tg import writer
from bot.tg.handling import Handling
from bot.tg.once import Once, Verdict
from bot.tg.rates import Rates
from bot.tg.request import NotReachedError, Request
from bot.tg.updates import Press

TRIES = 4
# Seconds: a longer flood wait is left to the queue the update came from.
LONGEST_WAIT = 10.0
EXPORT_NAME = "clearleaf-my-data.json"
_FIRST_PAUSE = 0.2
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")

App = Application[Any, Any, Any, Any, Any, Any]
T = TypeVar("T")
log = structlog.get_logger()


class MayHaveArrivedError(NetworkError):
    """A message was sent and no answer came: it must not be sent again."""


class _Edit(Enum):
    DONE = auto()
    GONE = auto()
    OUTDATED = auto()


class Delivery:
    """Shows answers in chats.

    Every method raises what Telegram raises when something could not be shown after several
    tries, so that the update counts as not handled.
    """

    def __init__(
        self, request: Request, once: Once, apology: Screen, username: Callable[[], str]
    ) -> None:
        """Take the screen of an apology, and who tells the bot's name once it is known."""
        self._request = request
        self._username = username
        self._once = once
        self._rates = Rates()
        self._apology = writer.content(apology, "")

    async def turn_page(
        self, handling: Handling, press: Press, answer: Answer, said: bytes
    ) -> None:
        """Put `said`, the answer's first screen, in the place of the message tapped on.

        By webhook the button stops spinning with the response, which costs no call of its own;
        elsewhere edit and answer do not wait for each other.
        """
        if handling.may_reply:
            done = await self._edit(handling, press, said)
            handling.reply = _answer(press, answer.turn.toast, method=True)
        else:
            answering = asyncio.ensure_future(self._stop_spinning(press, answer.turn.toast))
            try:
                done = await self._edit(handling, press, said)
            finally:
                await answering
        after = self._written(answer.turn.screens[1:])
        if done is _Edit.GONE:
            after.insert(0, said)
        if after:
            await self._send_all(handling, press.chat_id, after, urgent=answer.turn.urgent)

    async def say(
        self, handling: Handling, bot: Bot, chat_id: int, answer: Answer, press: Press | None
    ) -> None:
        """Send every screen of an answer as a new message, and the file if there is one."""
        said = self._written(answer.turn.screens)
        urgent = answer.turn.urgent
        await self._send_all(handling, chat_id, said, urgent=urgent, bot=bot, file=answer.export)
        if press is not None and handling.may_reply:
            handling.reply = _answer(press, answer.turn.toast, method=True)
        elif press is not None:
            await self._stop_spinning(press, answer.turn.toast)

    def _written(self, screens: Iterable[Screen]) -> list[bytes]:
        return [writer.content(screen, self._username()) for screen in screens]

    async def apologise(self, chat_id: int, update_id: int) -> None:
        """Tell a reader that an answer could not be given; that ends the update."""
        await self._rates.turn(chat_id)
        body = writer.new_message(chat_id, self._apology)
        await patiently(lambda: self._request.send_bytes("sendMessage", body))
        await self._once.sent(update_id)

    async def _send_all(
        self,
        handling: Handling,
        chat_id: int,
        said: list[bytes],
        *,
        urgent: bool,
        bot: Bot | None = None,
        file: bytes | None = None,
    ) -> None:
        sends = [partial(self._send, chat_id, content, urgent=urgent) for content in said]
        if bot is not None and file is not None:
            sends.append(partial(_send_file, bot, chat_id, file))
        if not sends:
            return
        # The wait comes before the mark: a crash between mark and message leaves a doubt.
        await self._rates.turn(chat_id, urgent=urgent)
        verdict = Verdict.ANSWER if urgent else await self._once.begin(handling.update_id)
        if verdict is Verdict.NOTHING:
            log.info("already_answered")
            return
        if verdict is Verdict.APOLOGY:
            raise MayHaveArrivedError("the process ended while it was sent")
        arrived = 0
        try:
            for send in sends:
                if arrived:
                    await self._rates.turn(chat_id, urgent=urgent)
                await send()
                arrived += 1
        except (RetryAfter, NotReachedError):
            if not arrived and not urgent:
                self._once.not_sent(handling.update_id)
            raise
        if not urgent:
            await self._once.sent(handling.update_id)

    async def _send(self, chat_id: int, said: bytes, *, urgent: bool) -> None:
        body = writer.new_message(chat_id, said)
        try:
            # Twice is better than not at all for an urgent card, and for nothing else.
            await patiently(lambda: self._request.send_bytes("sendMessage", body), twice=urgent)
        except (BadRequest, InvalidToken, NotReachedError):
            raise
        except NetworkError as error:
            if urgent:
                raise
            raise MayHaveArrivedError(type(error).__name__) from None

    async def _edit(self, handling: Handling, press: Press, said: bytes) -> _Edit:
        body = writer.edited_message(press.chat_id, press.message_id, said)

        async def outdated(seconds: float) -> bool:
            return await handling.lane.outdated(press, seconds)

        try:
            done = await patiently(
                lambda: self._request.send_bytes("editMessageText", body),
                twice=True,
                give_up=outdated,
            )
        except BadRequest as error:
            reason = error.message.lower()
            if "not modified" in reason:
                return _Edit.DONE
            if any(gone in reason for gone in _GONE):
                return _Edit.GONE
            raise
        return _Edit.DONE if done is not None else _Edit.OUTDATED

    async def _stop_spinning(self, press: Press, toast: str) -> None:
        """Answer the query; a failure leaves a spinner, not a reader without an answer."""
        body = _answer(press, toast)
        try:
            await patiently(
                lambda: self._request.send_bytes("answerCallbackQuery", body), twice=True
            )
        except TelegramError as error:
            log.info("query_not_answered", error=type(error).__name__)


async def _send_file(bot: Bot, chat_id: int, file: bytes) -> None:
    await patiently(
        lambda: bot.send_document(chat_id, file, filename=EXPORT_NAME, protect_content=True)
    )


def _answer(press: Press, toast: str, *, method: bool = False) -> bytes:
    body = {"callback_query_id": press.query_id}
    if method:
        body["method"] = "answerCallbackQuery"
    if toast:
        body["text"] = toast
    return orjson.dumps(body)


def seconds(refusal: RetryAfter) -> float:
    """Return how long Telegram asks to wait."""
    wait = refusal.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


async def _sleep(wait: float) -> bool:
    await asyncio.sleep(wait)
    return False


async def patiently(
    call: Callable[[], Awaitable[T]],
    *,
    twice: bool = False,
    give_up: Callable[[float], Awaitable[bool]] = _sleep,
) -> T | None:
    """Make a call again where Telegram asked to wait or was not reached.

    None: the reader left, or `give_up`, which does the waiting, saw no more need. A call that may
    have arrived is made again only with `twice`, for calls that do no harm when they happen twice.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return await call()
        except Forbidden:
            log.info("reader_gone")
            return None
        except RetryAfter as error:
            wait = seconds(error)
            if attempt == TRIES or wait > LONGEST_WAIT:
                raise
            if await give_up(wait):
                return None
        except (BadRequest, InvalidToken):
            raise
        except NetworkError as error:
            if attempt == TRIES or not (twice or isinstance(error, NotReachedError)):
                raise
            if await give_up(_FIRST_PAUSE * 2 ** (attempt - 1)):
                return None
    raise AssertionError
