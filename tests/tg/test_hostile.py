"""Whatever arrives, the bot answers or ignores it; nothing typed reaches the log."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from bot import log
from bot.core.address import Address
from bot.core.conversation import Conversation
from bot.core.model import Command, Reader, Say, Tap
from bot.core.writers import classic
from bot.sandbox.entities import parse_html
from bot.service import Service
from bot.store import open_store
from bot.store.schema import upgrade
from bot.tg import application as tg
from bot.tg import writer
from bot.tg.request import Request

MARK = "zqxjkv"
DESCRIPTION = Path(__file__).parents[3] / "shared" / "telegram" / "bot-api-10.1.json"
unhurried = how(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
words = st.text(max_size=300) | st.text(st.characters(codec="utf-8"), max_size=5000)


class Offline(Request):
    """Says yes to every call and keeps it; anything a real network would do is not here."""

    def __init__(self) -> None:
        super().__init__("http://localhost/bot1:token")
        self.calls: list[tuple[str, dict[str, Any]]] = []

    async def exchange(self, url: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[-1]
        self.calls.append((name, json.loads(body)))
        result: object = True
        if name == "getMe":
            result = {"id": 1, "is_bot": True, "first_name": "C", "username": "clearleaf_bot"}
        elif name in ("sendMessage", "editMessageText", "sendDocument"):
            chat = {"id": 1, "type": "private", "first_name": "A"}
            result = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
        return 200, json.dumps({"ok": True, "result": result}).encode()


@pytest.mark.parametrize("kind", [Say, Tap, Command])
@given(data=words)
@unhurried
def test_any_words_get_screens_telegram_takes(
    conversation: Conversation, kind: type[Say | Tap | Command], data: str
) -> None:
    turn = conversation.respond(Reader(language_code=data[:12]), kind(data))
    assert turn.screens
    for screen in turn.screens:
        text, _ = parse_html(classic.write(screen.document))
        assert 0 < len(text.encode("utf-16-le")) // 2 <= classic.MAX_UNITS
        writer.keyboard(screen, "clearleaf_bot")


@given(st.from_regex(r"1[a-z][-pchg][-std][-alory]_[a-z]{2}_([A-Z]{2})?_[a-z-]{0,22}_[a-z-]{0,9}"))
@unhurried
def test_any_well_formed_address_draws_something(conversation: Conversation, packed: str) -> None:
    turn = conversation.respond(Reader(), Tap(packed))
    for screen in turn.screens:
        for button in screen.buttons():
            if hasattr(button, "address"):
                assert Address.unpack(button.address.pack())


def _strategies(description: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return updates as the Bot API's own description has them, every optional field optional."""
    types = description["types"]
    plain: dict[str, st.SearchStrategy[Any]] = {
        "Integer": st.integers(1, 2**40),
        "String": st.text(max_size=40).map(lambda text: MARK + text),
        "Boolean": st.booleans(),
        "Float": st.floats(0, 90),
    }
    made: dict[tuple[str, int], st.SearchStrategy[Any]] = {}

    def of(name: str, depth: int) -> st.SearchStrategy[Any]:
        if name in plain:
            return plain[name]
        if name.startswith("Array of "):
            return st.lists(of(name.removeprefix("Array of "), depth), max_size=2)
        if (name, depth) not in made:
            made[name, depth] = st.deferred(lambda: build(name, depth))
        return made[name, depth]

    def build(name: str, depth: int) -> st.SearchStrategy[Any]:
        kind = types.get(name, {})
        if kind.get("subtypes"):
            return st.one_of(*(of(sub, depth) for sub in kind["subtypes"]))
        required, optional = {}, {}
        for field in kind.get("fields", ()):
            if field["required"]:
                required[field["name"]] = of(field["types"][0], depth - 1)
            elif depth > 0:
                optional[field["name"]] = of(field["types"][0], depth - 1)
        chosen = st.sampled_from(sorted(optional) or [""])
        few = st.lists(chosen, max_size=3, unique=True)
        return few.flatmap(
            lambda names: st.fixed_dictionaries(
                required | {name: optional[name] for name in names if name}
            )
        )

    update = build("Update", 3)
    message = of("Message", 2)
    tap = of("CallbackQuery", 2)
    return (
        update
        | st.builds(
            lambda number, key, value: {"update_id": number, key: value},
            st.integers(1, 2**31),
            st.sampled_from(["message", "edited_message"]),
            message,
        )
        | st.builds(
            lambda number, value: {"update_id": number, "callback_query": value},
            st.integers(1, 2**31),
            tap,
        )
    )


def privately(update: dict[str, Any]) -> dict[str, Any]:
    """Make an update one that a person caused in a private chat, where the bot must answer."""
    person = {"id": 7, "is_bot": False, "first_name": MARK, "language_code": "en"}
    chat = {"id": 7, "type": "private", "first_name": MARK}
    for kind in ("message", "edited_message"):
        if kind in update:
            update[kind] |= {"chat": chat, "from": person}
    tap = update.get("callback_query")
    if tap:
        tap["from"] = person
        if "message" in tap:
            tap["message"] |= {"chat": chat}
    return update


@pytest.fixture
async def bot(
    conversation: Conversation, tmp_path: Path
) -> AsyncIterator[tuple[tg.Telegram, Offline]]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'hostile.db'}"
    upgrade(url)
    offline = Offline()
    async with open_store(url, b"k" * 32) as store:
        service = Service(conversation, store)
        telegram = tg.build(
            *("1:token", "http://localhost", service, store, conversation.sorry()),
            request=offline,
        )
        async with telegram.app:
            yield telegram, offline


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Log as the running bot does, at its most talkative."""
    stream = io.StringIO()
    log.configure("DEBUG", "1:token", stream)
    yield stream
    structlog.reset_defaults()
    logging.basicConfig(force=True)


@pytest.mark.skipif(
    not DESCRIPTION.exists(),
    reason="shared/telegram/bot-api-10.1.json is not beside this checkout",
)
async def test_any_update_of_the_bot_api_is_answered_or_ignored(
    logged: io.StringIO, bot: tuple[tg.Telegram, Offline]
) -> None:
    telegram, offline = bot
    updates = _strategies(json.loads(DESCRIPTION.read_text()))
    spoken = {"message_id": 1, "date": 1, "text": f"{MARK} hello"}
    pressed = {"id": "1", "chat_instance": "1", "data": MARK, "message": dict(spoken)}
    # One of each for certain; chance brings the rest.
    seen: list[dict[str, Any]] = [
        privately({"update_id": 1, "message": spoken}),
        privately({"update_id": 2, "callback_query": pressed}),
    ]

    @given(updates | updates.map(privately))
    @how(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def collect(update: dict[str, Any]) -> None:
        seen.append(update)

    collect()
    for raw in seen:
        await telegram.intake.handle(raw)
    lines = logged.getvalue()
    assert "event='turn'" in lines
    assert "turn_failed" not in lines
    assert MARK not in lines
    assert {"sendMessage", "editMessageText"} <= {name for name, _ in offline.calls}


async def test_a_photo_without_words_is_answered(bot: tuple[tg.Telegram, Offline]) -> None:
    telegram, offline = bot
    person = {"id": 7, "is_bot": False, "first_name": "A"}
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    message = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": 7, "type": "private", "first_name": "A"},
        "from": person,
        "photo": photo,
    }
    await telegram.intake.handle({"update_id": 1, "message": message})
    _, sent = offline.calls[-1]
    assert "only read typed words" in str(sent["text"])
