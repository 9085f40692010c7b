"""A person at a screen: the real bot, its chat page, a real Chromium."""

import asyncio
import shutil
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.core.address import Address, View
from bot.core.conversation import Conversation
from bot.core.model import Audience, Open
from bot.sandbox import running_sandbox
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
        drawn = await lines.evaluate_all("all => all.map(e => getComputedStyle(e).direction)")
        assert len(drawn) > 2
        assert set(drawn) == {direction}
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
