"""A minimal aiogram 3 bot by webhook: file name, address of the Bot API, own port.

Put together as its documentation does, in the form that loses nothing and costs least there: the
update is acknowledged when it was handled, and the answer to the tap rides in the response.
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
from aiogram.methods import AnswerCallbackQuery  # type: ignore[import-not-found]
from aiogram.types import (  # type: ignore[import-not-found]
    CallbackQuery,
    InlineKeyboardMarkup,
)
from aiogram.webhook.aiohttp_server import (  # type: ignore[import-not-found]
    SimpleRequestHandler,
    setup_application,
)
from aiohttp import web  # type: ignore[import-not-found]

PAGES = {
    page["data"]: (page["text"], InlineKeyboardMarkup.model_validate(page["reply_markup"]))
    for page in json.loads(Path(sys.argv[1]).read_text("utf-8"))
}
SECRET = "bench"  # noqa: S105 - of nothing
dispatcher = Dispatcher()
log = logging.getLogger("bench")


@dispatcher.callback_query()  # type: ignore[untyped-decorator]
async def tap(query: CallbackQuery) -> AnswerCallbackQuery:
    """Show the page."""
    text, keyboard = PAGES[query.data]
    await query.message.edit_text(text, reply_markup=keyboard)
    return query.answer()


async def main() -> None:
    """Serve until stopped."""
    bot = Bot(
        os.environ["BOT_TOKEN"],
        session=AiohttpSession(api=TelegramAPIServer.from_base(sys.argv[2])),
        default=DefaultBotProperties(parse_mode=ParseMode.HTML, link_preview_is_disabled=True),
    )
    application = web.Application()
    SimpleRequestHandler(
        dispatcher, bot, handle_in_background=False, secret_token=SECRET
    ).register(application, path="/telegram")
    setup_application(application, dispatcher, bot=bot)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    port = int(sys.argv[3])
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await bot.set_webhook(
        f"http://127.0.0.1:{port}/telegram", secret_token=SECRET, max_connections=100
    )
    log.info("Webhook is set")
    await asyncio.Event().wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    asyncio.run(main())
