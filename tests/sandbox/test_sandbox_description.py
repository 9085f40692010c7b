"""The sandbox against the machine-readable description of the Bot API, where there is one."""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox import Sandbox
from bot.sandbox.people import block, edit, say, tap

WHERE = Path("shared") / "telegram" / "bot-api-10.1.json"
ROOT = Path(__file__).resolve().parents[2]
LOOSER = {
    # Telegram takes an empty url as "remove the webhook" and an empty list of commands.
    ("setWebhook", "url"),
}
SIMPLE = {
    "Integer": int,
    "String": str,
    "Boolean": bool,
    "True": bool,
    "Float": (int, float),
}


@cache
def description() -> dict[str, Any]:
    for place in (ROOT, *ROOT.parents):
        if (place / WHERE).is_file():
            found: dict[str, Any] = json.loads((place / WHERE).read_text(encoding="utf-8"))
            return found
    pytest.skip(f"LOUD: {WHERE} stands beside no parent directory; nothing was compared")


def faults(value: object, kinds: list[str], where: str) -> list[str]:
    """Return what is wrong with a value that should be of one of these types."""
    tried = [_faults(value, kind, where) for kind in kinds]
    return [] if any(not found for found in tried) else min(tried, key=len)


def _faults(value: object, kind: str, where: str) -> list[str]:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{where} is not a list"]
        inner = kind.removeprefix("Array of ")
        return [
            fault
            for number, one in enumerate(value)
            for fault in _faults(one, inner, f"{where}[{number}]")
        ]
    if kind in SIMPLE:
        good = isinstance(value, SIMPLE[kind])  # type: ignore[arg-type]
        plain_number = not (isinstance(value, bool) and kind in {"Integer", "Float"})
        return [] if good and plain_number else [f"{where} is {value!r}, not {kind}"]
    described = description()["types"][kind]
    if described.get("subtypes"):
        return faults(value, described["subtypes"], where)
    if not isinstance(value, dict):
        return [f"{where} is not an object"]
    fields = {field["name"]: field for field in described.get("fields", [])}
    found = [f"{where}.{name} is not a field of {kind}" for name in value.keys() - fields.keys()]
    for name, field in fields.items():
        if name in value:
            found += faults(value[name], field["types"], f"{where}.{name}")
        elif field["required"]:
            found.append(f"{where}.{name} is missing in {kind}")
    return found


def test_every_method_knows_the_described_parameters(sandbox: Sandbox) -> None:
    methods = description()["methods"]
    for method in sandbox.api.methods.values():
        fields = methods[method.name].get("fields", [])
        described = {field["name"]: field["required"] for field in fields}
        ours = method.parameters()
        assert ours.keys() == described.keys(), method.name
        differing = {name for name in ours if ours[name] != described[name]}
        assert {(method.name, name) for name in differing} <= LOOSER


async def test_every_answer_has_the_described_type(sandbox: Sandbox, bot: telegram.Bot) -> None:
    methods = description()["methods"]
    chat = sandbox.state.open_chat("Ana", language_code="en", username="ana_ana")
    group = sandbox.state.open_chat("Support", kind="group")
    markup = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("Go", callback_data="x")],
            [InlineKeyboardButton("Read", url="https://example.org")],
        ]
    )
    html = "<b>a</b> <a href='https://a.bc'>l</a> <pre><code class='language-a'>c</code></pre>"
    sent = await bot.send_message(
        chat.id, html, parse_mode="HTML", reply_markup=markup, protect_content=True
    )
    await bot.edit_message_text("x /menu", chat.id, sent.message_id, reply_markup=markup)
    await bot.edit_message_reply_markup(chat.id, sent.message_id)
    await bot.send_document(chat.id, io.BytesIO(b"x"), filename="a.json", caption="c")
    await bot.send_message(group.id, "x")
    for call in (bot.get_me, bot.get_webhook_info, bot.get_my_name, bot.get_my_commands):
        await call()
    await bot.get_my_description()
    await bot.get_my_short_description()
    await bot.get_chat_menu_button(chat.id)
    await bot.send_chat_action(chat.id, "typing")
    said, _ = say(sandbox.state, chat, text="/start deep", reply_to=sent.message_id)
    edit(sandbox.state, chat, said["message_id"], "changed")
    for kind in ("photo", "voice", "sticker", "location", "document", "video", "contact", "dice"):
        say(sandbox.state, chat, kind=kind)
    for kind in ("video_note", "animation", "audio"):
        say(sandbox.state, chat, kind=kind)
    made, _ = tap(sandbox.state, chat, sent.message_id, "x")
    block(sandbox.state, chat, blocked=True)
    block(sandbox.state, group, blocked=True)
    await bot.answer_callback_query(made.id)
    await bot.get_updates(timeout=0)
    await bot.delete_message(group.id, next(iter(group.messages)), read_timeout=5)
    checked = set()
    for call_made in sandbox.state.calls:
        method = methods[call_made["method"]]
        assert call_made["answer"]["ok"], call_made
        found = faults(call_made["answer"]["result"], method["returns"], call_made["method"])
        assert found == []
        checked.add(call_made["method"])
    assert len(checked) >= 15


@pytest.mark.parametrize(
    ("value", "kind", "fault"),
    [
        ({"id": 1}, "User", "User.is_bot is missing in User"),
        ({"id": 1, "type": "private", "x": 1}, "Chat", "Chat.x is not a field of Chat"),
        ({"id": True, "type": "private"}, "Chat", "Chat.id is True, not Integer"),
    ],
)
def test_the_comparison_itself_finds_faults(value: object, kind: str, fault: str) -> None:
    description()
    assert fault in faults(value, [kind], kind)
