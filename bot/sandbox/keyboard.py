"""Inline keyboards, checked as Telegram checks them."""

from bot.sandbox.entities import utf16_length
from bot.sandbox.links import checked_link
from bot.sandbox.texts import clean, is_blank
from bot.sandbox.wire import ApiError, Json, Params, bad_request

MAX_BUTTONS = 100
MAX_CALLBACK_DATA = 64
MAX_COPY_TEXT = 256
STYLES = {"danger", "success", "primary"}
ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
    "callback_game", "pay",
)  # fmt: skip
OTHER_MARKUP = ("keyboard", "remove_keyboard", "force_reply")


def inline_keyboard(params: Params, *, only: bool = False) -> Json | None:
    """Return the checked InlineKeyboardMarkup of a call, or None when it carries none.

    Reply keyboards are accepted and not kept (they belong to the person's client); with `only`
    they are refused, as an edit refuses them.
    """
    value = params.json("reply_markup", "reply keyboard markup")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_request("Object expected as reply markup")
    if "inline_keyboard" not in value:
        if only and any(value.get(kind) for kind in OTHER_MARKUP):
            raise bad_request("Inline keyboard expected")
        return None
    rows = value["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    checked = [[_button(button) for button in row] for row in rows]
    if sum(len(row) for row in checked) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    kept = [row for row in checked if row]
    return {"inline_keyboard": kept} if kept else None


def _unparsed(reason: str) -> ApiError:
    return bad_request(f"Can't parse inline keyboard button: {reason}")


def _button(button: object) -> Json:
    if not isinstance(button, dict):
        raise _unparsed("InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise _unparsed('Can\'t find field "text"')
    actions = [name for name in ACTIONS if button.get(name) not in (None, "", False)]
    if not actions:
        if button.get("callback_data") == "":
            raise bad_request("BUTTON_DATA_INVALID")
        raise _unparsed("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        # Telegram takes the first and stays silent; its documentation allows exactly one.
        raise _unparsed(f"exactly one action is allowed, found {', '.join(actions)}")
    style = button.get("style")
    if style is not None and style not in STYLES:
        raise _unparsed("invalid button style specified")
    if is_blank(clean(text)):
        raise bad_request("Inline keyboard button text must be non-empty")
    kept = {"text": clean(text), actions[0]: _action(actions[0], button[actions[0]])}
    return kept | ({"style": style} if style else {})


def _action(name: str, value: object) -> object:
    if name == "callback_data":
        size = len(value.encode("utf-8", "surrogatepass")) if isinstance(value, str) else 0
        if not 1 <= size <= MAX_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    elif name == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str):
            raise _unparsed('Can\'t find field "text"')
        if not 1 <= utf16_length(text) <= MAX_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif name == "url":
        link = checked_link(value) if isinstance(value, str) else None
        if link is None:
            raise bad_request(f"Inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
        return link
    return value
