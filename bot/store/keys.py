"""The keyed hash that stands for a reader, and its change to a new key."""

import hmac
from dataclasses import dataclass, field


def reader_key(key: bytes, telegram_id: int) -> str:
    """Return the 64 hexadecimal digits that stand for a Telegram id: HMAC-SHA-256 under `key`."""
    return hmac.digest(key, f"reader:{telegram_id}".encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Keys:
    """The key in use and, while rows move over to it, the one before."""

    current: bytes = field(repr=False)
    previous: bytes | None = field(default=None, repr=False)

    def of(self, telegram_id: int) -> tuple[str, ...]:
        """Return every hash a reader's row may stand under, the one in use first."""
        keys = (self.current,) if self.previous is None else (self.current, self.previous)
        return tuple(reader_key(key, telegram_id) for key in keys)
