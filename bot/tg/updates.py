"""From a Telegram update to an action: who, where, what."""

from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType

from bot.core.model import Action, Attach, Command, InGroup, Say, Tap

# Named one by one: the library's `effective_attachment` also touches deprecated fields.
_NOT_WORDS = (
    *("animation", "audio", "contact", "dice", "document", "game", "location", "photo", "poll"),
    *("sticker", "story", "venue", "video", "video_note", "voice"),
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """An action with the ids needed to answer it; the ids go nowhere else."""

    user_id: int
    language_code: str | None
    chat_id: int
    action: Action
    query: CallbackQuery | None = None


def incoming(update: Update, username: str) -> Incoming | None:
    """Return what a person did, None for updates that ask for no answer.

    `username` is the bot's own: in groups only commands meant for it are answered.
    """
    query = update.callback_query
    if query is not None:
        if query.message is None or query.message.chat.type != ChatType.PRIVATE:
            return None
        action = Tap(query.data or "")
        chat_id = query.message.chat.id
        return Incoming(query.from_user.id, query.from_user.language_code, chat_id, action, query)
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
