"""python-telegram-bot's Application around the service."""

import time
from dataclasses import dataclass

import structlog
from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, TypeHandler

from bot.core.model import Screen, Tap
from bot.service import Answer, Service
from bot.tg import writer
from bot.tg.delivery import App, Delivery
from bot.tg.handling import current
from bot.tg.intake import Intake
from bot.tg.once import Marks, Once
from bot.tg.pages import Pages
from bot.tg.profile import follow
from bot.tg.request import Request
from bot.tg.updates import Press, incoming
from bot.tg.watch import Nobody, Watch

# What the bot asks Telegram for: words, edited words and taps. Nothing else is read.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Telegram:
    """The bot in Telegram: the library's Application, and the door that updates come in by."""

    app: App
    intake: Intake
    request: Request
    pages: Pages


def build(
    token: str,
    api_url: str,
    service: Service,
    marks: Marks,
    sorry: Screen,
    *,
    request: Request | None = None,
    watch: Watch | None = None,
) -> Telegram:
    """Return the bot for a token; nothing is connected yet.

    `sorry` is the screen shown when answering failed; it is drawn at the start, so that it needs
    nothing that may be broken by then. `marks` is the store; `request` replaces the HTTP
    client; `watch` is told what happens.
    """
    address = api_url.rstrip("/")
    watch = watch or Nobody()
    request = request or Request(f"{address}/bot{token}", watch)
    pages = Pages(service.version, watch)
    turns = log.bind()  # once: it would cost a third of the line each time
    delivery = Delivery(request, Once(marks), sorry, lambda: app.bot.username)

    async def tapped(press: Press, context: ContextTypes.DEFAULT_TYPE) -> None:
        began = time.perf_counter()
        handling = current.get()
        ready = pages.find(press.data)
        found = await service.answer(
            press.user_id,
            press.language_code,
            Tap(press.data),
            known=ready.turn if ready else None,
        )
        turn = found.turn
        if turn.edit and (ready is None or turn is not ready.turn):
            said = writer.content(turn.screens[0], context.bot.username)
            if turn.shared:
                pages.keep(press.data, turn, said)
            await delivery.turn_page(handling, press, found, said)
        elif turn.edit and ready is not None:
            await delivery.turn_page(handling, press, found, ready.said)
        else:
            await delivery.say(handling, context.bot, press.chat_id, found, press)
        await follow(context.bot, press.chat_id, service.words, turn)
        watch.answered(turn, press.data)
        _log(turns, "Tap", found, began)

    async def said(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        began = time.perf_counter()
        came = incoming(update, context.bot.username)
        if came is None:
            return
        found = await service.answer(came.user_id, came.language_code, came.action)
        await delivery.say(current.get(), context.bot, came.chat_id, found, None)
        await follow(context.bot, came.chat_id, service.words, found.turn)
        watch.answered(found.turn)
        _log(turns, type(came.action).__name__, found, began)

    async def failed(_: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        error = context.error
        current.get().error = error
        log.error("turn_failed", error=type(error).__name__, where=_where(error))

    app = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{address}/bot")
        .base_file_url(f"{address}/file/bot")
        .request(request)
        .get_updates_request(request)
        .updater(None)
        .job_queue(None)
        .build()
    )
    # Two handlers, for what `updates.press` and the library itself read; who may be answered,
    # and as what, is decided there and in `updates.incoming`.
    app.add_handler(TypeHandler(Press, tapped))
    app.add_handler(TypeHandler(Update, said))
    app.add_error_handler(failed)
    return Telegram(app, Intake(app, delivery, watch=watch), request, pages)


def _log(
    turns: structlog.typing.FilteringBoundLogger, action: str, found: Answer, began: float
) -> None:
    turns.info(
        "turn",
        action=action,
        effects=[type(effect).__name__ for effect in found.turn.effects],
        urgent=found.turn.urgent,
        ms=round((time.perf_counter() - began) * 1000, 1),
    )


def _where(error: BaseException | None) -> str:
    """Return file and line of the innermost frame: a traceback's text could hold typed words."""
    trace = error.__traceback__ if error else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "?"
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
