"""A minimal aiogram 3 bot, put together as its documentation does: a file name, then an address.

It runs in an environment of its own, so it imports nothing of ours. Its pages are ready to send.
"""

import asyncio
import json
import logging
import os
import sys
from pathlib import Path

from aiogram import Bot, Dispatcher  # type: ignore[import-not-found]
from aiogram.client.default import DefaultBotProperties  # type: ignore[import-not-found]
from aiogram.client.session.aiohttp import AiohttpSession  # type: ignore[import-not-found]
from aiogram.client.telegram import TelegramAPIServer  # type: ignore[import-not-found]
from aiogram.enums import ParseMode  # type: ignore[import-not-found]
from aiogram.types import (  # type: ignore[import-not-found]
    CallbackQuery,
    InlineKeyboardMarkup,
)

PAGES = {
    page["data"]: (page["text"], InlineKeyboardMarkup.model_validate(page["reply_markup"]))
    for page in json.loads(Path(sys.argv[1]).read_text("utf-8"))
}
dispatcher = Dispatcher()


@dispatcher.callback_query()  # type: ignore[untyped-decorator]
async def tap(query: CallbackQuery) -> None:
    """Show the page."""
    text, keyboard = PAGES[query.data]
    await query.message.edit_text(text, reply_markup=keyboard)
    await query.answer()


async def main() -> None:
    """Poll until stopped."""
    bot = Bot(
        os.environ["BOT_TOKEN"],
        session=AiohttpSession(api=TelegramAPIServer.from_base(sys.argv[2])),
        default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True),
    )
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main())
