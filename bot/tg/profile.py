"""The bot's own surface in Telegram: commands and descriptions, set only where they differ."""

from collections.abc import Callable

import structlog
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.core.conversation import COMMANDS
from bot.core.i18n import SOURCE_LOCALE
from bot.core.model import Forget, Keep, Turn
from bot.core.words import Words
from bot.tg.delivery import App

log = structlog.get_logger()


async def publish(application: App, languages: tuple[Words, ...]) -> None:
    """Set commands and descriptions for every language; a refusal is logged, never fatal.

    Telegram takes two-letter codes. The source language is also set without a code: clients in
    any other language are shown that one.
    """
    for words in languages:
        code = words.locale[:2]
        codes = (None, code) if words.locale == SOURCE_LOCALE else (code,)
        for language in codes:
            try:
                await _publish(application, words, language)
            except TelegramError as error:
                log.warning("profile_not_set", language=language, error=type(error).__name__)
    log.info("profile_published")


async def follow(bot: Bot, chat_id: int, words: Callable[[str], Words], turn: Turn) -> None:
    """Show commands in the language just chosen in this chat; a chat forgotten is as any other.

    Telegram keeps this for the chat. A refusal is logged: commands are a comfort, no more.
    """
    try:
        for effect in turn.effects:
            if isinstance(effect, Keep) and effect.locale:
                commands = _commands(words(effect.locale))
                await bot.set_my_commands(commands, scope=BotCommandScopeChat(chat_id))
            elif isinstance(effect, Forget):
                await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id))
    except TelegramError as error:
        log.warning("commands_not_set", error=type(error).__name__)


def _commands(words: Words) -> tuple[BotCommand, ...]:
    return tuple(BotCommand(name, words.of("command", name)) for name in COMMANDS)


async def _publish(application: App, words: Words, language: str | None) -> None:
    bot = application.bot
    commands = _commands(words)
    if await bot.get_my_commands(language_code=language) != commands:
        await bot.set_my_commands(commands, language_code=language)
    description = words.of("bot", "description")
    if (await bot.get_my_description(language_code=language)).description != description:
        await bot.set_my_description(description, language_code=language)
    short = words.of("bot", "short_description")
    told = await bot.get_my_short_description(language_code=language)
    if told.short_description != short:
        await bot.set_my_short_description(short, language_code=language)
