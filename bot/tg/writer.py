"""Screens as JSON for Bot API calls, encoded once and sent many times."""

from typing import Any

import orjson
from telegram.constants import KeyboardButtonStyle, ParseMode

from bot.core.model import Button, Copy, Open, Screen, Visit
from bot.core.writers import classic

Json = dict[str, Any]


def text(screen: Screen) -> str:
    """Return the message text, to be sent with `parse_mode="HTML"`."""
    return classic.write(screen.document)


def keyboard(screen: Screen) -> Json | None:
    """Return the inline keyboard, None for a screen without buttons."""
    if not screen.rows:
        return None
    return {"inline_keyboard": [[_button(button) for button in row] for row in screen.rows]}


def content(screen: Screen) -> bytes:
    """Return what a message says: the end of a JSON object that still lacks its recipient."""
    body: Json = {
        "text": text(screen),
        "parse_mode": ParseMode.HTML,
        "link_preview_options": {"is_disabled": True},
    }
    buttons = keyboard(screen)
    if buttons:
        body["reply_markup"] = buttons
    return orjson.dumps(body)[1:]


def new_message(chat_id: int, said: bytes) -> bytes:
    """Return the body of `sendMessage` that says what `content` returned."""
    return b'{"chat_id":%d,%b' % (chat_id, said)


def edited_message(chat_id: int, message_id: int, said: bytes) -> bytes:
    """Return the body of `editMessageText` that puts `content` in a message's place."""
    return b'{"chat_id":%d,"message_id":%d,%b' % (chat_id, message_id, said)


def _button(button: Button) -> Json:
    match button:
        case Open(label=label, address=address, danger=danger):
            style = {"style": KeyboardButtonStyle.DANGER} if danger else {}
            return {"text": label, "callback_data": address.pack(), **style}
        case Copy(label=label, text=words):
            return {"text": label, "copy_text": {"text": words}}
        case Visit(label=label, url=url):
            return {"text": label, "url": url}
