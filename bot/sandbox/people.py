"""What the people in the chats do: write, send things, tap buttons, block the bot."""

import itertools

from bot.sandbox.state import BOT_ID, Chat, State, Tap
from bot.sandbox.texts import is_blank, plain
from bot.sandbox.wire import Json

_numbers = itertools.count(1)


class NotPossibleError(ValueError):
    """A person cannot do that in a Telegram client; says why."""


def _file(**more: object) -> Json:
    number = next(_numbers)
    return {
        "file_id": f"AgACSandbox{number:06d}",
        "file_unique_id": f"AQSandbox{number:06d}",
    } | more


def attachment(kind: str) -> Json:
    """Return the content of a message that is not text, as small as it may be."""
    photo = [_file(width=90, height=67, file_size=1200), _file(width=800, height=600)]
    made: dict[str, object] = {
        "photo": photo,
        "voice": _file(duration=4, mime_type="audio/ogg", file_size=9000),
        "sticker": _file(
            type="regular", width=512, height=512, is_animated=False, is_video=False, emoji="🙂"
        ),
        "location": {"latitude": 52.52, "longitude": 13.405},
        "document": _file(file_name="notes.pdf", mime_type="application/pdf", file_size=20000),
        "video": _file(width=640, height=480, duration=7),
        "video_note": _file(length=240, duration=5),
        "animation": _file(width=320, height=240, duration=3),
        "audio": _file(duration=120, title="A song"),
        "contact": {"phone_number": "+10000000000", "first_name": "A contact"},
        "dice": {"emoji": "🎲", "value": 3},
    }
    if kind not in made:
        raise NotPossibleError(f"kind is text or one of {', '.join(sorted(made))}")
    return {kind: made[kind]}


def say(
    state: State,
    chat: Chat,
    *,
    text: str = "",
    kind: str = "text",
    caption: str = "",
    sender: Json | None = None,
    reply_to: int | None = None,
) -> tuple[Json, int | None]:
    """Send a message as a person; returns it and the id of the update the bot gets of it."""
    content = _content(text) if kind == "text" else attachment(kind)
    if kind != "text" and caption:
        words, entities = plain(caption)
        content |= {"caption": words} | ({"caption_entities": entities} if entities else {})
    if reply_to is not None:
        target = chat.messages.get(reply_to)
        if target is None:
            raise NotPossibleError(f"there is no message {reply_to} to reply to")
        content["reply_to_message"] = {
            key: value for key, value in target.items() if key != "reply_to_message"
        }
    if chat.blocked:
        block(state, chat, blocked=False)
    message = state.post(chat, sender or chat.person(), content)
    if not _reaches(state, chat, message):
        return message, None
    update = state.updates.add("message", message, chat_id=chat.id, lane=f"chat {chat.id}")
    return message, update


def edit(state: State, chat: Chat, message_id: int, text: str) -> tuple[Json, int | None]:
    """Change the text of a person's own message."""
    message = chat.messages.get(message_id)
    if message is None or message["from"]["id"] == BOT_ID or "text" not in message:
        raise NotPossibleError("only a text message of one's own can be edited")
    kept = {name: value for name, value in message.items() if name not in {"text", "entities"}}
    edited = state.replace(chat, kept | _content(text) | {"edit_date": state.now()})
    update = state.updates.add("edited_message", edited, chat_id=chat.id, lane=f"chat {chat.id}")
    return edited, update


def tap(
    state: State, chat: Chat, message_id: int, data: str, sender: Json | None = None
) -> tuple[Tap, int | None]:
    """Tap a button; data no button of the message carries is sent too, as a forger would."""
    message = chat.messages.get(message_id)
    if message is None:
        raise NotPossibleError(f"there is no message {message_id} in this chat")
    made = Tap(str(10**17 + len(state.taps) * 7919), chat.id, message_id, state.clock.now())
    state.taps[made.id] = made
    person = sender or chat.person()
    query: Json = {
        "id": made.id,
        "from": person,
        "message": message,
        "chat_instance": chat.instance,
        "data": data,
    }
    lane = f"user {person['id']}"
    return made, state.updates.add("callback_query", query, chat_id=chat.id, lane=lane)


def block(state: State, chat: Chat, *, blocked: bool) -> int | None:
    """Block the bot or let it in again; in a group, remove it or add it."""
    if chat.blocked == blocked:
        return None
    chat.blocked = blocked
    out = "kicked" if chat.kind == "private" else "left"
    old, new = ("member", out) if blocked else (out, "member")
    state.feed.publish(chat.id, "chat")
    change: Json = {
        "chat": chat.wire(),
        "from": chat.person() if chat.kind == "private" else stranger(),
        "date": state.now(),
        "old_chat_member": _member(state, old),
        "new_chat_member": _member(state, new),
    }
    return state.updates.add("my_chat_member", change, chat_id=chat.id, lane=f"chat {chat.id}")


def stranger(name: str = "Member", language_code: str | None = "en", number: int = 1) -> Json:
    """Return a group member who has no private chat with the bot."""
    user: Json = {"id": 4_000_000 + number, "is_bot": False, "first_name": name}
    return user | ({"language_code": language_code} if language_code else {})


def _member(state: State, status: str) -> Json:
    until = {"until_date": 0} if status == "kicked" else {}
    return {"status": status, "user": state.bot()} | until


def _content(text: str) -> Json:
    words, entities = plain(text)
    if is_blank(words):
        raise NotPossibleError("a message needs something to read")
    return {"text": words} | ({"entities": entities} if entities else {})


def _reaches(state: State, chat: Chat, message: Json) -> bool:
    """Return whether a bot in privacy mode sees the message."""
    if chat.kind == "private" or not state.privacy_mode:
        return True
    if message.get("reply_to_message", {}).get("from", {}).get("id") == BOT_ID:
        return True
    text = str(message.get("text", ""))
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    command, _, addressee = first.partition("@")
    return command.startswith("/") and addressee.lower() in {"", state.username.lower()}
