"""The chat page: nothing from outside, and walked through in a real browser where one is."""

import asyncio
import contextlib
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import telegram
from playwright.async_api import Page, async_playwright
from telegram import BotCommand, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox import Sandbox

PAGE = Path(__file__).resolve().parents[2] / "bot" / "sandbox" / "page"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WITHIN = """[...document.querySelectorAll("body *")].every((node) => {
  const box = node.getBoundingClientRect();
  return box.width === 0 || node.closest(".field-name") || (box.left >= 0 && box.right <= 320);
})"""
LONG = "line of a quotation\n" * 6
ENTITIES = (
    "<b>bold</b> <i>it</i> <code>code</code> <tg-spoiler>secret</tg-spoiler> "
    '<a href="https://example.org">link</a> /menu\n\nمرحبا بالعالم\n'
    f"<blockquote expandable>{LONG}</blockquote>"
)


async def test_the_page_and_its_parts_are_served(sandbox: Sandbox) -> None:
    async with httpx.AsyncClient(base_url=sandbox.url) as http:
        index = await http.get("/", params={"start": "x"})
        assert "default-src 'self'" in index.headers["content-security-policy"]
        parts = re.findall(r'(?:href|src)="(/[^"]+)"', index.text)
        assert parts == ["/page/chat.css", "/page/chat.js"]
        for part in [*parts, "/page/text.js"]:
            assert (await http.get(part)).status_code == 200
        assert (await http.get("/page/../state.py")).status_code == 404


@pytest.mark.parametrize("file", sorted(PAGE.iterdir()), ids=lambda file: file.name)
def test_nothing_comes_from_outside(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//|@import|url\(""", text)


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[Page]:
    if CHROMIUM is None:
        pytest.skip("LOUD: no Chromium on this machine; the chat page was not walked through")
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = await browser.new_page(viewport={"width": 320, "height": 640})
        problems: list[str] = []
        opened.on("pageerror", lambda error: problems.append(str(error)))
        opened.on(
            "console", lambda said: problems.append(said.text) if said.type == "error" else None
        )
        opened.set_default_timeout(8000)
        yield opened
        await browser.close()
        assert problems == []


@contextlib.asynccontextmanager
async def answering(bot: telegram.Bot) -> AsyncIterator[None]:
    """Answer everything people do, for as long as the block lasts."""
    go = [[InlineKeyboardButton("Go on", callback_data="go")]]
    copy = [[InlineKeyboardButton("Copy", copy_text=CopyTextButton("copied words"))]]
    both = InlineKeyboardMarkup(go + copy)

    async def work() -> None:
        offset = 0
        while True:
            for update in await bot.get_updates(offset, timeout=10):
                offset = update.update_id + 1
                query, message = update.callback_query, update.message
                if query is not None:
                    assert isinstance(query.message, telegram.Message)
                    edited = query.message.edit_date is not None
                    await query.answer("A warning" if edited else "A toast", show_alert=edited)
                    if not edited:
                        await query.edit_message_text(ENTITIES, "HTML", reply_markup=both)
                elif message is not None:
                    text = f"You sent: {message.text or 'no text'}"
                    await message.reply_text(text, reply_markup=both)

    working = asyncio.create_task(work())
    yield
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


@pytest.mark.browser
async def test_a_walk_through_the_page(sandbox: Sandbox, bot: telegram.Bot, page: Page) -> None:
    await bot.set_my_description("Explains things.")
    await bot.set_my_commands([BotCommand("menu", "All topics")])
    async with answering(bot):
        await page.goto(sandbox.url)
        await page.get_by_text("Explains things.").wait_for()
        await page.get_by_role("button", name="Start").press("Enter")
        await page.get_by_text("You sent: /start").wait_for()
        await page.get_by_role("button", name="Go on").click()
        await page.get_by_text("A toast").wait_for()
        await page.get_by_text("edited").wait_for()
        assert await page.locator(".bubble:focus").count() == 1
        await page.get_by_role("button", name="Show more").click()
        await page.get_by_role("button", name="Show less").wait_for()
        await page.get_by_role("button", name="Hidden text").press("Enter")
        await page.get_by_text("secret").wait_for()
        assert await page.locator(".text p[dir=auto]").count() >= 3
        await page.get_by_role("button", name="Go on").click()
        await page.get_by_role("dialog").get_by_text("A warning").wait_for()
        await page.get_by_role("button", name="OK").press("Enter")
        await page.get_by_role("button", name="/menu", exact=True).last.click()
        await page.get_by_text("You sent: /menu").wait_for()
        await page.get_by_label("Message", exact=True).fill("typed\nby hand")
        await page.keyboard.press("Enter")
        await page.get_by_text("You sent: typed").wait_for()
        await page.get_by_role("button", name="Send something else").click()
        await page.get_by_role("button", name="Sticker").click()
        await page.get_by_text("You sent: no text").wait_for()
        await page.locator("#menu").click()
        await page.get_by_text("All topics").wait_for()
        await page.keyboard.press("Escape")
        assert await page.evaluate("document.activeElement.id") == "menu"
        assert await page.evaluate(WITHIN)
        await page.get_by_label("App language").select_option("ar")
        await page.locator("#fresh").click()
        await page.get_by_text("Explains things.").wait_for()
        await page.goto(f"{sandbox.url}/?start=topic-7")
        await page.get_by_text("You sent: /start topic-7").wait_for()
    assert list(sandbox.state.chats.values())[-1].language_code == "ar"
    assert sandbox.state.complaints == []
