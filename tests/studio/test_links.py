"""Whether sources still answer, asked of a server on this machine; nothing goes further."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.core.library import load_library
from bot.studio.links import AT_ONCE, Link, failing, links_of
from tests.content.conftest import Workspace

ANSWERS = {
    "/fine": "200 OK",
    "/gone": "404 Not Found",
    "/broken": "500 Internal Server Error",
    "/people": "403 Forbidden",
    "/no-head": "405 Method Not Allowed",
}


@dataclass
class Server:
    """What was asked, how many at once, and by whom."""

    url: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    agents: set[str] = field(default_factory=set)
    busy: int = 0
    busiest: int = 0

    handling: set[asyncio.Task[None]] = field(default_factory=set)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.handling.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self.answer(reader, writer)
        finally:
            writer.close()
            self.handling.discard(task)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(maxsplit=2)
        self.asked[f"{method} {path}"] += 1
        self.agents |= {line for line in head.splitlines() if line.startswith("User-Agent")}
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        await asyncio.sleep(30 if path == "/hangs" else 0.02)
        status, extra = ANSWERS.get(path, "200 OK"), ""
        if path == "/no-head" and method == "GET":
            status = "200 OK"
        if path in ("/moved", "/circle"):
            to = "/fine" if path == "/moved" else "/circle"
            status, extra = "301 Moved Permanently", f"Location: {self.url}{to}\r\n"
        self.busy -= 1
        told = f"HTTP/1.1 {status}\r\n{extra}Content-Length: 0\r\nConnection: close\r\n\r\n"
        writer.write(told.encode())
        await writer.drain()


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.accept, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        for task in server.handling:
            task.cancel()
        await asyncio.gather(*server.handling, return_exceptions=True)


def link(url: str) -> Link:
    return Link(url, "SOURCE", ("WHAT-01",))


async def test_each_way_an_address_can_fail_is_told_and_the_others_are_not() -> None:
    async with served() as server:
        paths = [*ANSWERS, "/moved", "/circle", "/hangs"]
        began = time.monotonic()
        found = await failing([link(server.url + path) for path in paths], 0.5)
        assert time.monotonic() - began < 10
        faults = {one.url.removeprefix(server.url): fault for one, fault in found}
    assert faults == {
        "/gone": "404 Not Found",
        "/broken": "500 Internal Server Error",
        "/people": "403: it may answer people only, look by hand",
        "/circle": "cannot be asked (TooManyRedirects)",
        "/hangs": "no answer within 0.5 s",
    }
    assert server.asked["GET /fine"] == 0, "a HEAD that is answered is enough"
    assert server.asked["GET /no-head"] == server.asked["GET /gone"] == 1


async def test_a_host_is_asked_politely() -> None:
    async with served() as one, served() as other:
        many = [link(f"{server.url}/{n}") for server in (one, other) for n in range(6)]
        assert await failing([*many, *many], 5) == []
        for server in (one, other):
            assert server.busiest == 1
            assert set(server.asked.values()) == {1}, "the same address is asked once"
            assert server.agents == {"User-Agent: clearleaf-link-check"}
    assert AT_ONCE < 10


async def test_an_address_where_nobody_listens_is_told() -> None:
    async with served() as server:
        gone = server.url
    ((_, fault),) = await failing([link(gone)], 2)
    assert fault == "cannot be asked (ConnectError)"


def add_source(library: Workspace, name: str, url: str, more: str = "") -> None:
    sources = library.content / "sources.toml"
    entry = f'\n[{name}]\ntype = "law"\nwho = "A body"\ntitle = "A text"\nurl = "{url}"\n'
    text = f'{sources.read_text("utf-8")}{entry}seen = "file"\nchecked = "2026-11"\n{more}'
    sources.write_text(text, "utf-8")
    facts = library.content / "facts" / "small.toml"
    cited = facts.read_text("utf-8").replace('sources = ["TRIAL"]', f'sources = ["{name}"]', 1)
    facts.write_text(cited, "utf-8")


async def test_the_command_names_the_facts_that_lean_on_what_fails(
    library: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_CONTENT_DIR", str(library.content))
    async with served() as server:
        add_source(library, "WEB", f"{server.url}/gone", "retracted = true\n")
        contacts = library.content / "urgent" / "contacts.toml"
        told = contacts.read_text("utf-8").replace('"LABEL"', '"LABEL", "WEB"')
        contacts.write_text(f"# see {server.url}/broken\n{told}", "utf-8")
        places = {one.place for one in links_of(load_library(library.content))}
        assert places == {"WEB", "urgent/contacts.toml"}
        words = ["sources", "--links", "--timeout", "5"]
        said = await asyncio.to_thread(CliRunner().invoke, cli.app, words)
    assert said.exit_code == 1
    assert (
        f"WEB  {server.url}/gone\n    404 Not Found\n    WHAT-03, numbers of United Kingdom\n"
        in said.output
    )
    assert f"urgent/contacts.toml  {server.url}/broken" in said.output
    assert said.output.endswith("2 addresses, 2 fail\n")
    listed = CliRunner().invoke(cli.app, ["sources"])
    assert listed.output == "WEB  retracted: A body. A text\n    WHAT-03\n3 sources\n"
