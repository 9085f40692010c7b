"""From what Telegram delivers to an action: who, where, what.

A tap is read straight from the JSON into a `Press`, which holds the few values that answering
takes: to build the library's objects for it would cost more than to answer it. Everything else
becomes the library's `Update`.
"""

from dataclasses import dataclass
from typing import Any

from telegram import Message, Update
from telegram.constants import ChatType

from bot.core.model import Action, Attach, Command, InGroup, Say

# Named one by one: the library's `effective_attachment` also touches deprecated fields.
_NOT_WORDS = (
    *("animation", "audio", "contact", "dice", "document", "game", "location", "photo", "poll"),
    *("sticker", "story", "venue", "video", "video_note", "voice"),
)


@dataclass(slots=True)  # not frozen, which would take longer than to read the JSON
class Press:
    """A button was pressed in a private chat; the ids go nowhere but into the answer."""

    update_id: int
    query_id: str
    user_id: int
    language_code: str | None
    chat_id: int
    message_id: int
    data: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something said, with the ids needed to answer it; the ids go nowhere else."""

    user_id: int
    language_code: str | None
    chat_id: int
    action: Action


def press(raw: dict[str, Any]) -> Press | None:
    """Return the tap that an update with a `callback_query` stands for.

    None where nobody is to be answered: a tap in a group, or no tap as the Bot API has them.
    """
    query = raw["callback_query"]
    try:
        message, sender = query["message"], query["from"]
        chat = message["chat"]
        if chat["type"] != ChatType.PRIVATE:
            return None
        found = Press(
            update_id=raw["update_id"],
            query_id=query["id"],
            user_id=sender["id"],
            language_code=sender.get("language_code"),
            chat_id=chat["id"],
            message_id=message["message_id"],
            data=query.get("data") or "",
        )
    except (KeyError, TypeError, AttributeError):
        return None
    numbers = (found.update_id, found.user_id, found.chat_id, found.message_id)
    words = (found.query_id, found.data, found.language_code or "")
    if all(type(n) is int for n in numbers) and all(type(w) is str for w in words):
        return found
    return None


def incoming(update: Update, username: str) -> Incoming | None:
    """Return what a person said, None for updates that ask for no answer.

    `username` is the bot's own: in groups only commands meant for it are answered.
    """
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    found = _action(message, username)
    if found is None or (update.edited_message and isinstance(found, Attach | Command)):
        return None
    sender = message.from_user
    return Incoming(sender.id, sender.language_code, message.chat.id, found)


def _action(message: Message, username: str) -> Action | None:
    words = message.text or message.caption or ""
    private = message.chat.type == ChatType.PRIVATE
    command = _command(words, username, private=private)
    if not private:
        return InGroup() if command else None
    if command:
        return command
    if words.strip():
        return Say(words)
    return Attach() if any(getattr(message, kind, None) for kind in _NOT_WORDS) else None


def _command(words: str, username: str, *, private: bool) -> Command | None:
    """Read `/name@bot rest`; a command meant for another bot is none."""
    if not words.startswith("/"):
        return None
    head, _, argument = words[1:].partition(" ")
    name, at, bot = head.partition("@")
    if at and bot.lower() != username.lower():
        return None
    if not at and not private:
        return None
    name = name.split("\n", 1)[0].lower()
    return Command(name, argument.strip())
