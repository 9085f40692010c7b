"""The methods by which a bot says what it is called, what it does and which commands it has."""

from collections.abc import Callable

from bot.sandbox.profile import (
    MAX_DESCRIPTION,
    MAX_NAME,
    MAX_SHORT_DESCRIPTION,
    commands,
    language,
    menu_button,
    scope,
)
from bot.sandbox.state import State
from bot.sandbox.wire import Json, Params, bad_request

Handler = Callable[[State, Params], object]


def get_me(state: State, _params: Params) -> object:
    """Return the bot's User object with everything only getMe tells."""
    return state.bot() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not state.privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def set_my_commands(state: State, params: Params) -> object:
    """Replace the commands of a scope and language."""
    key = (scope(params), language(params))
    state.profile.commands[key] = commands(params)
    state.feed.publish(None, "profile")
    return True


def get_my_commands(state: State, params: Params) -> object:
    """Return the commands of exactly this scope and language."""
    return state.profile.commands.get((scope(params), language(params)), [])


def delete_my_commands(state: State, params: Params) -> object:
    """Forget the commands of a scope and language."""
    state.profile.commands.pop((scope(params), language(params)), None)
    state.feed.publish(None, "profile")
    return True


def setter(field: str, table_name: str, limit: int, code: str) -> Handler:
    """Return the method that sets one text of the profile in one language."""

    def set_text(state: State, params: Params) -> object:
        text, key = params.text(field).strip(), language(params)
        if len(text) > limit:
            raise bad_request(code)
        table: dict[str, str] = getattr(state.profile, table_name)
        if text:
            table[key] = text
        elif key or field != "name":
            table.pop(key, None)
        state.feed.publish(None, "profile")
        return True

    return set_text


def getter(field: str, table_name: str) -> Handler:
    """Return the method that tells one text of the profile in one language."""

    def get_text(state: State, params: Params) -> object:
        table: dict[str, str] = getattr(state.profile, table_name)
        code = language(params)
        return {field: table.get(code) or table.get("", "")}

    return get_text


set_my_name = setter("name", "names", MAX_NAME, "BOT_TITLE_INVALID")
get_my_name = getter("name", "names")
set_my_description = setter("description", "descriptions", MAX_DESCRIPTION, "DESCRIPTION_TOO_LONG")
get_my_description = getter("description", "descriptions")
set_my_short_description = setter(
    "short_description", "short_descriptions", MAX_SHORT_DESCRIPTION, "ABOUT_TOO_LONG"
)
get_my_short_description = getter("short_description", "short_descriptions")


def _menu_chat(state: State, params: Params) -> int:
    return state.chat(params.text("chat_id")).id if "chat_id" in params else 0


def set_chat_menu_button(state: State, params: Params) -> object:
    """Choose what the menu button does in one chat, or in all."""
    button: Json = menu_button(params)
    state.profile.menu_buttons[_menu_chat(state, params)] = button
    state.feed.publish(None, "profile")
    return True


def get_chat_menu_button(state: State, params: Params) -> object:
    """Return the menu button of a chat."""
    return state.profile.menu_button(_menu_chat(state, params))
