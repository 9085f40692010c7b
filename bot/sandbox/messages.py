"""The methods that put messages into chats, change them and answer taps."""

from bot.sandbox.entities import utf16_length
from bot.sandbox.keyboard import inline_keyboard
from bot.sandbox.state import Chat, State
from bot.sandbox.texts import MAX_CAPTION, MAX_TEXT, formatted, is_blank
from bot.sandbox.wire import ApiError, Json, Params, bad_request

MAX_ANSWER = 200
DELETABLE_SECONDS = 48 * 3600
ANSWERABLE_SECONDS = 150
"""How long a tap may be answered; Telegram publishes no figure, an older tap is never sent."""
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
CHAT_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note",
    "upload_video_note", "cancel",
}  # fmt: skip
CONTENT = ("text", "entities", "reply_markup", "link_preview_options")


def send_message(state: State, params: Params) -> object:
    """Send a text message; returns the Message."""
    chat = _writable(state, params)
    content = _text(params)
    return state.post(chat, state.bot(), content | _extras(chat, params))


def send_document(state: State, params: Params) -> object:
    """Send a file, uploaded or known by its file_id; returns the Message."""
    chat = _writable(state, params)
    file = params.upload("document")
    if file is not None:
        if not file.content:
            raise bad_request("File must be non-empty")
        file_id, unique_id = state.keep_file(file)
    else:
        file_id = params.text("document")
        if not file_id:
            raise bad_request("There is no document in the request")
        if file_id not in state.files:
            raise bad_request("Wrong file identifier/HTTP URL specified")
        file, unique_id = state.files[file_id], "AgSandbox" + file_id[-6:]
    content: Json = {
        "document": {
            "file_id": file_id,
            "file_unique_id": unique_id,
            "file_name": file.name,
            "mime_type": file.mime_type,
            "file_size": len(file.content),
        }
    }
    caption, entities = formatted(params, "caption", "caption_entities")
    if utf16_length(caption) > MAX_CAPTION:
        raise bad_request("Message caption is too long")
    if caption:
        content["caption"] = caption
    if entities:
        content["caption_entities"] = entities
    return state.post(chat, state.bot(), content | _extras(chat, params))


def edit_message_text(state: State, params: Params) -> object:
    """Put new text and keyboard in the place of a message's old ones; returns the Message."""
    chat, message = _editable(state, params)
    if "text" not in message:
        raise bad_request("There is no text in the message to edit")
    content = _text(params)
    keyboard = inline_keyboard(params, only=True)
    return _edit(state, chat, message, content | _present(reply_markup=keyboard))


def edit_message_reply_markup(state: State, params: Params) -> object:
    """Change or remove the keyboard of a message; returns the Message."""
    chat, message = _editable(state, params)
    kept = {name: message[name] for name in CONTENT if name in message and name != "reply_markup"}
    keyboard = inline_keyboard(params, only=True)
    return _edit(state, chat, message, kept | _present(reply_markup=keyboard))


def delete_message(state: State, params: Params) -> object:
    """Delete a message of the last 48 hours; returns true."""
    chat = state.chat(params.text("chat_id"))
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    foreign = chat.kind != "private" and not message["from"]["is_bot"]
    if foreign or state.now() - message["date"] > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted")
    state.remove(chat, message["message_id"])
    return True


def answer_callback_query(state: State, params: Params) -> object:
    """Stop the spinner of a tapped button, with a toast or an alert if asked; returns true."""
    tap = state.taps.get(params.text("callback_query_id"))
    if tap is None or state.clock.now() - tap.made_at > ANSWERABLE_SECONDS:
        raise bad_request(TOO_OLD)
    text = params.text("text")
    if utf16_length(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    tap.answer = {"text": text, "show_alert": params.flag("show_alert")}
    state.feed.publish(tap.chat_id, "answered", query_id=tap.id, **tap.answer)
    return True


def send_chat_action(state: State, params: Params) -> object:
    """Show that the bot is busy; returns true."""
    chat = _writable(state, params)
    action = params.text("action")
    if action not in CHAT_ACTIONS:
        raise bad_request("Wrong parameter action in request")
    state.feed.publish(chat.id, "action", action=action)
    return True


def _writable(state: State, params: Params) -> Chat:
    chat = state.chat(params.text("chat_id"))
    if chat.blocked:
        who = "blocked by the user" if chat.kind == "private" else "kicked from the group chat"
        raise ApiError(403, f"Forbidden: bot was {who}")
    return chat


def _editable(state: State, params: Params) -> tuple[Chat, Json]:
    if "inline_message_id" in params:
        raise bad_request("MESSAGE_ID_INVALID")
    if "chat_id" not in params:
        raise bad_request("Message identifier is not specified")
    chat = _writable(state, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message["from"]["is_bot"]:
        raise bad_request("message can't be edited")
    return chat, message


def _text(params: Params) -> Json:
    if not params.text("text"):
        raise bad_request("Message text is empty")
    text, entities = formatted(params, "text", "entities")
    if is_blank(text):
        raise bad_request("Text must be non-empty")
    if utf16_length(text) > MAX_TEXT:
        raise bad_request("Message is too long")
    preview = params.json("link_preview_options", "link preview options")
    if preview is not None and not isinstance(preview, dict):
        raise bad_request("Object expected as link preview options")
    return {"text": text} | _present(entities=entities, link_preview_options=preview)


def _extras(chat: Chat, params: Params) -> Json:
    """Return what a send may add to a message: keyboard, protection, the message replied to."""
    extras = _present(
        reply_markup=inline_keyboard(params),
        has_protected_content=params.flag("protect_content"),
    )
    reply = params.json("reply_parameters", "reply parameters")
    if reply is None:
        return extras
    if not isinstance(reply, dict) or not isinstance(reply.get("message_id"), int):
        raise bad_request("Object expected as reply parameters")
    target = chat.messages.get(reply["message_id"])
    if target is None:
        if reply.get("allow_sending_without_reply"):
            return extras
        raise bad_request("message to be replied not found")
    quoted = {key: value for key, value in target.items() if key != "reply_to_message"}
    return extras | {"reply_to_message": quoted}


def _edit(state: State, chat: Chat, message: Json, content: Json) -> Json:
    if {name: message.get(name) for name in CONTENT} == {
        name: content.get(name) for name in CONTENT
    }:
        raise bad_request(NOT_MODIFIED)
    kept = {name: value for name, value in message.items() if name not in CONTENT}
    return state.replace(chat, kept | content | {"edit_date": state.now()})


def _present(**values: object) -> Json:
    return {name: value for name, value in values.items() if value}
