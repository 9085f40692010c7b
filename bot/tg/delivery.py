"""Turns to Bot API calls, and what each refusal of Telegram means.

Normal outcomes, not errors: an unchanged edit, a query too old to answer, a message that can no
longer be edited (the screen is sent anew), a reader who blocked the bot.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import httpx
import structlog
from telegram import Bot, CallbackQuery, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.core.model import Screen
from bot.service import Answer
from bot.tg import writer

TRIES = 4
EXPORT_NAME = "clearleaf-my-data.json"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("message to edit not found", "message can't be edited", "message_id_invalid")

T = TypeVar("T")
log = structlog.get_logger()


async def deliver(
    bot: Bot, chat_id: int, answer: Answer, query: CallbackQuery | None = None
) -> None:
    """Show an answer in a chat; with `query` the pressed button stops spinning.

    Raises what Telegram raises when the answer could not be shown after several tries, so that
    the update counts as not handled.
    """
    turn = answer.turn
    screens = list(turn.screens)
    calls: list[Awaitable[object]] = []
    if query is not None:
        calls.append(_answer_query(query, turn.toast))
    if turn.edit and screens and query is not None and query.message is not None:
        calls.append(_edit(bot, chat_id, query.message.message_id, screens.pop(0)))
    await asyncio.gather(*calls)
    for screen in screens:
        await _send(bot, chat_id, screen)
    if answer.export is not None:
        file = answer.export
        await _patiently(
            lambda: bot.send_document(chat_id, file, filename=EXPORT_NAME, protect_content=True)
        )


async def _send(bot: Bot, chat_id: int, screen: Screen) -> None:
    await _patiently(
        lambda: bot.send_message(
            chat_id,
            writer.text(screen),
            parse_mode=ParseMode.HTML,
            reply_markup=writer.keyboard(screen),
            link_preview_options=_NO_PREVIEW,
        )
    )


async def _edit(bot: Bot, chat_id: int, message_id: int, screen: Screen) -> None:
    try:
        await _patiently(
            lambda: bot.edit_message_text(
                writer.text(screen),
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=writer.keyboard(screen),
                link_preview_options=_NO_PREVIEW,
            ),
            twice=True,
        )
    except BadRequest as error:
        reason = error.message.lower()
        if "not modified" in reason:
            return
        if not any(gone in reason for gone in _GONE):
            raise
        await _send(bot, chat_id, screen)


async def _answer_query(query: CallbackQuery, toast: str) -> None:
    try:
        await _patiently(lambda: query.answer(toast or None), twice=True)
    except BadRequest as error:
        log.info("query_not_answered", reason=error.message)


def seconds(refusal: RetryAfter) -> float:
    """Return how long Telegram asks to wait."""
    wait = refusal.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


async def _patiently(call: Callable[[], Awaitable[T]], *, twice: bool = False) -> T | None:
    """Make a call again where Telegram asked to wait or was not reached; None: the reader left.

    A call that may have arrived is made again only with `twice`, for calls that do no harm when
    they happen twice (edits, answers to a query).
    """
    for attempt in range(1, TRIES + 1):
        try:
            return await call()
        except Forbidden:
            log.info("reader_gone")
            return None
        except RetryAfter as error:
            if attempt == TRIES:
                raise
            await asyncio.sleep(seconds(error))
        except BadRequest:
            raise
        except NetworkError as error:
            not_arrived = isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout)
            if attempt == TRIES or not (twice or not_arrived):
                raise
            await asyncio.sleep(0.2 * 2**attempt)
    raise AssertionError
