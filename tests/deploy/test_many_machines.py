"""Two copies of the bot on one PostgreSQL behind nginx: a reader cannot tell which answers."""

import asyncio
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bot.bench.postgres import Postgres, postgres
from bot.errors import ConfigError
from bot.sandbox import Person, Sandbox, running_sandbox
from bot.store import schema
from tests.deploy.behind_proxy import Copies, behind_nginx

PAGES = ("1pps-_en__nerve-pain", "1pps-_en__what-it-is", "1pps-_en__side-effects", "1m---_en")

pytestmark = pytest.mark.skipif(
    shutil.which("nginx") is None,
    reason="NOT TESTED BEHIND A PROXY: nginx is not installed (Debian: nginx-light)",
)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    running = postgres()
    try:
        started = running.__enter__()
    except ConfigError as fault:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {fault}")
    try:
        yield started
    finally:
        running.__exit__(None, None, None)


@pytest.fixture
def database(server: Postgres) -> Iterator[str]:
    name = server.create()
    schema.upgrade(server.address(name))
    yield name
    server.drop(name)


@pytest.fixture
def ports(unused_tcp_port_factory: Callable[[], int]) -> list[int]:
    return [unused_tcp_port_factory() for _ in range(3)]


async def answered(sandbox: Sandbox) -> None:
    """Wait until nothing waits at Telegram."""
    async with asyncio.timeout(30):
        while list(sandbox.state.updates.pending()):  # noqa: ASYNC110 - of a test's world
            await asyncio.sleep(0.05)


async def test_choices_hold_whichever_copy_answers(
    server: Postgres, database: str, ports: list[int], tmp_path: Path
) -> None:
    async with (
        running_sandbox() as sandbox,
        behind_nginx(sandbox, tmp_path, server.address(database), ports) as copies,
    ):
        ana = sandbox.person("Ana")
        await ana.send("/start")
        await ana.tap("I take it or may take it")
        for _ in range(3):
            await ana.send("/settings")
            await ana.tap("Remember my choices")
            assert "could not be saved" not in ana.screen
            await ana.send("/mydata")
            assert "I take it or may take it" in ana.screen
            await ana.send("/menu")
            await ana.tap("Your pain")
            await ana.tap("Nerve pain")
            assert "Part 1 of" in ana.screen
        assert min([await copies.handled(0), await copies.handled(1)]) >= 5
        assert server.tell("SELECT count(*) FROM reader", database=database) == [(1,)]
        await ana.send("/forget")
        await ana.tap("Yes, forget me now")
        assert "there is none left" in ana.screen
        assert server.tell("SELECT count(*) FROM reader", database=database) == [(0,)]
        async with httpx.AsyncClient() as stranger:
            outside = copies.hook.removesuffix("/telegram")
            assert (await stranger.post(copies.hook, json={"update_id": 1})).status_code == 403
            for inside in ("/metrics", "/readyz", "/healthz", "/", "/telegram/"):
                assert (await stranger.get(outside + inside)).status_code == 404


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
async def test_a_copy_that_goes_takes_nothing_with_it(
    how: signal.Signals, server: Postgres, database: str, ports: list[int], tmp_path: Path
) -> None:
    async with (
        running_sandbox(Sandbox(second=0.05)) as sandbox,
        behind_nginx(sandbox, tmp_path, server.address(database), ports) as copies,
    ):
        people = [sandbox.person(f"Reader {number}") for number in range(8)]
        for person in people:
            await person.send("/menu")
        before = [len(person.bot_messages) for person in people]
        reading = asyncio.gather(*(read(person) for person in people))
        await asyncio.sleep(0.3)
        await copies.bots[0].stop(how)
        await reading
        await answered(sandbox)
        for person in people:
            await person.look()
            assert "What would you like to know?" in person.screen, "the last tap is what is seen"
        assert [len(person.bot_messages) for person in people] == before, "edits, no second copies"
        taps = sandbox.state.taps
        assert {tap.id for tap in taps.values() if tap.answer is not None} == set(taps)

        await copies.bots[0].start()
        await joined(copies, people[0])
        for person in people:
            await person.send("/help")
        await answered(sandbox)


async def read(person: Person) -> None:
    for data in PAGES * 5:
        await person.tap_data(data, wait=False)
        await asyncio.sleep(0.04)


async def joined(copies: Copies, person: Person) -> None:
    """Read on until the proxy has found the copy that came back."""
    async with asyncio.timeout(20):
        while await copies.handled(0) < 3:
            await person.send("/menu")
            await asyncio.sleep(0.1)
