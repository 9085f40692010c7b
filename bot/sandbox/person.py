"""A test client that speaks like a person: writes, taps what it can read, and looks."""

import asyncio
import ssl
from types import TracebackType
from typing import Self

import httpx

from bot.sandbox.wire import Json

PATIENCE = 10.0
QUIET = 0.15
"""Seconds without news after which a person takes the bot's answer for complete."""
SHOWN = ("message", "edited", "deleted")


class NoSuchButtonError(AssertionError):
    """The button is not in the chat; names the buttons there are."""


class NoReactionError(AssertionError):
    """The bot did not react in time."""


class Person:
    """Someone in a private chat with the bot, over the sandbox's HTTP interface.

    Every action waits until the bot has reacted: a message sent, edited or deleted, for a tap
    also its answer. `screen` is the text of the bot's message that changed last; `toast` what
    the last tap popped up.
    """

    def __init__(
        self,
        url: str,
        *,
        first_name: str = "Ana",
        language_code: str | None = "en",
        patience: float = PATIENCE,
        group: str | None = None,
    ) -> None:
        # An empty context: the sandbox speaks plain HTTP, and loading certificates is slow.
        self._http = httpx.AsyncClient(
            base_url=url,
            timeout=patience + 60,
            trust_env=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )
        self._opening = {"first_name": first_name, "language_code": language_code}
        if group is not None:
            self._opening |= {"type": "group", "title": group}
        self._speaker = dict(self._opening)
        self._group = group is not None
        self._patience = patience
        self._seq = 0
        self._messages: dict[int, Json] = {}
        self._changed: int | None = None
        self.chat_id: int | None = None
        self.toast = ""
        self.alerted = False

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connection."""
        await self._http.aclose()

    @property
    def messages(self) -> list[Json]:
        """All messages of the chat, oldest first."""
        return [self._messages[key] for key in sorted(self._messages)]

    @property
    def bot_messages(self) -> list[Json]:
        """The bot's messages, oldest first."""
        return [message for message in self.messages if message["from"]["is_bot"]]

    @property
    def last(self) -> Json:
        """The bot's message that was sent or edited last."""
        if self._changed is None or self._changed not in self._messages:
            raise AssertionError("the bot has not said anything yet")
        return self._messages[self._changed]

    @property
    def screen(self) -> str:
        """The text of the bot's message that was sent or edited last."""
        return str(self.last.get("text", self.last.get("caption", "")))

    @property
    def buttons(self) -> list[str]:
        """The texts of the buttons under the bot's last message, row by row."""
        return [button["text"] for button in _buttons(self.last)]

    async def send(self, text: str, *, wait: bool = True) -> None:
        """Write a message."""
        await self._say({"text": text}, wait=wait)

    async def send_photo(self, caption: str = "") -> None:
        """Send a picture."""
        await self.send_kind("photo", caption)

    async def send_kind(self, kind: str, caption: str = "", *, wait: bool = True) -> None:
        """Send a voice message, sticker, location, document or the like."""
        await self._say({"kind": kind, "caption": caption}, wait=wait)

    async def edit(self, text: str, *, wait: bool = True) -> None:
        """Change the text of the person's own last message."""
        own = [one["message_id"] for one in self.messages if not one["from"]["is_bot"]]
        await self._say({"edited": own[-1], "text": text}, wait=wait)

    async def tap(self, label: str, *, wait: bool = True) -> None:
        """Tap the button with this text, on the newest message that has one.

        Part of the text is enough when only one button of the message has it.
        """
        for message in reversed(self.bot_messages):
            buttons = _buttons(message)
            found = [one for one in buttons if one["text"] == label]
            found = found or [one for one in buttons if label in one["text"]]
            if len(found) == 1:
                if "callback_data" not in found[0]:
                    raise NoSuchButtonError(f"{label!r} is a link or copy button: {found[0]}")
                await self._tap(message["message_id"], found[0]["callback_data"], wait=wait)
                return
        there = [[one["text"] for one in _buttons(message)] for message in self.bot_messages]
        shown = "; ".join(" | ".join(row) for row in there if row) or "none"
        raise NoSuchButtonError(f"no single button reads {label!r}; there are: {shown}")

    async def tap_data(
        self, data: str, *, message_id: int | None = None, wait: bool = True
    ) -> None:
        """Send this callback data from a message, by default the bot's last."""
        await self._tap(message_id or self.last["message_id"], data, wait=wait)

    async def block(self, *, blocked: bool = True) -> None:
        """Block the bot, or let it in again."""
        await self._open()
        await self._call("PATCH", "", {"blocked": blocked})

    async def speak(self, language_code: str | None) -> None:
        """Switch the client to another language."""
        await self._open()
        await self._call("PATCH", "", {"language_code": language_code})

    async def look(self) -> None:
        """Take in what has happened in the chat meanwhile."""
        await self._open()
        self._take(await self._changes(0))

    async def wait_for(self, words: str) -> None:
        """Wait until the bot's last message contains `words`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        await self.look()
        while self._changed is None or words not in self.screen:
            left = deadline - loop.time()
            if left <= 0:
                raise NoReactionError(f"{words!r} did not appear")
            self._take(await self._changes(left))

    async def _open(self) -> None:
        if self.chat_id is None:
            reply = await self._http.post("/sandbox/chats", json=self._opening)
            self.chat_id = int(reply.raise_for_status().json()["chat"]["id"])

    async def _call(self, verb: str, path: str, body: Json) -> Json:
        reply = await self._http.request(verb, f"/sandbox/chats/{self.chat_id}{path}", json=body)
        answer: Json = reply.json()
        if reply.is_error:
            raise AssertionError(f"{verb} {path}: {answer.get('error')}")
        return answer

    async def _changes(self, seconds: float) -> list[Json]:
        params = {"after": str(self._seq), "timeout": str(seconds)}
        reply = await self._http.get(f"/sandbox/chats/{self.chat_id}/changes", params=params)
        events: list[Json] = reply.raise_for_status().json()["events"]
        return events

    def _take(self, events: list[Json]) -> None:
        for event in events:
            self._seq = max(self._seq, event["seq"])
            message = event.get("message")
            if message is None:
                continue
            number = message["message_id"]
            if event["kind"] == "deleted":
                self._messages.pop(number, None)
                if self._changed == number:
                    left = [one["message_id"] for one in self.bot_messages]
                    self._changed = left[-1] if left else None
                continue
            self._messages[number] = message
            if message["from"]["is_bot"]:
                self._changed = number

    async def _say(self, body: Json, *, wait: bool) -> None:
        await self.look()
        speaker = self._speaker if self._group else {}
        said = await self._call("POST", "/messages", speaker | body)
        if wait:
            await self._await_reaction(said, "")

    async def _tap(self, message_id: int, data: str, *, wait: bool) -> None:
        await self.look()
        self.toast, self.alerted = "", False
        body = {"message_id": message_id, "data": data}
        speaker = self._speaker if self._group else {}
        tapped = await self._call("POST", "/taps", speaker | body)
        if wait:
            await self._await_reaction(tapped, tapped["query_id"])

    async def _await_reaction(self, done: Json, query_id: str) -> None:
        """Wait until the bot has reacted, and for what belongs to the same reaction.

        The reaction is over when the bot confirms the update after showing something, or when
        nothing more comes for a moment (a bot may confirm first and act later).
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        shown = answered = False
        while True:
            ready = answered if query_id else shown
            left = deadline - loop.time()
            events = await self._changes(QUIET if ready else max(left, 0))
            self._take(events)
            if not events and ready:
                return
            if not events and left <= 0:
                if shown:
                    raise NoReactionError("the tap was never answered: its spinner still turns")
                raise NoReactionError(f"the bot did not react within {self._patience:g} s")
            for event in events:
                shown = shown or _is_bots(event)
                if event["kind"] == "answered" and event["query_id"] == query_id:
                    answered = True
                    self.toast, self.alerted = event["text"], event["show_alert"]
                confirmed = event["kind"] == "acked" and event["update_id"] == done["update_id"]
                if confirmed and shown and (answered or not query_id):
                    return


def _is_bots(event: Json) -> bool:
    message = event.get("message")
    return event["kind"] in SHOWN and message is not None and bool(message["from"]["is_bot"])


def _buttons(message: Json) -> list[Json]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]
