"""Answers to taps, kept as the bytes that Telegram is sent: bounded, and dropped with their day.

Only turns that are the same for every reader come in here (`Turn.shared`), so a cache hit can
never show one reader what belongs to another.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.core.model import Turn
from bot.tg.watch import Nobody, Watch

SIZE = 4096


@dataclass(frozen=True, slots=True)
class Ready:
    """A turn without its screen, and the screen as `writer.content`."""

    turn: Turn
    said: bytes


class Pages:
    """The least recently tapped of `size` answers goes first.

    `version` names what is drawn from (content and day): when it changes, all is dropped.
    """

    def __init__(
        self, version: Callable[[], object], watch: Watch | None = None, size: int = SIZE
    ) -> None:
        self._version = version
        self._watch = watch or Nobody()
        self._drawn_from: object = None
        self._size = size
        self._kept: OrderedDict[str, Ready] = OrderedDict()

    def find(self, data: str) -> Ready | None:
        """Return the answer to a tap on a button with this data, if it is kept."""
        version = self._version()
        if version != self._drawn_from:
            self._kept.clear()
            self._drawn_from = version
        found = self._kept.get(data)
        self._watch.page(kept=found is not None)
        if found is not None:
            self._kept.move_to_end(data)
        return found

    def keep(self, data: str, turn: Turn, said: bytes) -> None:
        """Keep the answer found where `find` found none; its screen is dropped, its bytes stay."""
        self._kept[data] = Ready(replace(turn, screens=()), said)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
