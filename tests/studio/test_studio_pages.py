"""The studio's pages as a browser asks for them: each path, each form, and who is let in."""

import re
import socket
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from bot.core.address import Address, View
from bot.core.model import Audience, Level
from bot.errors import ConfigError
from bot.studio.door import Door
from bot.studio.readership import Source, nobody
from bot.studio.server import Studio
from bot.studio.workbench import Workbench
from tests.content.conftest import Workspace
from tests.studio.conftest import AUTHOR, SIMPLE, edit, git

PAGE = Address(View.PAGE, "en", Audience.PATIENT, Level.SIMPLE, topic="what-it-is").pack()
TOKEN = "a-token-for-tests-only"  # noqa: S105 - it opens nothing


def browser(
    bench: Workbench,
    door: Door | None = None,
    host: str = "127.0.0.1",
    readers: Source = nobody,
) -> AsyncClient:
    studio = Studio(bench, door or Door(), readers=readers)
    return AsyncClient(
        transport=ASGITransport(studio.app),
        base_url=f"http://{host}:8082",
        follow_redirects=True,
    )


@pytest.fixture
async def page(bench: Workbench) -> AsyncIterator[AsyncClient]:
    async with browser(bench) as client:
        yield client


async def shown(client: AsyncClient, path: str) -> str:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


async def test_a_page_shows_chat_figures_facts_and_source(page: AsyncClient) -> None:
    text = await shown(page, f"/page?at={PAGE}")
    assert "You need a prescription for it" in text
    assert 'data-facts="WHAT-01 WHAT-02"' in text
    assert 'id="fact-WHAT-02"' in text
    assert "Words in the page" in text
    assert "content/topics/what-it-is/simple.md.j2" in text
    assert f"{AUTHOR} (" in text
    assert "How you may feel" in text


async def test_pickers_change_one_thing_at_a_time(page: AsyncClient) -> None:
    text = await shown(page, f"/page?at={PAGE}&level=detailed&audience=professional&whole=1")
    assert 'value="detailed" selected' in text
    assert 'value="professional" selected' in text
    assert "what-it-is/detailed.professional.md.j2" in text


async def test_every_button_of_the_chat_leads_to_its_screen(page: AsyncClient) -> None:
    links = set(
        re.findall(r'class="key[^"]*" href="([^"]+)"', await shown(page, f"/page?at={PAGE}"))
    )
    assert len(links) > 4
    for link in links:
        assert (await page.get(link.replace("&amp;", "&"))).status_code == 200, link


async def test_two_levels_and_two_revisions_differ_in_marked_words(
    page: AsyncClient, bench: Workbench, library: Workspace
) -> None:
    levels = await shown(
        page,
        "/compare?left_topic=what-it-is&right_topic=what-it-is&right_level=detailed",
    )
    assert '<mark class="removed">' in levels
    assert '<mark class="added">' in levels
    edit(library, SIMPLE, "sleepy and slow", "sleepy or slow")
    bench.update()
    at = f"left_at={PAGE}&right_at={PAGE}"
    revisions = await shown(page, f"/compare?{at}&left_revision=HEAD")
    assert '<mark class="removed">and</mark>' in revisions
    assert '<mark class="added">or</mark>' in revisions
    assert "1 line differs." in revisions
    git(library.root, "commit", "--quiet", "-am", "Reword")
    assert "the same words on both sides" in await shown(page, f"/compare?{at}&left_revision=HEAD")
    assert "1 line differs." in await shown(page, f"/compare?{at}&left_revision=HEAD~1")
    unknown = await page.get(f"/compare?{at}&left_revision=--output=x")
    assert unknown.status_code == 404
    assert "git knows no revision" in unknown.text
    assert not git(library.root, "status", "--porcelain")


async def test_the_overview_has_a_cell_for_every_page_and_filters(page: AsyncClient) -> None:
    text = await shown(page, "/")
    assert len(re.findall(r'class="cell \w+(?: general)?" href', text)) == 2 * 9
    assert "what-it-is, Simple, Caregiver, en: served" in text
    assert "coming-off, Simple, Caregiver, en: served, the general text" in text
    assert "No page stands like this" in await shown(page, "/?standing=overdue")
    few = await shown(page, "/?audience=caregiver&level=simple&sort=risk")
    assert len(re.findall(r'class="cell \w+(?: general)?" href', few)) == 2


async def test_a_fact_lists_every_sentence_that_leans_on_it(page: AsyncClient) -> None:
    text = await shown(page, "/fact?name=WHAT-02")
    assert "topics/what-it-is/simple.md.j2" in text
    assert "You may feel sleepy and slow" in text
    assert (await page.get("/fact?name=NOPE-1")).status_code == 404


async def test_a_review_is_recorded_by_form_and_the_authors_is_refused(
    page: AsyncClient, library: Workspace
) -> None:
    form = {
        "page": "what-it-is",
        "role": "pharmacist",
        "reviewer": AUTHOR,
        "statement": "Each number against its source",
        "reviewed": "2026-11-21",
        "due": "2027-11-21",
    }
    refused = await page.post("/review/approve", data=form)
    assert f"Not done: {AUTHOR} made the last change" in refused.text
    assert 'value="Each number' in refused.text or "Each number against" in refused.text
    done = await page.post("/review/approve", data=form | {"reviewer": "Robin Reader"})
    assert "The approval stands in content/reviews.toml" in done.text
    assert "approved" in await shown(page, "/review?page=what-it-is")
    assert "Reviewed on" not in await shown(page, f"/page?at={PAGE}")
    assert "a pharmacist" in await shown(page, f"/page?at={PAGE}")
    assert "reviews.toml" in git(library.root, "status", "--porcelain")


async def test_a_link_and_its_code_name_page_level_and_language_and_no_reader(
    page: AsyncClient,
) -> None:
    text = await shown(page, f"/share?at={PAGE}&bot=@clear_leaf_bot")
    link = "https://t.me/clear_leaf_bot?start=1p-s-_en__what-it-is"
    assert link in text
    svg = await page.get(f"/qr.svg?at={PAGE}&bot=clear_leaf_bot")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.content.startswith(b"<?xml")
    png = await page.get(f"/qr.png?at={PAGE}&bot=clear_leaf_bot")
    assert BytesIO(png.content).read(8) == b"\x89PNG\r\n\x1a\n"
    assert "is no bot&#39;s username" in await shown(page, f"/share?at={PAGE}&bot=x;y")
    assert (await page.get(f"/qr.svg?at={PAGE}&bot=")).status_code == 404


async def test_a_broken_file_is_told_above_the_last_good_page(
    page: AsyncClient, bench: Workbench, library: Workspace
) -> None:
    edit(library, SIMPLE, "{% block answer %}", "{% blok answer %}")
    bench.update()
    text = await shown(page, f"/page?at={PAGE}")
    assert "content/topics/what-it-is/simple.md.j2:3" in text
    assert "You need a prescription for it" in text


async def test_what_is_not_there_is_said_in_a_page(page: AsyncClient) -> None:
    for path in ("/page?at=nonsense", "/page?topic=nowhere", "/review?page=x", "/page?level=x"):
        answer = await page.get(path)
        assert answer.status_code == 404, path
        assert "Back to the overview" in answer.text


async def test_pages_elsewhere_on_the_web_can_neither_read_nor_post(
    bench: Workbench, library: Workspace
) -> None:
    async with browser(bench, host="evil.example") as stranger:
        assert (await stranger.get("/")).status_code == 403
    async with browser(bench) as client:
        before = (library.content / "topics/coming-off/topic.toml").read_bytes()
        origin = {"Origin": "https://evil.example"}
        answer = await client.post("/review/retire", data={"page": "coming-off"}, headers=origin)
        assert answer.status_code == 403
        assert (library.content / "topics/coming-off/topic.toml").read_bytes() == before
        page = await client.get("/")
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert not re.search(r'(?:src|href)="https?:', page.text)


async def test_others_need_a_token_and_a_short_one_opens_nothing(bench: Workbench) -> None:
    for token in ("", "short"):
        with pytest.raises(ConfigError, match="lets others in"):
            Door("0.0.0.0", 8082, token).check()  # noqa: S104 - to be refused
    door = Door("0.0.0.0", 0, TOKEN)  # noqa: S104 - with a token
    door.check()
    async with browser(bench, door, host="studio.example") as client:
        assert (await client.get("/")).status_code == 403
        assert (await client.get("/events")).status_code == 403
        assert (await client.get("/?token=wrong")).status_code == 403
        let_in = await client.get(f"/?token={TOKEN}&sort=risk")
        assert let_in.status_code == 200
        assert TOKEN not in str(let_in.url)
        assert (await client.get("/review")).status_code == 200


async def test_static_files_are_those_of_the_page_and_no_others(page: AsyncClient) -> None:
    assert (await page.get("/static/studio.css")).status_code == 200
    for name in ("server.py", "..%2fserver.py", "nothing.css"):
        assert (await page.get(f"/static/{name}")).status_code == 404


async def test_without_git_pages_still_show_and_nothing_can_be_approved(
    bench: Workbench, library: Workspace, tmp_path: Path
) -> None:
    (library.root / ".git").rename(tmp_path / "away")
    async with browser(bench) as client:
        assert "not in git" in await shown(client, f"/page?at={PAGE}")
        assert (await client.get("/")).status_code == 200
        assert (await client.get("/compare")).status_code == 200


def test_a_port_that_is_taken_is_told_in_a_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1:{port}"):
            Door(port=port).check()
