"""Random updates, made from the Bot API's own description, and broken in every way."""

import json
import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson

from bot.errors import ConfigError

_DEPTH = 4
_PEOPLE = 50
_FIRST_PERSON = 20_000_000
_KINDS = ("message", "edited_message", "callback_query")
_WRONG: tuple[Any, ...] = (None, -1, 1.5, "", "\u202e\0\ud7ff", [], {}, [[]], True)


class Updates:
    """Updates by chance: as described, from a private chat, or mutated. `seed` makes them again.

    `description` holds `types` with their `fields`: `name`, `types` and `required`.
    """

    def __init__(self, description: Path, seed: int) -> None:
        try:
            self._types: dict[str, Any] = json.loads(description.read_text("utf-8"))["types"]
        except (OSError, ValueError, KeyError):
            raise ConfigError(
                f"{description} is no description of the Bot API: give one by --description"
            ) from None
        self._chance = random.Random(seed)  # noqa: S311 - no secrets
        self._number = 0

    def next(self) -> bytes:
        """Return the body of a delivery: two of three are updates, the others were."""
        chance = self._chance
        self._number += 1
        update = self._made("Update", 2)
        if self._in(0.7):
            kind = chance.choice(_KINDS)
            name = "CallbackQuery" if kind == "callback_query" else "Message"
            update = {kind: self._made(name, _DEPTH - 1)}
            if self._in(0.7):
                self._privately(update)
        update["update_id"] = self._number
        if self._in(0.67):
            return orjson.dumps(update)
        for _ in range(chance.randint(1, 3)):
            self._break(update)
        body = orjson.dumps(update, default=str, option=orjson.OPT_NON_STR_KEYS)
        return self._garbled(body) if self._in(0.3) else body

    def _made(self, name: str, depth: int) -> Any:  # noqa: ANN401 - JSON
        chance = self._chance
        if name.startswith("Array of "):
            inner = name.removeprefix("Array of ")
            return [self._made(inner, depth) for _ in range(chance.randint(0, 2))]
        plain = self._plain(name)
        if plain is not None:
            return plain
        kind = self._types.get(name, {})
        if kind.get("subtypes"):
            return self._made(chance.choice(kind["subtypes"]), depth)
        made: dict[str, Any] = {}
        fields = kind.get("fields", ())
        optional = [field for field in fields if not field["required"]]
        few = (
            chance.sample(optional, min(len(optional), chance.randint(0, 3))) if depth > 0 else []
        )
        for field in (*(one for one in fields if one["required"]), *few):
            made[field["name"]] = self._made(field["types"][0], depth - 1)
        return made

    def _plain(self, name: str) -> float | str | bool | None:
        chance = self._chance
        match name:
            case "Integer":
                return chance.randint(1, 2**40)
            case "String":
                return "".join(
                    chr(chance.randint(32, 12_000)) for _ in range(chance.randrange(30))
                )
            case "Boolean" | "True" | "False":
                return self._in(0.5)
            case "Float":
                return chance.uniform(0, 90)
        return None

    def _in(self, share: float) -> bool:
        """Be true in this share of all cases."""
        return self._chance.random() < share

    def _privately(self, update: dict[str, Any]) -> None:
        """Let a person have caused it in a private chat, where the bot must answer."""
        number = _FIRST_PERSON + self._chance.randrange(_PEOPLE)
        person = {"id": number, "is_bot": False, "first_name": "A", "language_code": "en"}
        chat = {"id": number, "type": "private", "first_name": "A"}
        for kind in ("message", "edited_message"):
            if kind in update:
                update[kind] |= {"chat": chat, "from": person}
        tap = update.get("callback_query")
        if tap is not None:
            tap["from"] = person
            tap["message"] = {"message_id": 7, "date": 1, "chat": chat}

    def _break(self, value: Any) -> None:  # noqa: ANN401 - JSON
        """Put something wrong somewhere below."""
        chance = self._chance
        while isinstance(value, dict | list) and value:
            place = (
                chance.choice(list(value))
                if isinstance(value, dict)
                else chance.randrange(len(value))
            )
            if not isinstance(value[place], dict | list) or not value[place] or self._in(0.3):
                if isinstance(value, dict) and self._in(0.3):
                    del value[place]
                else:
                    value[place] = deepcopy(chance.choice(_WRONG))
                return
            value = value[place]

    def _garbled(self, body: bytes) -> bytes:
        """Cut a body, or flip a byte of it."""
        at = self._chance.randrange(len(body))
        if self._in(0.5):
            return body[:at]
        return body[:at] + bytes([self._chance.randrange(256)]) + body[at + 1 :]
