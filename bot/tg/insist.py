"""Calls that the bot cannot do without, made until Telegram takes them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.errors import ConfigError
from bot.tg.delivery import seconds

_LONGEST_PAUSE = 30.0

T = TypeVar("T")
log = structlog.get_logger()


async def insist(
    call: Callable[[], Awaitable[T]], stopping: asyncio.Event, failure: str
) -> T | None:
    """Make a call until it succeeds, at growing intervals; None when the bot is to stop first.

    `failure` is the name of the log line for each time it did not. Raises ConfigError when
    Telegram refuses the token, which no waiting cures.
    """
    pause = 1.0
    while not stopping.is_set():
        try:
            return await call()
        except InvalidToken:
            raise ConfigError(
                "Telegram does not accept BOT_TOKEN; copy it again from BotFather"
            ) from None
        except TelegramError as error:
            wait = seconds(error) if isinstance(error, RetryAfter) else pause
            log.warning(failure, error=type(error).__name__, again_in=wait)
            pause = min(pause * 2, _LONGEST_PAUSE)
        try:
            async with asyncio.timeout(wait):
                await stopping.wait()
        except TimeoutError:
            pass
    return None
