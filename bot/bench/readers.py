"""Readers who tap: each shows one message, taps its next button once the last tap was served.

A tap is served when its message was edited to exactly the expected page and the query was
answered (and, by webhook, the delivery acknowledged). Everything else is counted against the bot.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from bot.bench.pages import Page
from bot.bench.wire import Params

LONGEST_WAIT = 60.0
_FIRST_CHAT = 100_000
_MESSAGE_ID = 7
_COMPLAINTS = 3
_WHEN = 1_760_000_000

BOT: dict[str, Any] = {
    "id": 123456,
    "is_bot": True,
    "first_name": "Bench",
    "username": "bench_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}


@dataclass(slots=True)
class Tap:
    """One press of a button, and what the bot still owes for it."""

    update_id: int
    reader: int
    page: int
    owed: set[str]
    made: float = 0.0


@dataclass(slots=True)
class Result:
    """What a run saw.

    `served` of the `taps` were so within `seconds`, the others after. `milliseconds` from a tap
    to its new text, sorted. `early`: taps acknowledged to Telegram before their edit had arrived;
    a crash would have lost them. `wrong`: calls with another text, keyboard, chat or query than
    expected.
    """

    taps: int = 0
    served: int = 0
    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    early: int = 0
    wrong: int = 0
    unanswered: int = 0
    complaints: list[str] = field(default_factory=list)


class Readers:
    """All readers, their open taps and the score of the run.

    `offer` is told of each new tap; `owed` names what makes a tap served.
    """

    def __init__(self, pages: list[Page], count: int, offer: Callable[[Tap], None]) -> None:
        self._pages = pages
        self._offer = offer
        self._at = [number * len(pages) // count for number in range(count)]
        self._open: dict[int, Tap] = {}
        self._messages = [_message(page) for page in pages]
        self._last_update = 0
        self._result = Result()
        self._left: int | None = 0
        self._until: float | None = None
        self._due: deque[float] | None = None
        self._free: deque[int] = deque()
        self._quiet = asyncio.Event()
        self.owed = {"edit", "answer"}

    async def run(
        self,
        taps: int | None,
        seconds: float | None,
        rate: float | None = None,
        over: Callable[[], None] = lambda: None,
    ) -> dict[str, Any]:
        """Tap that often, or for that long, and until all is served; return the score.

        With `rate` taps come that often per second, whether or not the bot keeps up: one that
        finds every reader waiting is made as soon as a reader is free, and waits from when it was
        due. `over` is told when the time is over and no more taps are made.
        """
        began = time.perf_counter()
        self._result, self._left, self._due = Result(), taps, None
        self._until = began + seconds if seconds else None
        self._quiet.clear()
        self._free = deque(range(len(self._at)))
        if rate:
            self._due = deque()
            await self._pace(rate, began)
        else:
            while self._free and self._next(self._free[0]):
                self._free.popleft()
            if self._until is not None:
                await asyncio.sleep(self._until - time.perf_counter())
        if self._until is not None:
            self._result.seconds = time.perf_counter() - began
            self._result.served = self._result.taps
            self._due = deque()
            over()
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                while self._open:
                    self._quiet.clear()
                    await self._quiet.wait()
        except TimeoutError:
            self._result.unanswered = len(self._open)
            self._open.clear()
        if self._until is None:
            self._result.seconds = time.perf_counter() - began
            self._result.served = self._result.taps
        self._result.milliseconds.sort()
        return asdict(self._result)

    async def _pace(self, rate: float, began: float) -> None:
        """Make taps due at an even pace, readers in turn."""
        number = 0
        while self._until is not None and (due := began + number / rate) < self._until:
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            number += 1
            # This server's own timer is no wait of the reader's.
            made = max(due, time.perf_counter())
            if self._free:
                self._tap(self._free.popleft(), made)
            elif self._due is not None:
                self._due.append(made)

    def update(self, tap: Tap) -> bytes:
        """Return a tap as Telegram would deliver it: with the whole message it was made on."""
        chat = _FIRST_CHAT + tap.reader
        return (
            b'{"update_id":%d,"callback_query":{"id":"%d","from":%b,"message":%b,'
            b'"chat_instance":"1","data":"%b"}}'
            % (
                tap.update_id,
                tap.update_id,
                _person(chat),
                self._shown(chat, tap.page - 1),
                self._pages[tap.page]["data"].encode(),
            )
        )

    def edited(self, params: Params) -> bytes | None:
        """Judge an edit; return the message it makes, None for one that is refused."""
        reader = int(params.get("chat_id", 0)) - _FIRST_CHAT
        tap = self._open.get(reader)
        if tap is None or int(params.get("message_id", 0)) != _MESSAGE_ID:
            self._complain("an edit of a message nobody is waiting for")
            return None
        page = self._pages[tap.page]
        keyboard = params.get("reply_markup")
        keyboard = orjson.loads(keyboard) if isinstance(keyboard, str) else keyboard
        if params.get("text") != page["text"] or params.get("parse_mode") != "HTML":
            self._complain(f"another text than that of {page['data']}")
        if keyboard != page["reply_markup"]:
            self._complain(f"another keyboard than that of {page['data']}")
        message = self._shown(reader + _FIRST_CHAT, tap.page)
        if "edit" in tap.owed:
            self._result.milliseconds.append((time.perf_counter() - tap.made) * 1000)
        self.settle(tap, "edit")
        return message

    def answered(self, params: Params) -> None:
        """Take the answer to a query."""
        name = str(params.get("callback_query_id"))
        tap = self._by_update(int(name)) if name.isdecimal() else None
        if tap is None:
            self._complain("a query nobody is waiting for was answered")
        else:
            self.settle(tap, "answer")

    def acknowledged(self, tap: Tap) -> None:
        """Take note that the bot let Telegram forget this tap."""
        self._result.early += "edit" in tap.owed
        self.settle(tap, "acknowledgement")

    def surprised(self, method: str) -> None:
        """Count a call that serving taps does not need."""
        self._complain(f"a call of {method}")

    def settle(self, tap: Tap, part: str) -> None:
        """Note that one part of a tap is done; when none is left, the reader taps again."""
        if part not in tap.owed:
            return
        tap.owed.discard(part)
        if not tap.owed and self._open.get(tap.reader) is tap:
            del self._open[tap.reader]
            self._at[tap.reader] = tap.page
            self._result.taps += 1
            if not self._next(tap.reader):
                self._free.append(tap.reader)
            if not self._open:
                self._quiet.set()

    def _next(self, reader: int) -> bool:
        """Let a free reader tap if there is a tap to make."""
        if self._due is not None:
            if not self._due:
                return False
            self._tap(reader, self._due.popleft())
            return True
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                return False
        elif self._until is not None and time.perf_counter() >= self._until:
            return False
        self._tap(reader, time.perf_counter())
        return True

    def _tap(self, reader: int, made: float) -> None:
        self._last_update += 1
        page = (self._at[reader] + 1) % len(self._pages)
        # The update id tells the reader, so that an answered query needs no second index.
        update_id = self._last_update * len(self._at) + reader
        tap = Tap(update_id, reader, page, set(self.owed), made)
        self._open[reader] = tap
        self._offer(tap)

    def _by_update(self, update_id: int) -> Tap | None:
        tap = self._open.get(update_id % len(self._at))
        return tap if tap is not None and tap.update_id == update_id else None

    def _shown(self, chat: int, page: int) -> bytes:
        return self._messages[page] % (_MESSAGE_ID, chat)

    def _complain(self, what: str) -> None:
        self._result.wrong += 1
        if len(self._result.complaints) < _COMPLAINTS:
            self._result.complaints.append(what)


def _person(chat: int) -> bytes:
    return (
        b'{"id":%d,"is_bot":false,"first_name":"Ana","username":"ana","language_code":"en"}' % chat
    )


def _message(page: Page) -> bytes:
    """Return the message showing a page as JSON with places for its id and its chat's."""
    rest = {
        "from": BOT,
        "date": _WHEN,
        "edit_date": _WHEN + 1,
        "text": page["plain"],
        "entities": page["entities"],
        "reply_markup": page["reply_markup"],
    }
    encoded = json.dumps(rest, ensure_ascii=False).encode().replace(b"%", b"%%")
    head = b'{"message_id":%d,"chat":{"id":%d,"first_name":"Ana","type":"private"},'
    return head + encoded.removeprefix(b"{")
