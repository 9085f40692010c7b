"""The bot as a process: store, service, Telegram, from start to an orderly stop."""

import asyncio
import ctypes
import gc
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

import structlog
from telegram.constants import BOT_API_VERSION

from bot import bootstrap, lean, reload
from bot.config import Settings, previous_key
from bot.core.conversation import Conversation
from bot.errors import ConfigError, StorageError
from bot.metrics import Metrics
from bot.service import Service
from bot.store import Store, open_store
from bot.tg import application as tg
from bot.tg.insist import insist
from bot.tg.intake import NotHandledError
from bot.tg.polling import Poller
from bot.tg.profile import publish
from bot.web import server as web

COUNTERS_EVERY = 30.0
EXPIRE_EVERY = 3600.0
GIVE_BACK_EVERY = 20.0
# Seconds for what is in hand when the process is told to stop.
SHUTDOWN = 20.0
# Telegram's most: more at a time is faster, and one reader never has two.
WEBHOOK_CONNECTIONS = 100

log = structlog.get_logger()


def serve(settings: Settings, key: bytes) -> None:
    """Do `run` on the fastest event loop there is on this system."""
    try:
        import uvloop  # noqa: PLC0415 - not on Windows

        factory: Callable[[], asyncio.AbstractEventLoop] | None = uvloop.new_event_loop
    except ImportError:
        factory = None
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(run(settings, key))


async def run(settings: Settings, key: bytes) -> None:
    """Serve until SIGTERM or SIGINT; what is in hand is finished first.

    Raises ConfigError or ContentError where it cannot start.
    """
    if settings.token is None:
        raise ConfigError("BOT_TOKEN is not set; BotFather gives one")
    with lean.uncollected():
        content = bootstrap.load_content(settings)
        conversation = bootstrap.conversation(content, settings)
        sorry = conversation.sorry()
        about = bootstrap.about(content, settings)
    _settle()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    async with open_store(settings.database_url, key, previous=previous_key(settings)) as store:
        service = Service(conversation, store)
        token = settings.token.get_secret_value()
        metrics = Metrics(about, BOT_API_VERSION)
        telegram = tg.build(token, settings.api_url, service, store, sorry, watch=metrics)
        metrics.in_hand = lambda: telegram.intake.in_hand
        app = telegram.app
        left = 0

        def swap(content: bootstrap.Content, conversation: Conversation) -> None:
            service.use(conversation)
            metrics.serves(bootstrap.about(content, settings))
            _settle()

        try:
            await insist(app.initialize, stopping, "telegram_out_of_reach")
            if stopping.is_set():
                return
            await app.start()
            chores = [
                asyncio.create_task(publish(app, content.languages())),
                asyncio.create_task(_every(COUNTERS_EVERY, service.flush)),
                asyncio.create_task(_every(EXPIRE_EVERY, store.expire)),
                asyncio.create_task(
                    _every(GIVE_BACK_EVERY, partial(asyncio.to_thread, _give_back))
                ),
                asyncio.create_task(reload.follow(settings, swap, stopping)),
            ]
            try:
                left = await _receive(telegram, settings, store, metrics, stopping)
            finally:
                for chore in chores:
                    chore.cancel()
                await asyncio.gather(*chores, return_exceptions=True)
                await service.flush()
                await app.stop()
        finally:
            await app.shutdown()
    log.info("stopped", left_to_redelivery=left)


def _settle() -> None:
    """Put loaded content aside from collection, and give back what loading it took.

    Content lives long: collecting it again and again would only cost pauses. What was put aside
    before is looked at once more, so that content which was swapped for other goes.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    _give_back()


def _give_back() -> None:
    """Return free memory to the system; drawing pages leaves megabytes of it behind, on glibc."""
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


async def _receive(
    telegram: tg.Telegram,
    settings: Settings,
    store: Store,
    metrics: Metrics,
    stopping: asyncio.Event,
) -> int:
    """Take updates from Telegram, by webhook where one is set, else by long polling.

    Returns how many were in hand when the time to finish them was over: Telegram has them still.
    """
    bot, intake = telegram.app.bot, telegram.intake
    if settings.webhook_url is None or settings.webhook_secret is None:
        beside = asyncio.create_task(_show(settings, store, metrics, stopping))
        try:
            await insist(bot.delete_webhook, stopping, "telegram_out_of_reach")
            log.info("ready", by="polling")
            return await Poller(telegram.request, intake).poll(stopping, SHUTDOWN)
        finally:
            stopping.set()
            await beside

    async def handle(raw: dict[str, Any]) -> bytes | web.Later | None:
        try:
            return await intake.handle(raw)
        except NotHandledError as error:
            return web.Later(error.retry_after)

    secret = settings.webhook_secret.get_secret_value()
    application = web.build(
        handle, store.healthy, url=settings.webhook_url, secret=secret, report=metrics
    )
    port = web.listen(settings.host, settings.port)
    serving = asyncio.create_task(web.serve(application, port, stopping, shutdown=SHUTDOWN))
    register = partial(
        bot.set_webhook,
        settings.webhook_url,
        secret_token=secret,
        allowed_updates=tg.ALLOWED_UPDATES,
        max_connections=WEBHOOK_CONNECTIONS,
    )
    await insist(register, stopping, "telegram_out_of_reach")
    log.info("ready", by="webhook")
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait({serving, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    left = await intake.drain(SHUTDOWN)
    await serving
    return left


async def _show(
    settings: Settings, store: Store, metrics: Metrics, stopping: asyncio.Event
) -> None:
    """Serve health and counts beside polling, which goes on where the port is taken."""
    try:
        port = web.listen(settings.host, settings.port)
    except ConfigError as error:
        log.warning("health_and_metrics_not_served", error=str(error))
        return
    application = web.build(None, store.healthy, report=metrics)
    await web.serve(application, port, stopping, shutdown=1.0)


async def _every(seconds: float, chore: Callable[[], Awaitable[object]]) -> None:
    """Do a chore now and again; a database that is down is tried the next time."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await chore()
        except StorageError as error:
            log.warning("chore_failed", error=str(error))
