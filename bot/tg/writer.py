"""Screens as the parameters of Bot API calls."""

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from bot.core.model import Button, Copy, Open, Screen, Visit
from bot.core.writers import classic


def text(screen: Screen) -> str:
    """Return the message text, to be sent with `parse_mode="HTML"`."""
    return classic.write(screen.document)


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    """Return the inline keyboard, None for a screen without buttons."""
    if not screen.rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in screen.rows])


def _button(button: Button) -> InlineKeyboardButton:
    match button:
        case Open(label=label, address=address, danger=danger):
            style = KeyboardButtonStyle.DANGER if danger else None
            return InlineKeyboardButton(label, callback_data=address.pack(), style=style)
        case Copy(label=label, text=words):
            return InlineKeyboardButton(label, copy_text=CopyTextButton(words))
        case Visit(label=label, url=url):
            return InlineKeyboardButton(label, url=url)
