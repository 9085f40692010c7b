"""The load server: readers who tap, behind just enough of the Bot API, in its own process.

`python -m bot.bench.load PAGES READERS` prints its port. Each line of JSON on its input is a run:
`{"taps": n}`, or `{"seconds": s}` with `rate` (taps per second; without it each reader taps again
as soon as the last tap was served) and `delay` (seconds on the way between bot and Telegram, one
way). Its `Result` is printed as a line of JSON.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import uvloop

from bot.bench.deliveries import Polling, Webhook, later
from bot.bench.pages import read
from bot.bench.readers import BOT, Readers, Tap
from bot.bench.wire import Connection, Params, Reply

_TRUE = b'{"ok":true,"result":true}'
_REFUSED = b'{"ok":false,"error_code":400,"description":"Bad Request: message to edit not found"}'
# What a bot asks and sets while it starts; it is told that nothing was set before.
AT_START: dict[str, Any] = {
    "getme": BOT,
    "deletewebhook": True,
    "getmycommands": [],
    "setmycommands": True,
    "getmydescription": {"description": ""},
    "setmydescription": True,
    "getmyshortdescription": {"short_description": ""},
    "setmyshortdescription": True,
}


class Load:
    """The Bot API towards the bot; methods are told apart without regard to case, as there."""

    def __init__(self, pages: Path, readers: int) -> None:
        self._readers = Readers(read(pages), readers, self._offer)
        self._polling = Polling(self._readers)
        self._webhook: Webhook | None = None
        self._delay = 0.0

    async def run(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do one run; see `Readers.run`. What is open at its end is served without delay."""
        self._delayed(order.get("delay", 0.0))
        return await self._readers.run(
            order.get("taps"), order.get("seconds"), order.get("rate"), lambda: self._delayed(0.0)
        )

    def _delayed(self, delay: float) -> None:
        self._delay = self._polling.delay = delay
        if self._webhook is not None:
            self._webhook.delay = delay

    def answer(self, method: str, params: Params, reply: Reply) -> None:
        """Answer one call of the bot: it takes effect as it comes, its reply goes both ways."""
        name = method.lower()
        if name == "editmessagetext":
            message = self._readers.edited(params)
            body = _REFUSED if message is None else b'{"ok":true,"result":%b}' % message
            later(2 * self._delay, lambda: reply(body))
        elif name == "answercallbackquery":
            self._readers.answered(params)
            later(2 * self._delay, lambda: reply(_TRUE))
        elif name == "getupdates":
            self._polling.fetch(params, reply)
        elif name == "setwebhook":
            self._readers.owed = {"edit", "answer", "acknowledgement"}
            self._webhook = Webhook(self._readers, params, self._carry_out)
            reply(_TRUE)
        else:
            if name not in AT_START:
                self._readers.surprised(method)
            reply(json.dumps({"ok": True, "result": AT_START.get(name, True)}).encode())

    def _carry_out(self, method: str, params: Params) -> None:
        self.answer(method, params, lambda _: None)

    def _offer(self, tap: Tap) -> None:
        (self._webhook or self._polling).offer(tap)


async def _serve(pages: Path, readers: int) -> None:
    load = Load(pages, readers)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(load.answer), "127.0.0.1", 0)
    _say(server.sockets[0].getsockname()[1])
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    async with server:
        while line := await orders.readline():
            _say(await load.run(json.loads(line)))


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
