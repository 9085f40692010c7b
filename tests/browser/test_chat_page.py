"""A person at a screen: the real bot, its chat page, a real Chromium."""

import asyncio
import contextlib
import re
import shutil
import tomllib
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import telegram
from playwright.async_api import Page, async_playwright, expect
from telegram import BotCommand, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.address import Address, View
from bot.core.conversation import Conversation
from bot.core.i18n import load_catalogs
from bot.core.model import Audience, Open
from bot.sandbox import Sandbox, running_sandbox
from bot.sandbox.wire import Json
from bot.sandbox.words import page_words
from tests.tg.bot_process import ROOT, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PICTURES = ROOT / "var" / "screenshots"
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
# How many colours stand on the picture: a blank or broken page has a handful.
FEW_COLOURS = 40
COLOURS = """async (url) => {
  const image = new Image(); image.src = url; await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext("2d"); pen.drawImage(image, 0, 0);
  const data = new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer);
  return new Set(data).size;
}"""


async def press(page: Page, label: str) -> None:
    """Press the newest button with this label."""
    button = page.get_by_role("button", name=label, exact=True).last
    await expect(button).to_be_visible()
    await button.click()


async def picture(page: Page, name: str) -> int:
    """Save what is on the screen; return how many colours it has."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    await asyncio.sleep(0.4)  # the page glides to its newest message
    taken = await page.screenshot(path=PICTURES / f"{name}.png")
    browser = page.context.browser
    assert browser is not None
    blank = await browser.new_page()
    data = "data:image/png;base64," + b64encode(taken).decode()
    colours: int = await blank.evaluate(COLOURS, data)
    await blank.close()
    return colours


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; `apt-get install chromium`")
async def test_from_the_start_button_to_the_list_of_sources(tmp_path: Path) -> None:
    async with (
        running_sandbox() as sandbox,
        running(sandbox, tmp_path),
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(
            viewport={"width": 420, "height": 860}, device_scale_factor=2, color_scheme="light"
        )
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        await page.goto(sandbox.url)
        await press(page, "Start")
        await expect(page.get_by_text("Which best describes you?")).to_be_visible()
        assert await picture(page, "start") > FEW_COLOURS
        await press(page, "I take it or may take it")
        await press(page, "Your pain")
        await press(page, "Nerve pain")
        await expect(page.get_by_text("Part 1 of")).to_be_visible()
        assert await picture(page, "page") > FEW_COLOURS
        await press(page, "Sources")
        await expect(page.get_by_text("Where this comes from")).to_be_visible()
        await expect(page.get_by_role("link").first).to_be_visible()
        assert await picture(page, "sources") > FEW_COLOURS
        box = page.get_by_role("textbox").last
        await box.fill("my mother will not wake up")
        await box.press("Enter")
        await expect(page.get_by_text("Stay with the person", exact=False).last).to_be_visible()
        await page.emulate_media(color_scheme="dark")
        assert await picture(page, "urgent-dark") > FEW_COLOURS
        assert faults == []
        await browser.close()


def label(conversation: Conversation, at: Address, wanted: Callable[[Address], bool]) -> str:
    """Return what the first button says that leads where it is wanted to, on a screen."""
    buttons = conversation.screens.draw(at).buttons()
    return next(b.label for b in buttons if isinstance(b, Open) and wanted(b.address))


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; `apt-get install chromium`")
@pytest.mark.parametrize(("locale", "direction"), [("ar", "rtl"), ("ru", "ltr")])
async def test_the_way_through_in_another_language(
    locale: str, direction: str, tmp_path: Path, conversation: Conversation
) -> None:
    def to(at: Address, view: View, topic: str = "") -> str:
        return label(conversation, at, lambda a: a.view is view and a.topic in ("", topic))

    patient = Address(View.MENU, locale, Audience.PATIENT)
    nerve = replace(patient, view=View.PAGE, topic="nerve-pain")
    async with (
        running_sandbox() as sandbox,
        running(sandbox, tmp_path),
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(
            viewport={"width": 420, "height": 860}, device_scale_factor=2, color_scheme="light"
        )
        await page.goto(sandbox.url)
        await press(page, "Start")
        await expect(page.get_by_text("Which best describes you?")).to_be_visible()
        box = page.get_by_role("textbox").last
        await box.fill("/language")
        await box.press("Enter")
        await press(page, conversation.screens.desk.words(patient).catalog.name)
        await box.fill("/start")
        await box.press("Enter")
        start = Address(View.START, locale)
        choose = label(conversation, start, lambda a: a.audience is Audience.PATIENT)
        await expect(page.get_by_role("button", name=choose, exact=True).last).to_be_visible()
        assert await picture(page, f"start-{locale}") > FEW_COLOURS
        await press(page, choose)
        await press(page, to(patient, View.GROUP, "pain"))
        pain = replace(patient, view=View.GROUP, topic="pain")
        await press(page, to(pain, View.PAGE, "nerve-pain"))
        desk = conversation.screens.desk
        title = desk.words(nerve).title(desk.topic(nerve))
        shown = page.locator("p").filter(has_text=title).last
        await expect(shown).to_be_visible()
        lines = shown.locator("xpath=../p[not(contains(@class, 'gap'))]")
        assert await lines.count() > 2
        for number in range(await lines.count()):
            await expect(lines.nth(number)).to_have_css("direction", direction)
        assert await picture(page, f"page-{locale}") > FEW_COLOURS
        await press(page, to(nerve, View.SOURCES, "nerve-pain"))
        assert await picture(page, f"sources-{locale}") > FEW_COLOURS
        await box.fill("/menu")
        await box.press("Enter")
        await press(page, to(patient, View.GROUP, "options"))
        group = replace(patient, view=View.GROUP, topic="options")
        await press(page, to(group, View.COMPARE, "options"))
        here = replace(group, view=View.COMPARE)
        for place in (0, 0, 1):  # a pain, and two options
            opens = [b for b in conversation.screens.draw(here).buttons() if isinstance(b, Open)]
            await press(page, opens[place].label)
            here = opens[place].address
        await press(page, desk.words(nerve).button("compare_now"))
        assert await picture(page, f"compare-{locale}") > FEW_COLOURS
        await box.fill("/urgent")
        await box.press("Enter")
        assert await picture(page, f"urgent-{locale}") > FEW_COLOURS
        await browser.close()


LABELS = tomllib.loads((ROOT / "content" / "labels.toml").read_text("utf-8"))["sandbox"]
LONG = "line of a quotation\n" * 6
# What the page itself says: all but people's messages and what the bot calls itself and does.
CHROME = """() => {
  const said = [];
  const theirs = ".bubble .text p, .file-name, .key, time, small, #bot-name, #avatar, "
    + "#description, #commands button, #alert-text, option:not([data-word]), template, noscript";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = node.parentElement;
    if (around.closest(theirs) || !/\\p{L}/u.test(node.data)) continue;
    if (around.closest("option") || around.checkVisibility()) said.push(node.data.trim());
  }
  for (const node of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
    if (node.matches("article")) continue;
    for (const name of ["aria-label", "placeholder", "title"])
      if (node.hasAttribute(name)) said.push(node.getAttribute(name));
  }
  return said;
}"""


def bracketed(_code: str | None) -> Json:
    """Return the page's words in a language in which every text stands in brackets."""
    words = {key: f"⟦{text}⟧" for key, text in LABELS.items()}
    return {"locale": "en-GB", "direction": "ltr", "words": words}


def test_the_english_of_the_page_is_the_table_that_translators_get() -> None:
    html = (ROOT / "bot" / "sandbox" / "page" / "index.html").read_text("utf-8")
    named = set(re.findall(r'data-(?:word|label|hint)="(\w+)"', html))
    assert named == set(LABELS)
    for key, text in LABELS.items():
        word = f'data-word="{key}">{text}<' in html
        label = f'data-label="{key}" aria-label="{text}"' in html
        assert word or label, key
    hints = re.findall(r'data-hint="(\w+)" placeholder="([^"]+)"', html)
    assert all(LABELS[key] == text for key, text in hints)


@contextlib.asynccontextmanager
async def opened(sandbox: Sandbox) -> AsyncIterator[tuple[Page, telegram.Bot]]:
    """Open the chat page of a sandbox whose bot is this test."""
    async with (
        running_sandbox(sandbox),
        telegram.Bot(sandbox.token, f"{sandbox.url}/bot") as bot,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 700, "height": 860})
        await page.goto(sandbox.url)
        await expect(page.locator("#bot-name")).to_have_text("Clearleaf")
        yield page, bot
        await browser.close()


async def look(page: Page, seen: set[str]) -> None:
    """Hold that the page itself says nothing outside brackets; note what it says."""
    said = await page.evaluate(CHROME)
    assert [text for text in said if not re.fullmatch(r"[·\s]*⟦[^⟦]+⟧", text)] == []
    seen.update(text.strip(" ·⟦⟧") for text in said)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; `apt-get install chromium`")
async def test_every_word_of_the_page_itself_can_be_translated() -> None:
    seen: set[str] = set()
    async with opened(Sandbox(second=0.01, words=bracketed)) as (page, bot):
        await expect(page.locator("#start")).to_have_text("⟦Start⟧")
        none = page.locator("#description")
        await expect(none).to_have_text("⟦The bot has not described itself.⟧")
        await look(page, seen)
        await bot.set_my_commands([BotCommand("menu", "All topics")])
        await press(page, "⟦Start⟧")
        chat = (await bot.get_updates())[0].effective_chat
        assert chat is not None
        await bot.send_chat_action(chat.id, "typing")
        await expect(page.locator("#status")).to_have_text("⟦typing…⟧")
        await look(page, seen)
        copy = InlineKeyboardButton("Copy", copy_text=CopyTextButton("copied words"))
        link = InlineKeyboardButton("Link", url="https://example.org")
        keys = InlineKeyboardMarkup([[copy, link]])
        text = f"<tg-spoiler>x</tg-spoiler><blockquote expandable>{LONG}</blockquote>"
        sent = await bot.send_message(
            chat.id, text, "HTML", protect_content=True, reply_markup=keys
        )
        await press(page, "⟦Show more⟧")
        await look(page, seen)
        await press(page, "⟦Show less⟧")
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.locator(".key", has_text="Copy").click()
        await expect(page.locator("#toast")).to_have_text("⟦Copied to clipboard⟧")
        await look(page, seen)
        await bot.edit_message_text("Other", chat.id, sent.message_id)
        await expect(page.get_by_text("⟦edited⟧")).to_be_visible()
        await page.locator("#menu").click()
        await expect(page.get_by_text("All topics")).to_be_visible()
        await look(page, seen)
        await page.locator("#text").fill("/nothing")
        await expect(page.locator("#commands")).to_have_text("⟦The bot has no such command.⟧")
        await look(page, seen)
        await page.locator("#text").fill("")
        for kind in ("photo", "voice", "sticker", "location", "document"):
            await page.locator("#attach").click()
            await look(page, seen)
            await page.locator(f"[data-kind={kind}]").click()
        await expect(page.locator(".item.mine")).to_have_count(6)
        mine = page.locator(".item.mine article").first
        await expect(mine).to_have_attribute("aria-label", re.compile("^⟦You⟧, "))
        for _ in range(3):
            await page.locator("#theme").click()
            await look(page, seen)
    later = {"no_description", "you", "connecting", "waiting", "failed", "ok"}
    later |= {"video", "video_note", "animation", "audio", "contact", "dice"}
    assert {text for key, text in LABELS.items() if key not in later} - seen == set()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; `apt-get install chromium`")
async def test_the_language_menu_puts_the_page_into_arabic() -> None:
    arabic = load_catalogs(ROOT / "locales")["ar"]
    words = page_words(ROOT / "content", ROOT / "locales")
    async with opened(Sandbox(second=0.01, words=words)) as (page, bot):
        await press(page, "Start")
        chat = (await bot.get_updates())[0].effective_chat
        assert chat is not None
        await bot.send_message(chat.id, "Hello")
        await expect(page.get_by_text("Hello")).to_be_visible()
        await page.locator("#language").select_option("ar")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(page.locator("html")).to_have_attribute("lang", "ar")
        for place, key in (("#fresh", "new_person"), (".day", "today"), ("#status", "bot")):
            await expect(page.locator(place)).to_have_text(arabic.text(LABELS[key]))
        said = await page.evaluate(CHROME)
        assert [text for text in said if not re.search("[\u0600-\u06ff]", text)] == []
        drawn = "e => getComputedStyle(e).direction"
        assert await page.locator("#composer").evaluate(drawn) == "rtl"
        assert await page.get_by_text("Hello").evaluate(drawn) == "ltr"
        assert await picture(page, "chat-page-ar") > FEW_COLOURS
        await page.reload()
        await expect(page.locator("#fresh")).to_have_text(arabic.text(LABELS["new_person"]))
        await page.locator("#language").select_option("en")
        await expect(page.locator("#fresh")).to_have_text("New person")
        await expect(page.locator("html")).to_have_attribute("dir", "ltr")
