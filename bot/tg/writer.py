"""Screens as JSON for Bot API calls, encoded once and sent many times."""

from typing import Any
from urllib.parse import quote, urlencode

import orjson
from telegram.constants import KeyboardButtonStyle, ParseMode

from bot.core.address import Address
from bot.core.model import Button, Copy, CopyLink, Open, Screen, Share, Visit
from bot.core.writers import classic

Json = dict[str, Any]


def text(screen: Screen) -> str:
    """Return the message text, to be sent with `parse_mode="HTML"`."""
    return classic.write(screen.document)


def keyboard(screen: Screen, username: str) -> Json | None:
    """Return the inline keyboard, None for a screen without buttons.

    `username` is the bot's own: links to a screen lead to it.
    """
    if not screen.rows:
        return None
    rows = [[_button(button, username) for button in row] for row in screen.rows]
    return {"inline_keyboard": rows}


def content(screen: Screen, username: str) -> bytes:
    """Return what a message says: the end of a JSON object that still lacks its recipient."""
    body: Json = {
        "text": text(screen),
        "parse_mode": ParseMode.HTML,
        "link_preview_options": {"is_disabled": True},
    }
    buttons = keyboard(screen, username)
    if buttons:
        body["reply_markup"] = buttons
    return orjson.dumps(body)[1:]


def new_message(chat_id: int, said: bytes) -> bytes:
    """Return the body of `sendMessage` that says what `content` returned."""
    return b'{"chat_id":%d,%b' % (chat_id, said)


def edited_message(chat_id: int, message_id: int, said: bytes) -> bytes:
    """Return the body of `editMessageText` that puts `content` in a message's place."""
    return b'{"chat_id":%d,"message_id":%d,%b' % (chat_id, message_id, said)


def link(address: Address, username: str) -> str:
    """Return the link that opens a screen of the bot from anywhere."""
    return f"https://t.me/{username}?start={address.pack()}"


def _button(button: Button, username: str) -> Json:
    match button:
        case Open(label=label, address=address, danger=danger):
            style = {"style": KeyboardButtonStyle.DANGER} if danger else {}
            return {"text": label, "callback_data": address.pack(), **style}
        case Copy(label=label, text=words):
            return {"text": label, "copy_text": {"text": words}}
        case CopyLink(label=label, address=address):
            return {"text": label, "copy_text": {"text": link(address, username)}}
        case Share(label=label, address=address, text=words):
            query = urlencode({"url": link(address, username), "text": words}, quote_via=quote)
            return {"text": label, "url": f"https://t.me/share/url?{query}"}
        case Visit(label=label, url=url):
            return {"text": label, "url": url}
