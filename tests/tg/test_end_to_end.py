"""The real python-telegram-bot, the sandbox's Bot API and HTTP between them."""

import signal
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sandbox import Person, Sandbox, running_sandbox
from tests.tg.bot_process import CONTACT, BotProcess, running


def database_files(folder: Path) -> list[Path]:
    """Return the database with its write-ahead log."""
    return list(folder.glob("clearleaf.db*"))


async def complaints(sandbox: Sandbox) -> Any:  # noqa: ANN401 - JSON
    """Return every call the Bot API refused, or that its description does not know."""
    async with httpx.AsyncClient(base_url=sandbox.url) as client:
        found = (await client.get("/sandbox/complaints")).json()
        return found["complaints"] + found["unanswered"]


def rows(database: Path, table: str) -> int:
    with sqlite3.connect(database) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    connection.close()
    return found


async def test_a_person_reads_is_remembered_and_forgotten_over_a_killed_bot(
    tmp_path: Path,
) -> None:
    async with running_sandbox() as sandbox, running(sandbox, tmp_path) as bot:
        ana = sandbox.person("Ana")
        await ana.send("/start")
        assert "Which best describes you?" in ana.screen
        await ana.tap("I take it or may take it")
        await ana.tap("Your pain")
        await ana.tap("Nerve pain")
        messages = len(ana.bot_messages)
        first = ana.screen
        await ana.tap("Next part")
        assert "Part 2 of" in ana.screen
        assert len(ana.bot_messages) == messages, "reading happens in one message"

        await bot.stop(signal.SIGKILL)
        await ana.tap("Part before", wait=False)
        await bot.start()
        await ana.wait_for("Part 1 of")
        assert ana.screen == first

        await ana.tap("Sources")
        assert "[1] " in ana.screen
        assert rows(bot.database, "reader") == 1
        await ana.send("/mydata")
        await ana.tap("Send me a copy")
        await ana.send("/forget")
        await ana.tap("Yes, forget me now")
        assert "there is none left" in ana.screen
        assert rows(bot.database, "reader") == 0
        assert await bot.stop() == 0
        assert await complaints(sandbox) == []


async def test_nothing_typed_no_id_and_no_token_is_in_the_log_or_the_database(
    tmp_path: Path,
) -> None:
    words = "my mother will not wake up, xylophone zanzibar quagmire"
    async with (
        running_sandbox() as sandbox,
        running(sandbox, tmp_path, BOT_LOG_LEVEL="DEBUG") as bot,
    ):
        kim = sandbox.person("Bartholomew")
        await kim.send("/start")
        await kim.tap("I care for someone")
        await kim.send(words)
        assert any("Call your local emergency number" in m["text"] for m in kim.bot_messages)
        await kim.send("/start@clearleaf_bot " + words)
        await kim.send_photo(caption="xylophone in the caption")
        await kim.send("can I take two xylophone tablets")
        await bot.stop()
        kept = bot.log.encode()
        kept += b"".join(map(Path.read_bytes, database_files(tmp_path)))
        person_id = str(kim.chat_id)
        for secret in ("xylophone", "zanzibar", "Bartholomew", person_id, sandbox.token):
            assert secret.encode() not in kept, secret
        assert sandbox.token.split(":")[1].encode() not in kept


async def test_with_the_database_down_readers_read_and_triage_answers(tmp_path: Path) -> None:
    async with running_sandbox() as sandbox, running(sandbox, tmp_path) as bot:
        ana = sandbox.person("Ana")
        await ana.send("/start")
        await ana.tap("Skip, just reading")
        for file in database_files(tmp_path):
            file.unlink()
        (tmp_path / "clearleaf.db").mkdir()
        await ana.tap("Your pain")
        await ana.tap("Nerve pain")
        assert "Part 1 of" in ana.screen
        await ana.send("she is not breathing")
        assert "Call" in ana.screen
        await ana.send("/settings")
        await ana.tap("Remember my choices")
        assert "could not be saved" in ana.screen
        assert "could not be saved" in (await forget(ana))
        (tmp_path / "clearleaf.db").rmdir()
        assert await bot.stop() == 0


async def forget(person: Person) -> str:
    await person.send("/forget")
    await person.tap("Yes, forget me now")
    return str(person.screen)


async def test_in_a_group_it_says_one_line_and_nothing_about_health(tmp_path: Path) -> None:
    async with (
        running_sandbox() as sandbox,
        running(sandbox, tmp_path),
        Person(sandbox.url, first_name="Ana", group="Family") as ana,
    ):
        await ana.send("/start@clearleaf_bot")
        assert "private" in ana.screen
        assert "diazepam" not in ana.screen.lower()
        assert ana.buttons == []


async def test_the_profile_is_set_once_and_only_where_it_differs(tmp_path: Path) -> None:
    async with running_sandbox() as sandbox, running(sandbox, tmp_path) as bot:

        async def written() -> list[str]:
            async with httpx.AsyncClient(base_url=sandbox.url) as client:
                calls = (await client.get("/sandbox/log")).json()["calls"]
            return [call["method"] for call in calls if call["method"].startswith("setMy")]

        await bot.says("profile_published")
        first = await written()
        assert {"setMyCommands", "setMyDescription", "setMyShortDescription"} <= set(first)
        await bot.stop()
        await bot.start()
        await bot.says_again("profile_published")
        assert await written() == first


async def test_privacy_names_the_operators_contact(tmp_path: Path) -> None:
    async with running_sandbox() as sandbox, running(sandbox, tmp_path):
        ana = sandbox.person("Ana")
        await ana.send("/privacy")
        assert CONTACT in ana.screen


@pytest.mark.parametrize("missing", ["BOT_TOKEN", "BOT_CONTACT", "BOT_SECRET_KEY"])
async def test_a_missing_setting_is_named_with_its_cure(missing: str, tmp_path: Path) -> None:
    async with running_sandbox() as sandbox:
        bot = BotProcess(sandbox, tmp_path, **{missing: ""})
        bot._environment["BOT_SECRET_KEY_FILE"] = str(tmp_path / "nothing")
        with pytest.raises(AssertionError):
            await bot.start()
        assert await bot.stop() == 2
        assert missing in bot.log
        assert "Traceback" not in bot.log


async def test_by_webhook_a_person_reads_and_strangers_are_turned_away(
    unused_tcp_port: int, tmp_path: Path
) -> None:
    hook = f"http://127.0.0.1:{unused_tcp_port}/hook"
    settings = {
        "BOT_WEBHOOK_URL": hook,
        "BOT_WEBHOOK_SECRET": "only-telegram-knows",
        "BOT_PORT": str(unused_tcp_port),
    }
    async with running_sandbox() as sandbox, running(sandbox, tmp_path, **settings) as bot:
        ana = sandbox.person("Ana")
        await ana.send("/start")
        await ana.tap("Skip, just reading")
        await ana.tap("Your pain")
        await ana.tap("Nerve pain")
        assert "Part 1 of" in ana.screen
        async with httpx.AsyncClient() as stranger:
            assert (await stranger.post(hook, json={"update_id": 1})).status_code == 403
            forged = {"X-Telegram-Bot-Api-Secret-Token": "guess"}
            assert (await stranger.post(hook, json={}, headers=forged)).status_code == 403
            base = f"http://127.0.0.1:{unused_tcp_port}"
            assert (await stranger.get(f"{base}/healthz")).status_code == 200
            assert (await stranger.get(f"{base}/readyz")).status_code == 200
        assert await bot.stop() == 0
        assert await complaints(sandbox) == []
