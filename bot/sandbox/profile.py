"""How the bot presents itself: name, descriptions, commands and menu button, per language."""

import re

from bot.sandbox.wire import Json, Params, bad_request

MAX_COMMANDS = 100
MAX_COMMAND = 32
MAX_COMMAND_DESCRIPTION = 256
MAX_NAME = 64
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120
COMMAND = re.compile(r"[a-z0-9_]+")
SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


class Profile:
    """What is set by the setMy... methods; the empty language is everyone's."""

    def __init__(self, name: str) -> None:
        self.names: dict[str, str] = {"": name}
        self.descriptions: dict[str, str] = {}
        self.short_descriptions: dict[str, str] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.menu_buttons: dict[int, Json] = {}

    def name_for(self, language_code: str) -> str:
        """Return the name a client in this language shows."""
        return _best(self.names, language_code)

    def seen_by(self, chat_id: int, kind: str, language_code: str | None) -> Json:
        """Return what a client in this chat and language shows of the bot."""
        short = (language_code or "")[:2].lower()
        return {
            "name": self.name_for(short),
            "description": _best(self.descriptions, short),
            "short_description": _best(self.short_descriptions, short),
            "commands": self._commands_for(chat_id, kind, short),
            "menu_button": self.menu_button(chat_id),
        }

    def menu_button(self, chat_id: int) -> Json:
        """Return the menu button of a chat; chat 0 holds everyone's."""
        chosen = self.menu_buttons.get(chat_id, {"type": "default"})
        if chosen["type"] == "default" and chat_id:
            return self.menu_button(0)
        return {"type": "commands"} if chosen["type"] == "default" else chosen

    def _commands_for(self, chat_id: int, kind: str, short: str) -> list[Json]:
        everyone = "all_private_chats" if kind == "private" else "all_group_chats"
        for scope in (f"chat:{chat_id}", everyone, "default"):
            for language in (short, ""):
                if commands := self.commands.get((scope, language)):
                    return commands
        return []


def _best(table: dict[str, str], language_code: str) -> str:
    return table.get(language_code) or table.get("", "")


def language(params: Params) -> str:
    """Return the language a profile call is about: empty or two letters, as Telegram asks."""
    code = params.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("Invalid language code specified")
    return code


def scope(params: Params) -> str:
    """Return the scope of a commands call as one word."""
    value = params.json("scope", "BotCommandScope")
    if value is None:
        return "default"
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind is None:
        raise bad_request("Can't parse BotCommandScope: BotCommandScope must be an Object")
    if kind in SCOPES:
        return str(kind)
    if kind not in CHAT_SCOPES:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    if not value.get("chat_id"):
        raise bad_request("Can't parse BotCommandScope: Empty chat_id specified")
    member = f":{value['user_id']}" if kind == "chat_member" and value.get("user_id") else ""
    return f"{kind}:{value['chat_id']}{member}"


def commands(params: Params) -> list[Json]:
    """Return the checked BotCommand objects of a call."""
    value = params.json("commands", "commands")
    if not isinstance(value, list):
        raise bad_request("Expected an Array of BotCommand")
    if len(value) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return [_command(one) for one in value]


def _command(value: object) -> Json:
    if not isinstance(value, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(value.get(name), str):
            raise bad_request(f"Can't parse BotCommand: Can't find field \"{name}\"")
    command = value["command"].strip().removeprefix("/")
    description = value["description"].strip()
    if not command:
        raise bad_request("Command must be non-empty")
    if len(command) > MAX_COMMAND:
        raise bad_request(f"Command length must not exceed {MAX_COMMAND}")
    if not COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("Command description must be non-empty")
    if len(description) > MAX_COMMAND_DESCRIPTION:
        raise bad_request(f"Command description length must not exceed {MAX_COMMAND_DESCRIPTION}")
    return {"command": command, "description": description}


def menu_button(params: Params) -> Json:
    """Return the checked MenuButton of a call."""
    value = params.json("menu_button", "menu button")
    if value is None:
        return {"type": "default"}
    if not isinstance(value, dict):
        raise bad_request("Can't parse menu button: MenuButton must be an Object")
    if value.get("type") in {"default", "commands"}:
        return {"type": value["type"]}
    if value.get("type") == "web_app" and value.get("text") and "web_app" in value:
        return value
    raise bad_request("Can't parse menu button: MenuButton has unsupported type")
