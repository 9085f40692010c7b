"""Telegram and a crowd that keeps account: what was asked, what was shown, what was let go of.

Three kinds of updates: a tap turns a page (an edit), words ask for the menu (a send), a choice is
to be remembered (an edit, and a row in the database, or a message that says it was not kept).
Words and choices come from a chat of their own each, so that every message has its cause.
"""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from bot.bench.deliveries import Polling, Webhook
from bot.bench.load import AT_START
from bot.bench.pages import Page
from bot.bench.readers import Tap
from bot.bench.wire import Connection, Params, Reply

MESSAGE_ID = 7
_FIRST_CHAT = 100_000
_FIRST_STRANGER = 10_000_000
_PATIENCE = 60.0


@dataclass(slots=True)
class Account:
    """What became of a run's updates, as readers and Telegram see it.

    `early`: acknowledged before it was answered. `repeated`: edits of what was shown already,
    which nobody sees. `seen_twice`: an edit back to an older page, or the same message twice in
    a chat. `sorry`: words answered with the apology, since whether the answer had arrived could
    not be known. `refused`: choices that the reader was told are not kept.
    """

    taps: int = 0
    words: int = 0
    choices: int = 0
    unanswered: int = 0
    early: int = 0
    repeated: int = 0
    edits_seen_twice: int = 0
    sends_seen_twice: int = 0
    sorry: int = 0
    refused: int = 0
    milliseconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a hundred updates are words, and how many choices; the rest are taps."""

    words: int = 5
    choices: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """Data of a button whose choice is remembered, and what readers are told when all fails."""

    choice: str
    refusal: str
    apology: str


class Crowd:
    """The Bot API for one bot, in this process, and everybody who uses it.

    With `exact` off any edit will do: content changes while people read.
    """

    def __init__(
        self,
        pages: list[Page],
        share: Share,
        told: Told,
        *,
        readers: int = 400,
        exact: bool = True,
    ) -> None:
        self.account = Account()
        self.address = ""
        self._pages = pages
        self._share = share
        self._told = told
        self._exact = exact
        self._shown = [number * len(pages) // readers for number in range(readers)]
        self._open: dict[int, Tap] = {}
        self._strangers: dict[int, Tap] = {}
        self._said: dict[int, Counter[str]] = {}
        self._numbers = itertools.count(1)
        self._polling = Polling(self)
        self._webhook: Webhook | None = None
        self._waiting = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Listen for the bot's calls, for the time of a block."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self.answer), "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            async with server:
                yield
        finally:
            if self._webhook is not None:
                self._webhook.close()

    async def come(self, rate: float, until: Callable[[], bool]) -> None:
        """Make updates at an even pace while `until` says so; none waits for the bot."""
        began, made = time.perf_counter(), 0
        free = itertools.cycle(range(len(self._shown)))
        while until():
            due = began + made / rate
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            made += 1
            turn = made % 100
            if turn < self._share.words:
                self._stranger("words")
            elif turn < self._share.words + self._share.choices:
                self._stranger("choice")
            else:
                self._reader(free)

    async def settle(self) -> None:
        """Wait until all is answered and let go of, or that is not to be expected any more."""
        ends = time.perf_counter() + _PATIENCE
        while (self._open or self._strangers or self._waiting) and (  # noqa: ASYNC110 - rare
            time.perf_counter() < ends
        ):
            await asyncio.sleep(0.05)
        self.account.unanswered = len(self._open) + len(self._strangers)

    def finish(self) -> Account:
        """Return the account, with what each stranger's chat shows."""
        account = self.account
        for said in self._said.values():
            account.sends_seen_twice += sum(number - 1 for number in said.values())
        return account

    def _reader(self, free: "itertools.cycle[int]") -> None:
        for _ in range(len(self._shown)):
            reader = next(free)
            if reader not in self._open:
                page = (self._shown[reader] + 1) % len(self._pages)
                tap = Tap(next(self._numbers), reader, page, {"edit", "let go"})
                self._open[reader] = tap
                self.account.taps += 1
                self._put(tap)
                return

    def _stranger(self, kind: str) -> None:
        number = next(self._numbers)
        tap = Tap(
            number, _FIRST_STRANGER + number, -1 if kind == "words" else -2, {kind, "let go"}
        )
        self._strangers[tap.reader] = tap
        if kind == "words":
            self.account.words += 1
        else:
            self.account.choices += 1
        self._put(tap)

    def _put(self, tap: Tap) -> None:
        tap.made = time.perf_counter()
        self._waiting += 1
        self._offer_it(tap)

    def _offer_it(self, tap: Tap) -> None:
        (self._webhook or self._polling).offer(tap)

    def update(self, tap: Tap) -> bytes:
        """Return an update as Telegram would deliver it, in few bytes."""
        chat = tap.reader if tap.page < 0 else _FIRST_CHAT + tap.reader
        message = {
            "message_id": MESSAGE_ID,
            "date": 1_760_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "Ana"},
            "from": {"id": chat, "is_bot": False, "first_name": "Ana", "language_code": "en"},
            "text": "/menu",
        }
        if tap.page == -1:
            return orjson.dumps({"update_id": tap.update_id, "message": message})
        query = {
            "id": str(tap.update_id),
            "from": message["from"],
            "message": message,
            "chat_instance": "1",
            "data": self._told.choice if tap.page < 0 else self._pages[tap.page]["data"],
        }
        return orjson.dumps({"update_id": tap.update_id, "callback_query": query})

    def acknowledged(self, tap: Tap) -> None:
        """Take note that the bot let Telegram forget an update."""
        self._waiting -= 1
        self.account.early += tap.owed != {"let go"}
        self._less(tap, "let go")

    def answer(self, method: str, params: Params, reply: Reply) -> None:
        """Answer a call of the bot; an edit that changes nothing is refused, as by Telegram."""
        name = method.lower()
        if name == "getupdates":
            self._polling.fetch(params, reply)
        elif name == "setwebhook":
            if self._webhook is None:
                self._webhook = Webhook(self, params, self._carry_out)
            reply(_OK)
        elif name == "editmessagetext":
            reply(self._edit(params))
        elif name == "sendmessage":
            reply(self._send(params))
        else:
            reply(orjson.dumps({"ok": True, "result": AT_START.get(name, True)}))

    def _carry_out(self, method: str, params: Params) -> None:
        self.answer(method, params, lambda _: None)

    def _edit(self, params: Params) -> bytes:
        chat = int(params["chat_id"])
        if not 0 <= chat - _FIRST_CHAT < len(self._shown):
            self._done(self._strangers.get(chat), "choice")
            return _message(chat)
        reader = chat - _FIRST_CHAT
        tap = self._open.get(reader)
        text = params["text"]
        due = tap is not None and "edit" in tap.owed
        if tap is not None and due and (not self._exact or text == self._pages[tap.page]["text"]):
            self._shown[reader] = tap.page
            self._done(tap, "edit")
            return _message(chat)
        if not self._exact or text == self._pages[self._shown[reader]]["text"]:
            self.account.repeated += 1
            return _NOT_MODIFIED
        self.account.edits_seen_twice += 1
        return _message(chat)

    def _send(self, params: Params) -> bytes:
        chat, text = int(params["chat_id"]), str(params["text"])
        said = self._said.setdefault(chat, Counter())
        said[text] += 1
        self._done(self._strangers.get(chat), "words")
        if chat < _FIRST_STRANGER:
            self._done(self._open.get(chat - _FIRST_CHAT), "edit")
        self.account.refused += text == self._told.refusal
        self.account.sorry += text == self._told.apology
        return _message(chat)

    def _done(self, tap: Tap | None, part: str) -> None:
        if tap is not None and part in tap.owed:
            self.account.milliseconds.append((time.perf_counter() - tap.made) * 1000)
            self._less(tap, part)

    def _less(self, tap: Tap, part: str) -> None:
        tap.owed.discard(part)
        if not tap.owed:
            self._open.pop(tap.reader, None)
            self._strangers.pop(tap.reader, None)


_OK = b'{"ok":true,"result":true}'
_NOT_MODIFIED = orjson.dumps(
    {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: message is not modified",
    }
)


def _message(chat: int) -> bytes:
    said: dict[str, Any] = {
        "message_id": MESSAGE_ID,
        "date": 1_760_000_000,
        "chat": {"id": chat, "type": "private", "first_name": "Ana"},
        "text": "x",
    }
    return orjson.dumps({"ok": True, "result": said})
