"""A minimal python-telegram-bot, as its documentation puts it together: file name, then address.

Its pages are ready to send.
"""

import json
import logging
import os
import sys
from pathlib import Path

from telegram import InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, Defaults

PAGES = {
    page["data"]: (page["text"], InlineKeyboardMarkup.de_json(page["reply_markup"]))
    for page in json.loads(Path(sys.argv[1]).read_text("utf-8"))
}


async def tap(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:  # noqa: ARG001 - PTB's signature
    """Show the page."""
    query = update.callback_query
    if query is not None and query.data is not None:
        text, keyboard = PAGES[query.data]
        await query.answer()
        await query.edit_message_text(text, reply_markup=keyboard)


def main() -> None:
    """Poll until stopped."""
    defaults = Defaults(
        parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    application = (
        Application.builder()
        .token(os.environ["BOT_TOKEN"])
        .base_url(f"{sys.argv[2]}/bot")
        .defaults(defaults)
        .build()
    )
    application.add_handler(CallbackQueryHandler(tap))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    main()
