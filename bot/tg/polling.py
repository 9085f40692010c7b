"""Long polling that confirms an update only after it was handled.

python-telegram-bot's own updater moves the offset before its handlers have run, so a crash loses
what it had fetched. Here a batch is handled whole, different people beside each other and one
person's updates in order, and only then does the next request confirm it.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable

import structlog
from telegram import Update
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.errors import ConfigError
from bot.tg.application import ALLOWED_UPDATES, App
from bot.tg.delivery import seconds

LONG_POLL = 30
_LONGEST_PAUSE = 30.0

log = structlog.get_logger()


async def poll(application: App, stopping: asyncio.Event) -> None:
    """Fetch and handle updates until `stopping` is set; the batch in hand is finished first.

    Raises ConfigError when Telegram refuses the token. Every other failure is waited out.
    """
    offset: int | None = None
    confirmed: int | None = None
    pause = 1.0
    while not stopping.is_set():
        try:
            confirmed = offset
            updates = await _fetch(application, offset, stopping)
        except InvalidToken:
            raise ConfigError(
                "Telegram does not accept BOT_TOKEN; copy it again from BotFather"
            ) from None
        except TelegramError as error:
            wait = seconds(error) if isinstance(error, RetryAfter) else pause
            log.warning("polling_failed", error=type(error).__name__, again_in=wait)
            await _sleep(wait, stopping)
            pause = min(pause * 2, _LONGEST_PAUSE)
            continue
        pause = 1.0
        if updates:
            await _handle(application, updates)
            offset = max(update.update_id for update in updates) + 1
    if offset != confirmed:
        # Confirms what was handled, so that the next start does not answer it again.
        try:
            await application.bot.get_updates(offset=offset, timeout=0, limit=1)
        except TelegramError as error:
            log.warning("last_offset_not_confirmed", error=type(error).__name__)


async def _fetch(
    application: App, offset: int | None, stopping: asyncio.Event
) -> tuple[Update, ...]:
    """Return the next batch, empty as soon as the bot is to stop."""
    request = asyncio.ensure_future(
        application.bot.get_updates(
            offset=offset,
            timeout=LONG_POLL,
            allowed_updates=ALLOWED_UPDATES,
            read_timeout=LONG_POLL + 10,
        )
    )
    stop = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({request, stop}, return_when=asyncio.FIRST_COMPLETED)
        if request.done():
            return tuple(request.result())
        return ()
    finally:
        for task in (request, stop):
            task.cancel()
        await asyncio.gather(request, stop, return_exceptions=True)


async def _handle(application: App, updates: Iterable[Update]) -> None:
    lanes: dict[int, list[Update]] = defaultdict(list)
    for update in updates:
        person = update.effective_user
        lanes[person.id if person else 0].append(update)
    await asyncio.gather(*(_lane(application, lane) for lane in lanes.values()))


async def _lane(application: App, lane: Iterable[Update]) -> None:
    for update in lane:
        await application.process_update(update)


async def _sleep(seconds: float, stopping: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        pass
