"""python-telegram-bot's Application around the service."""

import time
from typing import Any

import structlog
from telegram import Update
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import Application, ApplicationBuilder, ContextTypes, TypeHandler
from telegram.request import BaseRequest, HTTPXRequest

from bot.core.model import Screen
from bot.service import Service
from bot.tg import writer
from bot.tg.delivery import deliver
from bot.tg.updates import incoming

# What the bot asks Telegram for: words, edited words and taps. Nothing else is read.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query")

CONNECTIONS = 64

log = structlog.get_logger()
App = Application[Any, Any, Any, Any, Any, Any]


def build(
    token: str,
    api_url: str,
    service: Service,
    sorry: Screen,
    request: BaseRequest | None = None,
) -> App:
    """Return an Application whose `process_update` answers one update.

    `sorry` is the screen shown when answering failed; it is drawn at the start, so that it needs
    nothing that may be broken by then. `request` replaces the library's HTTP client.
    """

    async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        began = time.perf_counter()
        came = incoming(update, context.bot.username)
        if came is None:
            return
        found = await service.answer(came.user_id, came.language_code, came.action)
        await deliver(context.bot, came.chat_id, found, came.query)
        log.info(
            "turn",
            action=type(came.action).__name__,
            effects=[type(effect).__name__ for effect in found.turn.effects],
            urgent=found.turn.urgent,
            ms=round((time.perf_counter() - began) * 1000, 1),
        )

    async def failed(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        error = context.error
        log.error("turn_failed", error=type(error).__name__, where=_where(error))
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None or chat.type != chat.PRIVATE:
            return
        try:
            await context.bot.send_message(
                chat.id,
                writer.text(sorry),
                parse_mode=ParseMode.HTML,
                reply_markup=writer.keyboard(sorry),
            )
        except TelegramError as second:
            log.warning("apology_failed", error=type(second).__name__)

    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_url.rstrip('/')}/bot")
        .base_file_url(f"{api_url.rstrip('/')}/file/bot")
        .request(request or HTTPXRequest(connection_pool_size=CONNECTIONS))
        .updater(None)
        .job_queue(None)
        .build()
    )
    # One handler: who may be answered, and as what, is decided in `updates.incoming`.
    application.add_handler(TypeHandler(Update, answer))
    application.add_error_handler(failed)
    return application


def _where(error: BaseException | None) -> str:
    """Return file and line of the innermost frame: a traceback's text could hold typed words."""
    trace = error.__traceback__ if error else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
