"""Everything the sandbox remembers, in memory and nowhere else."""

import random
from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.clock import Clock
from bot.sandbox.faults import Faults
from bot.sandbox.feed import Feed
from bot.sandbox.profile import Profile
from bot.sandbox.updates import Pending, UpdateQueue
from bot.sandbox.wire import Json, Upload, bad_request

BOT_ID = 8_100_200_300
FIRST_PERSON_ID = 5_000_001
KEPT_CALLS = 20_000


@dataclass(slots=True)
class Chat:
    """A private chat with a person, or a group; messages are Bot API Message objects by id."""

    id: int
    kind: str
    name: str
    language_code: str | None = None
    username: str | None = None
    blocked: bool = False
    messages: dict[int, Json] = field(default_factory=dict)
    instance: str = field(default_factory=lambda: str(random.getrandbits(62)))

    def wire(self) -> Json:
        """Return the Chat object."""
        named = {"title": self.name} if self.kind != "private" else {"first_name": self.name}
        if self.username:
            named["username"] = self.username
        return {"id": self.id, "type": self.kind, **named}

    def person(self) -> Json:
        """Return the User object of the person a private chat is with."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user


@dataclass(slots=True)
class Tap:
    """A callback query: when it was made and what the bot answered, if it did."""

    id: str
    chat_id: int
    message_id: int
    made_at: float
    answer: Json | None = None


@dataclass(slots=True)
class Webhook:
    """Where updates are pushed, and how the last push that failed went."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error_date: int | None = None
    last_error_message: str | None = None


class State:
    """The whole world of one bot."""

    def __init__(self, token: str, clock: Clock, username: str, name: str) -> None:
        self.token = token
        self.clock = clock
        self.feed = Feed()
        self.updates = UpdateQueue(clock)
        self.updates.on_gone.append(self._gone)
        self.faults = Faults()
        self.profile = Profile(name)
        self.username = username
        self.privacy_mode = True
        self.polled = False
        self.chats: dict[int, Chat] = {}
        self.taps: dict[str, Tap] = {}
        self.files: dict[str, Upload] = {}
        self.webhook: Webhook | None = None
        self.calls: deque[Json] = deque(maxlen=KEPT_CALLS)
        self.complaints: list[Json] = []
        self._next_message = 1

    def now(self) -> int:
        """Return the present moment in whole seconds, as every date of the Bot API is."""
        return int(self.clock.now())

    def bot(self) -> Json:
        """Return the User object of the bot as it stands in messages."""
        return {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": self.profile.name_for(""),
            "username": self.username,
        }

    def open_chat(
        self,
        name: str,
        *,
        kind: str = "private",
        language_code: str | None = None,
        username: str | None = None,
    ) -> Chat:
        """Create a chat with a new person, or a new group."""
        number = FIRST_PERSON_ID + len(self.chats)
        chat_id = number if kind == "private" else -number
        chat = Chat(chat_id, kind, name, language_code, username)
        self.chats[chat_id] = chat
        return chat

    def chat(self, chat_id: str) -> Chat:
        """Return the chat a call names, or refuse as Telegram does."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        try:
            return self.chats[int(chat_id)]
        except (ValueError, KeyError):
            raise bad_request("chat not found") from None

    def post(self, chat: Chat, sender: Json, content: Json) -> Json:
        """Add a message to a chat and return it."""
        message: Json = {
            "message_id": self._next_message,
            "from": sender,
            "chat": chat.wire(),
            "date": self.now(),
            **content,
        }
        self._next_message += 1
        chat.messages[message["message_id"]] = message
        self.feed.publish(chat.id, "message", message=message)
        return message

    def replace(self, chat: Chat, message: Json) -> Json:
        """Put an edited message in the place of the old one and return it."""
        chat.messages[message["message_id"]] = message
        self.feed.publish(chat.id, "edited", message=message)
        return message

    def remove(self, chat: Chat, message_id: int) -> None:
        """Delete a message for everyone."""
        message = chat.messages.pop(message_id)
        self.feed.publish(chat.id, "deleted", message=message)

    def keep_file(self, file: Upload) -> tuple[str, str]:
        """Store a file and return its file_id and file_unique_id."""
        number = len(self.files) + 1
        file_id = f"BQACAgSandbox{number:06d}"
        self.files[file_id] = file
        return file_id, f"AgSandbox{number:06d}"

    def complain(self, kind: str, method: str, what: str, chat_id: str = "") -> None:
        """Note something a faithful bot would not have done: `unknown` or `refused`."""
        self.complaints.append({"kind": kind, "method": method, "what": what, "chat_id": chat_id})

    def unanswered(self) -> list[Tap]:
        """Return the taps whose button still shows a spinner."""
        return [tap for tap in self.taps.values() if tap.answer is None]

    def _gone(self, update: Pending, why: str) -> None:
        self.feed.publish(update.chat_id, why, update_id=update.id)
