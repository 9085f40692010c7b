"""A real bot sends, edits and answers; what Telegram refuses is refused in its words."""

import io
from typing import Any

import httpx
import pytest
import telegram
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MenuButtonCommands,
    ReplyKeyboardRemove,
    ReplyParameters,
    WebAppInfo,
)
from telegram.error import BadRequest, EndPointNotFound, Forbidden, InvalidToken

from bot.sandbox import Sandbox
from bot.sandbox.messages import NOT_MODIFIED
from bot.sandbox.people import say, tap


@pytest.fixture
def chat(sandbox: Sandbox) -> int:
    return sandbox.state.open_chat("Ana", language_code="en").id


def keyboard(callback_data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data=callback_data)]])


async def raw(sandbox: Sandbox, method: str, **values: object) -> dict[str, Any]:
    async with httpx.AsyncClient() as http:
        reply = await http.post(f"{sandbox.url}/bot{sandbox.token}/{method}", json=values)
    answer: dict[str, Any] = reply.json()
    assert reply.status_code == answer.get("error_code", 200)
    return answer


async def test_a_message_arrives_with_its_entities_and_keyboard(
    bot: telegram.Bot, chat: int
) -> None:
    sent = await bot.send_message(
        chat, "<b>Hi</b> 😀", parse_mode="HTML", reply_markup=keyboard(callback_data="x")
    )
    assert sent.text_html == "<b>Hi</b> 😀"
    assert sent.reply_markup == keyboard(callback_data="x")
    assert sent.from_user is not None
    assert sent.from_user.is_bot


async def test_the_limit_counts_utf16_units_after_parsing(bot: telegram.Bot, chat: int) -> None:
    await bot.send_message(chat, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    await bot.send_message(chat, "😀" * 2048)
    for text in ("x" * 4097, "😀" * 2049):
        with pytest.raises(BadRequest, match="Message is too long"):
            await bot.send_message(chat, text)


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        ("", None, "Message text is empty"),
        ("  \u200b\n", None, "Text must be non-empty"),
        ("<b></b>", "HTML", "Text must be non-empty"),
        ("<h1>x</h1>", "HTML", 'Can\'t parse entities: unsupported start tag "h1" at byte'),
        ("x", "BBCode", "Unsupported parse_mode"),
        ("x" * 33000, None, "Text is too long"),
    ],
)
async def test_bad_text_is_refused(
    bot: telegram.Bot, chat: int, text: str, mode: str | None, reason: str
) -> None:
    with pytest.raises(BadRequest) as refusal:
        await bot.send_message(chat, text, parse_mode=mode)
    assert refusal.value.message.lower().startswith(reason.lower())


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ([[{"text": "a", "callback_data": "x" * 65}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "a", "callback_data": "é" * 33}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "a", "callback_data": ""}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "a"}]], "Text buttons are unallowed in the inline keyboard"),
        ([[{"text": " ", "callback_data": "x"}]], "button text must be non-empty"),
        ([[{"callback_data": "x"}]], 'Can\'t find field "text"'),
        ([[{"text": "a", "callback_data": "x", "url": "https://a.bc"}]], "exactly one action"),
        ([[{"text": "a", "url": "http://localhost"}]], "is invalid: Wrong HTTP URL"),
        ([[{"text": "a", "copy_text": {"text": "x" * 257}}]], "BUTTON_COPY_TEXT_INVALID"),
        ([[{"text": "a", "copy_text": {}}]], 'Can\'t find field "text"'),
        ([[{"text": "a", "callback_data": "x", "style": "pink"}]], "invalid button style"),
        ([[{"text": "a", "callback_data": "x"}]] * 101, "reply markup is too long"),
        ([["a"]], "InlineKeyboardButton must be an Object"),
        ({"a": 1}, "must be an Array of Arrays"),
        ([[{"text": "a", "url": "http://[1"}]], "is invalid: Wrong HTTP URL"),
        ([[{"text": "a", "url": "tg:///"}]], "is invalid: Wrong HTTP URL"),
    ],
)
async def test_bad_keyboards_are_refused(
    sandbox: Sandbox, chat: int, markup: object, reason: str
) -> None:
    answer = await raw(
        sandbox, "sendMessage", chat_id=chat, text="x", reply_markup={"inline_keyboard": markup}
    )
    assert not answer["ok"]
    assert reason in answer["description"]
    assert sandbox.state.complaints


async def test_good_keyboards_are_kept(bot: telegram.Bot, sandbox: Sandbox, chat: int) -> None:
    markup = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("a", callback_data="x" * 64)],
            [InlineKeyboardButton("b", url="https://example.org/x")],
            [InlineKeyboardButton("t", url="tg://user?id=1")],
            [InlineKeyboardButton("w", web_app=WebAppInfo("https://example.org/"))],
            [InlineKeyboardButton("c", copy_text=CopyTextButton("x" * 256))],
        ]
    )
    assert (await bot.send_message(chat, "x", reply_markup=markup)).reply_markup == markup
    row = [[{"text": "a", "callback_data": "x", "style": "danger"}]]
    answer = await raw(
        sandbox, "sendMessage", chat_id=chat, text="x", reply_markup={"inline_keyboard": row}
    )
    assert answer["result"]["reply_markup"]["inline_keyboard"] == row
    assert sandbox.state.complaints == []


async def test_reply_keyboards_belong_to_the_client(
    bot: telegram.Bot, sandbox: Sandbox, chat: int
) -> None:
    sent = await bot.send_message(chat, "x", reply_markup=ReplyKeyboardRemove())
    assert sent.reply_markup is None
    answer = await raw(
        sandbox,
        "editMessageText",
        chat_id=chat,
        message_id=sent.message_id,
        text="y",
        reply_markup={"remove_keyboard": True},
    )
    assert answer["description"] == "Bad Request: inline keyboard expected"


async def test_editing(bot: telegram.Bot, sandbox: Sandbox, chat: int) -> None:
    sent = await bot.send_message(chat, "one", reply_markup=keyboard(callback_data="x"))
    edited = await bot.edit_message_text("<i>two</i>", chat, sent.message_id, parse_mode="HTML")
    assert isinstance(edited, telegram.Message)
    assert edited.text_html == "<i>two</i>"
    assert edited.reply_markup is None
    assert edited.edit_date is not None
    with pytest.raises(BadRequest) as refusal:
        await bot.edit_message_text("<em>two</em>", chat, sent.message_id, parse_mode="HTML")
    assert refusal.value.message.lower() == NOT_MODIFIED
    await bot.edit_message_reply_markup(
        chat, sent.message_id, reply_markup=keyboard(callback_data="y")
    )
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_reply_markup(
            chat, sent.message_id, reply_markup=keyboard(callback_data="y")
        )
    assert sandbox.state.complaints == []


async def test_what_cannot_be_edited(bot: telegram.Bot, sandbox: Sandbox, chat: int) -> None:
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_text("x", chat, 999)
    said, _ = say(sandbox.state, sandbox.state.chats[chat], text="mine")
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_text("x", chat, said["message_id"])
    document = await bot.send_document(chat, io.BytesIO(b"{}"), filename="a.json")
    with pytest.raises(BadRequest, match=r"(?i)there is no text in the message to edit"):
        await bot.edit_message_text("x", chat, document.message_id)
    answer = await raw(sandbox, "editMessageText", text="x")
    assert answer["description"] == "Bad Request: message identifier is not specified"


async def test_chats_that_are_not_there_or_closed(
    bot: telegram.Bot, sandbox: Sandbox, chat: int
) -> None:
    for unknown in (1, "@nobody"):
        with pytest.raises(BadRequest, match=r"(?i)chat not found"):
            await bot.send_message(unknown, "x")
    assert (await raw(sandbox, "sendMessage", text="x"))["description"].endswith(
        "chat_id is empty"
    )
    sandbox.state.chats[chat].blocked = True
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(chat, "x")


async def test_answers_to_taps(bot: telegram.Bot, sandbox: Sandbox, chat: int) -> None:
    sent = await bot.send_message(chat, "x", reply_markup=keyboard(callback_data="go"))
    made, _ = tap(sandbox.state, sandbox.state.chats[chat], sent.message_id, "go")
    assert sandbox.state.unanswered() == [made]
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await bot.answer_callback_query(made.id, "x" * 201)
    assert await bot.answer_callback_query(made.id, "x" * 200, show_alert=True)
    assert made.answer == {"text": "x" * 200, "show_alert": True}
    too_old = "(?i)query is too old and response timeout expired or query id is invalid"
    with pytest.raises(BadRequest, match=too_old):
        await bot.answer_callback_query("12345")
    sandbox.clock.advance(151)
    with pytest.raises(BadRequest, match=too_old):
        await bot.answer_callback_query(made.id)


async def test_deleting(bot: telegram.Bot, sandbox: Sandbox, chat: int) -> None:
    sent = await bot.send_message(chat, "x")
    assert await bot.delete_message(chat, sent.message_id)
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await bot.delete_message(chat, sent.message_id)
    old = await bot.send_message(chat, "x")
    sandbox.clock.advance(48 * 3600 + 2)
    with pytest.raises(BadRequest, match=r"(?i)message can't be deleted"):
        await bot.delete_message(chat, old.message_id)


async def test_documents(bot: telegram.Bot, sandbox: Sandbox, chat: int) -> None:
    content = b'{"a": "\r\n--x\x00\xff"}'
    sent = await bot.send_document(
        chat,
        io.BytesIO(content),
        filename="my data.json",
        caption="<b>All</b>",
        parse_mode="HTML",
        protect_content=True,
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("my data.json", len(content))
    assert (sent.caption_html, sent.has_protected_content) == ("<b>All</b>", True)
    async with httpx.AsyncClient() as http:
        reply = await http.get(f"{sandbox.url}/sandbox/files/{sent.document.file_id}")
        missing = await http.get(f"{sandbox.url}/sandbox/files/none")
    assert (reply.content, missing.status_code) == (content, 404)
    again = await bot.send_document(chat, sent.document.file_id)
    assert again.document == sent.document
    for document, caption, reason in (
        ("nothing", None, "wrong file identifier"),
        (io.BytesIO(b"x"), "x" * 1025, "message caption is too long"),
        (io.BytesIO(b""), None, "file must be non-empty"),
    ):
        with pytest.raises(BadRequest, match=f"(?i){reason}"):
            await bot.send_document(chat, document, caption=caption)
    assert (await raw(sandbox, "sendDocument", chat_id=chat))["description"].endswith(
        "there is no document in the request"
    )


async def test_replies(bot: telegram.Bot, chat: int) -> None:
    first = await bot.send_message(chat, "one")
    second = await bot.send_message(
        chat, "two", reply_parameters=ReplyParameters(first.message_id)
    )
    assert second.reply_to_message is not None
    assert second.reply_to_message.text == "one"
    with pytest.raises(BadRequest, match=r"(?i)message to be replied not found"):
        await bot.send_message(chat, "x", reply_parameters=ReplyParameters(99))
    lenient = ReplyParameters(99, allow_sending_without_reply=True)
    assert (await bot.send_message(chat, "x", reply_parameters=lenient)).reply_to_message is None


async def test_the_bot_presents_itself(bot: telegram.Bot, sandbox: Sandbox, chat: int) -> None:
    me = await bot.get_me()
    assert (me.username, me.can_join_groups) == ("clearleaf_bot", True)
    english, spanish = [BotCommand("menu", "Topics")], [BotCommand("menu", "Temas")]
    await bot.set_my_commands(english)
    await bot.set_my_commands(spanish, BotCommandScopeAllPrivateChats(), "es")
    assert list(await bot.get_my_commands()) == english
    assert list(await bot.get_my_commands(BotCommandScopeAllPrivateChats(), "es")) == spanish
    assert list(await bot.get_my_commands(BotCommandScopeChat(chat))) == []
    seen = sandbox.state.profile.seen_by(chat, "private", "es-mx")
    assert seen["commands"][0]["description"] == "Temas"
    await bot.delete_my_commands(BotCommandScopeAllPrivateChats(), "es")
    seen = sandbox.state.profile.seen_by(chat, "private", "es-mx")
    assert seen["commands"][0]["description"] == "Topics"
    await bot.set_my_description("What I do")
    await bot.set_my_short_description("Short", "de")
    await bot.set_my_name("Hoja", "es")
    assert (await bot.get_my_description("fr")).description == "What I do"
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_my_short_description("de")).short_description == "Short"
    assert (await bot.get_my_name("es")).name == "Hoja"
    assert (await bot.get_my_name()).name == "Clearleaf"
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert await bot.get_chat_menu_button(chat) == MenuButtonCommands()


@pytest.mark.parametrize(
    ("method", "values", "reason"),
    [
        ("setMyCommands", {"commands": [], "language_code": "pt-br"}, "invalid language code"),
        ("setMyCommands", {"commands": "{"}, "can't parse commands JSON object"),
        ("setMyCommands", {"commands": [{"command": "Menu", "description": "x"}]}, "BOT_COMMAND"),
        ("setMyCommands", {"commands": [{"command": "", "description": "x"}]}, "non-empty"),
        ("setMyCommands", {"commands": [{"command": "x", "description": ""}]}, "non-empty"),
        ("setMyCommands", {"commands": [{"command": "x" * 33, "description": "x"}]}, "exceed 32"),
        ("setMyCommands", {"commands": [{"command": "x", "description": "x" * 257}]}, "exceed"),
        ("setMyCommands", {"commands": [{"command": "x"}]}, "can't parse BotCommand"),
        ("setMyCommands", {"commands": [7]}, "can't parse BotCommand"),
        ("setMyCommands", {"commands": [{}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ("setMyCommands", {"commands": [], "scope": {"type": "moon"}}, "Unsupported type"),
        ("setMyCommands", {"commands": [], "scope": {"type": "chat"}}, "Empty chat_id"),
        ("setMyCommands", {"commands": [], "scope": []}, "must be an Object"),
        ("setMyName", {"name": "x" * 65}, "BOT_TITLE_INVALID"),
        ("setMyDescription", {"description": "x" * 513}, "DESCRIPTION_TOO_LONG"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "ABOUT_TOO_LONG"),
        ("setChatMenuButton", {"menu_button": {"type": "moon"}}, "unsupported type"),
        ("setChatMenuButton", {"menu_button": []}, "must be an Object"),
        ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
        ("sendMessage", {"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup"),
        ("sendMessage", {"text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
        ("sendMessage", {"text": "x", "link_preview_options": "[]"}, "object expected as link"),
        ("sendMessage", {"text": "x", "reply_parameters": "[]"}, "object expected as reply"),
        ("sendMessage", {"text": "x", "entities": "{}"}, "expected an Array"),
        ("sendMessage", {"text": "x", "entities": "[1]"}, "can't parse MessageEntity"),
        ("sendMessage", {"text": "x", "entities": '[{"type":"bold"}]'}, "can't parse Message"),
        ("sendMessage", {"text": "*x*", "parse_mode": "MarkdownV2"}, "can't parse entities"),
    ],
)
async def test_more_that_is_refused(
    sandbox: Sandbox, chat: int, method: str, values: dict[str, object], reason: str
) -> None:
    answer = await raw(sandbox, method, chat_id=chat, **values)
    assert answer["error_code"] == 400
    assert reason in answer["description"]


async def test_entities_may_come_ready_made(bot: telegram.Bot, chat: int) -> None:
    bold = telegram.MessageEntity("bold", 0, 2)
    assert (await bot.send_message(chat, "Hi there", entities=[bold])).entities == (bold,)


async def test_wrong_token_and_unknown_method(sandbox: Sandbox, bot: telegram.Bot) -> None:
    stranger = telegram.Bot("1:wrong", base_url=f"{sandbox.url}/bot")
    with pytest.raises(InvalidToken):
        await stranger.get_me()
    await stranger.request.shutdown()
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("sendRichMessage", api_kwargs={"chat_id": 1})


async def test_unknown_parameters_are_ignored_and_noted(sandbox: Sandbox, chat: int) -> None:
    answer = await raw(sandbox, "SENDMESSAGE", chat_id=chat, text="x", colour="red")
    assert answer["ok"]
    assert sandbox.state.complaints == [
        {"kind": "unknown", "method": "sendMessage", "what": "colour", "chat_id": str(chat)}
    ]


async def test_every_encoding_of_parameters_is_read(sandbox: Sandbox, chat: int) -> None:
    url = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
    values = {"chat_id": str(chat), "text": "é 😀"}
    async with httpx.AsyncClient() as http:
        replies = [
            await http.get(url, params=values),
            await http.post(url, params={"chat_id": chat}, data={"text": "é 😀"}),
            await http.post(url, json=values),
            await http.post(url, files={key: (None, value) for key, value in values.items()}),
        ]
        broken = [
            await http.post(url, content=b"{", headers={"Content-Type": "application/json"}),
            await http.post(url, content=b"[]", headers={"Content-Type": "application/json"}),
            await http.post(url, content=b"text=\xff"),
        ]
    assert [reply.json()["result"]["text"] for reply in replies] == ["é 😀"] * 4
    assert [reply.status_code for reply in broken] == [400] * 3
