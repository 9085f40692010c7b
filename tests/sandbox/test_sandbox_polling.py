"""Long polling: offsets, expiry, conflicts, and a whole bot of python-telegram-bot."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.sandbox import NoReactionError, NoSuchButtonError, Person, Sandbox
from bot.sandbox.people import block, say, tap
from bot.sandbox.state import Chat
from bot.sandbox.updates import FIRST_ID


@pytest.fixture
def chat(sandbox: Sandbox) -> Chat:
    return sandbox.state.open_chat("Ana", language_code="en")


async def ids(
    bot: telegram.Bot,
    offset: int | None = None,
    limit: int | None = None,
    allowed_updates: list[str] | None = None,
) -> list[int]:
    updates = await bot.get_updates(offset, limit, 0, allowed_updates=allowed_updates)
    return [one.update_id for one in updates]


async def test_an_offset_confirms_everything_below_it(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    for word in "abcde":
        say(sandbox.state, chat, text=word)
    first = FIRST_ID
    assert await ids(bot) == [first, first + 1, first + 2, first + 3, first + 4]
    assert await ids(bot, first + 2, limit=2) == [first + 2, first + 3]
    assert await ids(bot, first) == [first + 2, first + 3, first + 4]
    assert await ids(bot, first + 999) == [first + 2, first + 3, first + 4]
    assert await ids(bot, -1) == [first + 4]
    assert await ids(bot, first + 5) == []
    assert len(sandbox.state.updates) == 0


async def test_a_repeated_offset_gets_one_update(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    sandbox.api._poller._repeated = 3.0
    say(sandbox.state, chat, text="a")
    say(sandbox.state, chat, text="b")
    assert len(await ids(bot, FIRST_ID)) == 2
    assert len(await ids(bot, FIRST_ID)) == 1


async def test_a_poll_waits_for_the_first_update(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    say(sandbox.state, chat, text="hello")
    (update,) = await asyncio.wait_for(waiting, 2)
    assert update.message is not None
    assert update.message.text == "hello"
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "en"


async def test_taps_expire_after_150_seconds_and_messages_after_a_day(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    sent = await bot.send_message(chat.id, "x")
    _, said = say(sandbox.state, chat, text="still here")
    _, tapped = tap(sandbox.state, chat, sent.message_id, "go")
    sandbox.clock.advance(149)
    assert await ids(bot) == [said, tapped]
    sandbox.clock.advance(2)
    assert await ids(bot) == [said]
    sandbox.clock.advance(24 * 3600)
    assert await ids(bot) == []


async def test_a_tap_has_the_shape_of_a_real_one(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Go", callback_data="go")]])
    await bot.send_message(chat.id, "<b>x</b>", parse_mode="HTML", reply_markup=markup)
    tap(sandbox.state, chat, 1, "go")
    (update,) = await bot.get_updates(timeout=0)
    query = update.callback_query
    assert query is not None
    assert isinstance(query.message, telegram.Message)
    assert (query.data, query.message.text_html, query.message.reply_markup) == (
        "go",
        "<b>x</b>",
        markup,
    )
    assert (query.from_user.id, query.chat_instance) == (chat.id, chat.instance)


async def test_only_the_kinds_asked_for_are_queued(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    await ids(bot, allowed_updates=["callback_query"])
    _, update = say(sandbox.state, chat, text="unheard")
    assert update is None
    assert (await bot.get_webhook_info()).allowed_updates == ("callback_query",)
    await ids(bot, 1, allowed_updates=[])
    _, update = say(sandbox.state, chat, text="heard")
    assert update is not None


async def test_a_second_poller_ends_the_first(bot: telegram.Bot, sandbox: Sandbox) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    async with telegram.Bot(sandbox.token, base_url=f"{sandbox.bot_api_url}/bot") as other_bot:
        second = asyncio.create_task(other_bot.get_updates(timeout=1))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        assert await second == ()


async def test_a_webhook_and_polling_exclude_each_other(bot: telegram.Bot) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    await bot.set_webhook("http://127.0.0.1:9/none")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await waiting
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates(timeout=0) == ()


async def test_blocking_the_bot_is_an_update(
    bot: telegram.Bot, sandbox: Sandbox, chat: Chat
) -> None:
    block(sandbox.state, chat, blocked=True)
    say(sandbox.state, chat, text="back again")
    out, back, _ = await bot.get_updates(timeout=0)
    assert out.my_chat_member is not None
    assert out.my_chat_member.new_chat_member.status == "kicked"
    assert back.my_chat_member is not None
    assert back.my_chat_member.new_chat_member.status == "member"


async def start(update: Update, _: object) -> None:
    assert update.message is not None
    who = update.message.from_user
    assert who is not None
    button = InlineKeyboardButton
    rows = [
        [button("Nerve pain", callback_data="n"), button("Back spasm", callback_data="b")],
        [button("Sources", url="https://example.org/")],
        [button("Warn me", callback_data="w")],
        [button("Ignore me", callback_data="i")],
    ]
    await update.message.reply_html(
        f"<b>Hello {who.first_name}</b> ({who.language_code})",
        reply_markup=InlineKeyboardMarkup(rows),
    )


async def tapped(update: Update, _: object) -> None:
    query = update.callback_query
    assert query is not None
    if query.data == "w":
        await query.answer("Careful", show_alert=True)
    elif query.data == "n":
        await query.answer("Opened")
        await query.edit_message_text("About nerve pain")
    elif query.data != "i":
        await query.answer()
        with contextlib.suppress(BadRequest):
            await query.edit_message_text("This has moved")


async def other(update: Update, _: object) -> None:
    if update.effective_message is not None:
        text = update.effective_message.text
        await update.effective_message.reply_text(f"You wrote: {text}" if text else "Text only")


async def bot_forgets(sandbox: Sandbox, person: Person) -> None:
    """Delete the bot's newest message, as a bot may."""
    assert person.chat_id is not None
    chat = sandbox.state.chats[person.chat_id]
    sandbox.state.remove(chat, person.bot_messages[-1]["message_id"])
    await person.look()


@contextlib.asynccontextmanager
async def polling(sandbox: Sandbox) -> AsyncIterator[None]:
    application = (
        Application.builder().token(sandbox.token).base_url(f"{sandbox.bot_api_url}/bot").build()
    )
    application.add_handlers(
        [
            CommandHandler("start", start),
            CallbackQueryHandler(tapped),
            MessageHandler(filters.ALL, other),
        ]
    )
    assert application.updater is not None
    async with application:
        await application.start()
        await application.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        yield
        await application.updater.stop()
        await application.stop()


async def test_a_person_talks_to_a_whole_bot(sandbox: Sandbox) -> None:
    async with polling(sandbox):
        ana = sandbox.person("Ana", language_code="es")
        await ana.send("/start")
        assert ana.screen == "Hello Ana (es)"
        assert ana.buttons == ["Nerve pain", "Back spasm", "Sources", "Warn me", "Ignore me"]
        await ana.tap("Warn")
        assert (ana.toast, ana.alerted) == ("Careful", True)
        await ana.tap("Nerve pain")
        assert (ana.screen, ana.toast, ana.alerted) == ("About nerve pain", "Opened", False)
        assert len(ana.messages) == 2
        await ana.tap_data("made up")
        assert ana.screen == "This has moved"
        await ana.tap_data("made up")
        await ana.send_photo(caption="my rash")
        assert ana.screen == "Text only"
        await ana.send("hi")
        await ana.edit("hello")
        assert ana.screen == "You wrote: hello"
        await ana.speak("de")
        await ana.send("/start")
        assert ana.screen == "Hello Ana (de)"
        await bot_forgets(sandbox, ana)
        assert ana.screen == "You wrote: hello"
        await ana.block()
        await ana.send("/start")
        await ana.wait_for("Hello Ana")
        assert sandbox.state.complaints == []


async def test_a_person_who_finds_no_button_is_told_which_there_are(sandbox: Sandbox) -> None:
    async with polling(sandbox):
        ana = sandbox.person()
        with pytest.raises(NoSuchButtonError, match="there are: none"):
            await ana.tap("Menu")
        with pytest.raises(AssertionError, match="not said anything"):
            _ = ana.screen
        await ana.send("/start")
        with pytest.raises(NoSuchButtonError, match=r"Nerve pain \| Back spasm"):
            await ana.tap("Menu")
        with pytest.raises(NoSuchButtonError, match="link or copy button"):
            await ana.tap("Sources")
        ana._patience = 0.3
        with pytest.raises(NoReactionError, match="did not react"):
            await ana.tap("Ignore me")
        with pytest.raises(NoReactionError, match="did not appear"):
            await ana.wait_for("never said")


async def test_a_group_member_is_heard_when_they_use_a_command(sandbox: Sandbox) -> None:
    async with (
        polling(sandbox),
        Person(sandbox.url, first_name="Ben", group="Pain support", patience=3) as ben,
    ):
        await ben.send("good morning", wait=False)
        await ben.send("/start@clearleaf_bot")
        assert ben.screen.startswith("Hello Ben")
        await ben.tap("Nerve pain")
        assert ben.screen == "About nerve pain"
        assert [call["method"] for call in sandbox.state.calls].count("sendMessage") == 1
