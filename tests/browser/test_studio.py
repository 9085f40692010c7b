"""A maintainer at a screen: the studio in a real Chromium, files edited beside it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page, async_playwright, expect

from bot.core.address import Address, View
from bot.core.model import Audience, Level
from bot.store.usage import as_csv, usage
from bot.studio.readership import report_of
from bot.studio.server import Studio
from bot.studio.serving import running_studio
from bot.studio.workbench import Workbench
from tests.browser.test_chat_page import CHROMIUM, FEW_COLOURS, FLAGS, picture
from tests.conftest import ROOT, TODAY

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; `apt-get install chromium`"),
]
SERIOUS = {"serious", "critical"}
PAGE = "/page?topic=nerve-pain"
SIMPLE = Path("content/topics/nerve-pain/simple.md.j2")
WIDE, NARROW = {"width": 1440, "height": 950}, {"width": 390, "height": 844}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content that a maintainer may edit."""
    for name in ("content", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@asynccontextmanager
async def maintainer(folder: Path) -> AsyncIterator[tuple[Page, Studio]]:
    """Open the studio over this folder; a fault in the page's own script fails the test."""
    bench = Workbench(folder / "content", folder / "locales", lambda: TODAY)
    readers = report_of(report(bench, folder / "report.csv"))
    async with (
        running_studio(bench, cache=ROOT / "var" / "cache", readers=readers) as studio,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport=WIDE, color_scheme="light")  # type: ignore[arg-type]
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        yield page, studio
        assert faults == []
        await browser.close()


def report(bench: Workbench, file: Path) -> Path:
    """Write a month's report in which some pages were found too hard."""
    topics = bench.snapshot.library.topics
    sums = {("page", f"{slug}.simple.en"): 37 * n for n, slug in enumerate(topics)}
    for slug, yes, hard in (("nerve-pain", 30, 14), ("driving", 40, 2), ("mixing", 9, 3)):
        told = f"{slug}.simple.en.{topics[slug].revision}"
        sums |= {("feedback_yes", told): yes, ("feedback_hard", told): hard}
    sums |= {("feedback_yes", "nerve-pain.simple.en.0123abcd"): 60}
    sums |= {("feedback_wrong", "nerve-pain.simple.en.0123abcd"): 20}
    file.write_text(as_csv(usage(sums)), "utf-8")
    return file


def edit(folder: Path, file: Path, before: str, after: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


async def sound(page: Page) -> None:
    """Hold what is on the screen against axe-core's rules."""
    found = await Axe().run(page)
    bad = [
        f"{one['id']}: {node['html'][:120]}"
        for one in found.response["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]
    assert not bad, f"{page.url}\n" + "\n".join(bad)
    too_wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert too_wide <= 0, f"{page.url} is {too_wide} px wider than the screen"


async def test_pick_edit_on_disk_see_the_change_and_the_fault(folder: Path) -> None:
    async with maintainer(folder) as (page, studio):
        await page.goto(studio.url)
        await page.get_by_role("link", name="nerve-pain, Simple, Everybody, en: served").click()
        phone = page.get_by_role("region", name="As the reader gets it")
        await expect(phone).to_contain_text("It helped rats")
        await expect(page.get_by_text("Watching the files")).to_be_visible()
        edit(folder, SIMPLE, "It helped rats", "Rats were helped")
        await expect(phone).to_contain_text("Rats were helped", timeout=5000)
        news = page.get_by_role("region", name="Since the last save")
        await expect(news).to_contain_text("changed for readers", timeout=5000)
        await news.locator("summary").click()
        await expect(news.locator("p.added").first).to_contain_text("Rats were helped")
        assert await picture(page, "studio-saved") > FEW_COLOURS
        edit(folder, SIMPLE, "{% block answer %}", "{% blok answer %}")
        await expect(news).to_contain_text("topics/nerve-pain/simple.md.j2:3", timeout=5000)
        await expect(news).to_contain_text("last good page")
        await expect(phone).to_contain_text("Rats were helped")
        await sound(page)
        assert await picture(page, "studio-broken") > FEW_COLOURS
        edit(folder, SIMPLE, "{% blok answer %}", "{% block answer %}")
        await expect(news).not_to_contain_text("last good page", timeout=5000)


async def test_a_rule_that_an_edit_breaks_stands_on_its_line_of_the_source(folder: Path) -> None:
    async with maintainer(folder) as (page, studio):
        await page.goto(studio.url + PAGE)
        await expect(page.get_by_text("None on this page")).to_be_visible()
        edit(folder, SIMPLE, "It helped rats", "In 97 out of 100 it helped rats")
        known = page.get_by_role("region", name="What is known")
        await expect(known).to_contain_text("97 stands in no fact cited here", timeout=5000)
        line = page.locator(".code li.error")
        await expect(line.first).to_contain_text("number: 97 stands in no fact")
        await sound(page)


async def test_facts_show_by_pointer_and_by_keyboard_and_pickers_at_once(folder: Path) -> None:
    async with maintainer(folder) as (page, studio):
        await page.goto(studio.url + PAGE)
        card = page.get_by_role("tooltip")
        await page.locator(".said").first.hover()
        await expect(card).to_contain_text("NEURO-02")
        await page.mouse.move(5, 5)
        await expect(card).to_be_hidden()
        await page.locator(".cite").nth(1).focus()
        await expect(card).to_contain_text("NEURO-04")
        await expect(card).to_contain_text("HOW-13")
        await page.keyboard.press("Escape")
        await expect(card).to_be_hidden()
        await page.get_by_label("Level").select_option("detailed")
        await expect(page.locator(".source code").first).to_contain_text("detailed.md.j2")
        await page.get_by_role("link", name="Simpler").first.click()
        await expect(page.get_by_label("Level")).to_have_value("standard")


async def test_compare_review_link_and_ask(folder: Path) -> None:
    async with maintainer(folder) as (page, studio):
        await page.goto(studio.url + "/compare")
        await page.locator("[name=right_level]").select_option("standard")
        await expect(page.locator("mark.added").first).to_be_visible()
        await sound(page)
        await page.goto(studio.url + "/review?page=nerve-pain")
        await page.get_by_role("button", name="Checked today, no change").click()
        await expect(page.get_by_text("the next check is due on")).to_be_visible()
        assert "checked = 2026-11-21" in (folder / SIMPLE.parent / "topic.toml").read_text()
        await page.get_by_label("Role of the reviewer").select_option("pharmacist")
        await page.get_by_label("Name").fill("Robin Reader")
        await page.get_by_label("What was checked").fill("Each number against its source")
        await page.get_by_role("button", name="Record the review").click()
        refusal = page.get_by_role("alert")
        await expect(refusal).to_contain_text("nobody can tell who made them")
        await expect(page.get_by_label("Name")).to_have_value("Robin Reader")
        await sound(page)
        await page.goto(studio.url + "/share?topic=nerve-pain")
        await page.get_by_label("username").fill("clear_leaf_bot")
        await page.get_by_role("button", name="Make the link").click()
        code = page.get_by_role("img", name="QR code of the link")
        assert await code.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
        await sound(page)
        await page.goto(studio.url + "/ask")
        await page.get_by_label("Question").fill("my mother will not wake up")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("unresponsive, clear")).to_be_visible(timeout=90000)
        await expect(page.get_by_text("Call your local emergency number now.")).to_be_visible()
        await sound(page)


async def test_what_readers_said_and_what_to_look_at_first(folder: Path) -> None:
    async with maintainer(folder) as (page, studio):
        await page.goto(studio.url)
        await page.get_by_label("Sorted by").select_option("hard")
        await expect(page.locator(".matrix tbody tr").first).to_contain_text("30 % simple, en")
        await page.get_by_label("Sorted by").select_option("first")
        await expect(page.locator(".matrix tbody tr").first).to_contain_text("high")
        await page.goto(studio.url + PAGE)
        said = page.get_by_role("region", name="What readers said")
        await expect(said).to_contain_text("as it is now")
        await expect(said).to_contain_text("75 %")


async def test_a_rule_of_triage_is_tried(folder: Path) -> None:
    async with maintainer(folder) as (page, studio):
        await page.goto(studio.url + "/ask")
        await page.get_by_role("link", name="Try a new rule").click()
        await page.get_by_label("Name", exact=True).fill("frozen-lake")
        await page.get_by_label("New concepts").fill("lake = fell through the ice")
        await page.get_by_label("All of these").fill("lake")
        await page.get_by_label("Hits").fill("he fell through the ice")
        await page.get_by_role("button", name="Try it").click()
        await expect(page.get_by_role("alert")).to_contain_text("some that it must not")
        await page.get_by_label("Traps").fill("the lake is frozen")
        await page.get_by_label("Name", exact=True).focus()
        await page.keyboard.press("Enter")
        verdict = page.get_by_text("0 hits missed, 0 traps alarmed")
        await expect(verdict).to_be_visible(timeout=90000)
        await sound(page)
        assert await picture(page, "studio-rule-tried") > FEW_COLOURS


async def test_light_and_dark_narrow_and_wide_are_sound(folder: Path) -> None:
    whole = Address(View.PAGE, "en", Audience.PROFESSIONAL, Level.DETAILED, topic="nerve-pain")
    paths = {
        "overview": "/",
        "page": f"/page?at={whole.pack()}&whole=1",
        "compare": "/compare?left_topic=nerve-pain&right_topic=nerve-pain&right_level=detailed",
        "fact": "/fact?name=BACK-20",
        "review": "/review?page=nerve-pain",
        "rule": "/rule",
    }
    async with maintainer(folder) as (page, studio):
        for size, name in ((WIDE, "wide"), (NARROW, "narrow")):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            for path_name, path in paths.items():
                for scheme in ("light", "dark"):
                    await page.emulate_media(color_scheme=scheme)
                    await page.goto(studio.url + path)
                    await sound(page)
                    shot = f"studio-{path_name}-{name}-{scheme}"
                    assert await picture(page, shot) > FEW_COLOURS
