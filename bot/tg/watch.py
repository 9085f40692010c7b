"""What the Telegram side tells whoever counts: calls made, updates handled, pages kept."""

from typing import Protocol

from bot.core.model import Turn


class Watch(Protocol):
    """Told as it happens; it must return at once and raise nothing."""

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """Take note of a Bot API call; `outcome` is a status, or a word for what went wrong."""

    def handled(self, kind: str, outcome: str, seconds: float) -> None:
        """Take note of an update.

        `kind`: tap, message or other. `outcome`: handled, again (it has to come again), told (it
        failed and its reader was told), repeated (it was handled before), ignored (it asks for no
        answer), full (there was no room for it). `seconds` from the door until then.
        """

    def page(self, *, kept: bool) -> None:
        """Take note of a tap whose answer was kept ready, or had to be drawn."""

    def answered(self, turn: Turn, data: str | None = None) -> None:
        """Take note of an answer, its screens left out where they were kept ready.

        `data` is the button's, where one was tapped.
        """


class Nobody:
    """Counts nothing."""

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """Do nothing."""

    def handled(self, kind: str, outcome: str, seconds: float) -> None:
        """Do nothing."""

    def page(self, *, kept: bool) -> None:
        """Do nothing."""

    def answered(self, turn: Turn, data: str | None = None) -> None:
        """Do nothing."""
