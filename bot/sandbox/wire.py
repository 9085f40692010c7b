"""What travels over the wire: parameters in, refusals out, files on the way."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
"""One JSON object as the Bot API knows it."""

LARGEST = 2**63 - 1


class ApiError(Exception):
    """A call the Bot API refuses; `code` and `description` are what Telegram would answer."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def answer(self) -> Json:
        """Return the JSON object that carries this refusal."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


def bad_request(reason: str) -> ApiError:
    """Return a 400 worded as Telegram words it: a sentence loses its capital, a CODE keeps it."""
    if len(reason) > 1 and (reason[1] == "_" or reason[1].isupper()):
        return ApiError(400, f"Bad Request: {reason}")
    return ApiError(400, f"Bad Request: {reason[:1].lower()}{reason[1:]}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a multipart call."""

    name: str
    mime_type: str
    content: bytes

    def summary(self) -> Json:
        """Return what the call log keeps of the file; never its content."""
        return {"file_name": self.name, "mime_type": self.mime_type, "size": len(self.content)}


class Params:
    """The parameters of one call, read as leniently as Telegram reads them.

    A form carries nested values as JSON text, a JSON body carries them as they are; both read
    the same here. Unreadable numbers count as 0 and numbers out of range are moved into it.
    """

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def text(self, name: str) -> str:
        """Return the parameter as text; an absent one is empty."""
        value = self._values.get(name, "")
        if isinstance(value, str):
            return value
        return "" if isinstance(value, Upload) else json.dumps(value, ensure_ascii=False)

    def integer(
        self, name: str, default: int = 0, low: int = -LARGEST, high: int = LARGEST
    ) -> int:
        """Return the parameter as a whole number within `low` and `high`."""
        if name not in self._values:
            return default
        try:
            number = int(self.text(name).strip('" '))
        except ValueError:
            number = 0
        return min(max(number, low), high)

    def flag(self, name: str) -> bool:
        """Return whether the parameter says yes: `true`, `yes` or `1`."""
        return self.text(name).strip('" ').lower() in {"true", "yes", "1"}

    def json(self, name: str, called: str) -> object:
        """Return the parsed value, or None when absent; `called` names it in the refusal."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise bad_request(f"Can't parse {called} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """Return the file sent as this parameter, directly or as `attach://<part>`."""
        value = self._values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self._values.get(value.removeprefix("attach://"))
        return value if isinstance(value, Upload) else None

    def attachments(self) -> set[str]:
        """Return the names of the parts that another parameter points at."""
        return {
            value.removeprefix("attach://")
            for value in self._values.values()
            if isinstance(value, str) and value.startswith("attach://")
        }

    def logged(self) -> Json:
        """Return the parameters as the call log shows them: parsed, files summed up."""
        return {name: _readable(value) for name, value in self._values.items()}


def _readable(value: object) -> object:
    if isinstance(value, Upload):
        return value.summary()
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value
