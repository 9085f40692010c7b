"""The bot as a process: store, service, Telegram, from start to an orderly stop."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram import Update

from bot import bootstrap
from bot.config import Settings
from bot.errors import ConfigError, StorageError
from bot.service import Service
from bot.store import Store, open_store
from bot.tg import application as tg
from bot.tg.polling import poll
from bot.tg.profile import publish
from bot.web import server as web

COUNTERS_EVERY = 30.0
EXPIRE_EVERY = 3600.0

log = structlog.get_logger()


async def run(settings: Settings, key: bytes) -> None:
    """Serve until SIGTERM or SIGINT; what is in hand is finished first.

    Raises ConfigError or ContentError where it cannot start.
    """
    if settings.token is None:
        raise ConfigError("BOT_TOKEN is not set; BotFather gives one")
    content = bootstrap.load_content(settings)
    conversation = bootstrap.conversation(content, settings)
    # Content lives as long as the process: collecting it again and again would only cost pauses.
    gc.collect()
    gc.freeze()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    async with open_store(settings.database_url, key) as store:
        service = Service(conversation, store)
        token = settings.token.get_secret_value()
        app = tg.build(token, settings.api_url, service, conversation.sorry())
        async with app:
            await app.start()
            await publish(app, content.languages())
            chores = [
                asyncio.create_task(_every(COUNTERS_EVERY, service.flush)),
                asyncio.create_task(_every(EXPIRE_EVERY, store.expire)),
            ]
            try:
                await _receive(app, settings, store, stopping)
            finally:
                for chore in chores:
                    chore.cancel()
                await asyncio.gather(*chores, return_exceptions=True)
                await service.flush()
                await app.stop()
    log.info("stopped")


async def _receive(app: tg.App, settings: Settings, store: Store, stopping: asyncio.Event) -> None:
    """Take updates from Telegram, by webhook where one is set, else by long polling."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        await app.bot.delete_webhook()
        log.info("ready", by="polling")
        await poll(app, stopping)
        return

    async def handle(raw: dict[str, Any]) -> None:
        await app.process_update(Update.de_json(raw, app.bot))

    secret = settings.webhook_secret.get_secret_value()
    application = web.build(handle, store.healthy, url=settings.webhook_url, secret=secret)
    serving = asyncio.create_task(web.serve(application, settings.host, settings.port, stopping))
    await app.bot.set_webhook(
        settings.webhook_url, secret_token=secret, allowed_updates=tg.ALLOWED_UPDATES
    )
    log.info("ready", by="webhook")
    await serving


async def _every(seconds: float, chore: Callable[[], Awaitable[object]]) -> None:
    """Do a chore now and again; a database that is down is tried the next time."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await chore()
        except StorageError as error:
            log.warning("chore_failed", error=str(error))
