"""`python -m bot doctor`: what it finds, and whether the cure it names is one."""

import asyncio
import os
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot import bootstrap
from bot.about import About
from bot.config import Settings
from bot.doctor import Check, machine
from bot.doctor.telegram import check_clock, check_telegram
from bot.sandbox import Sandbox, running_sandbox
from bot.store import schema
from tests.conftest import ROOT, TODAY
from tests.tg.bot_process import CONTACT, KEY, running

HOOK = "http://127.0.0.1:9/hook"


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return settings for the source language alone: its check is over sooner."""
    folder = tmp_path_factory.mktemp("english")
    shutil.copytree(ROOT / "locales" / "en", folder / "locales" / "en")
    return {"BOT_LOCALES_DIR": f"{folder}/locales", "BOT_CACHE_DIR": f"{folder}/cache"}


def told(sandbox: Sandbox, **more: Any) -> Settings:  # noqa: ANN401 - any setting
    return Settings(token=sandbox.token, api_url=sandbox.bot_api_url, **more)  # type: ignore[arg-type]


async def asked(content: bootstrap.Content, settings: Settings) -> dict[str, Check]:
    return {one.name: one for one in await check_telegram(settings, content.languages())}


async def test_of_a_bot_that_runs_all_is_well_and_json_has_the_figures(
    tmp_path: Path, english: dict[str, str]
) -> None:
    async with running_sandbox() as sandbox, running(sandbox, tmp_path, **english) as bot:
        await bot.says("profile_published")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BOT_")},
            **english,
            "BOT_TOKEN": sandbox.token,
            "BOT_API_URL": sandbox.bot_api_url,
            "BOT_CONTACT": CONTACT,
            "BOT_SECRET_KEY": KEY,
            "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{bot.database}",
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "doctor", "--json"),
            cwd=ROOT,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, complaints = await asyncio.wait_for(process.communicate(), 120)
    found = orjson.loads(output)
    assert [one for one in found["checks"] if not one["ok"]] == []
    assert (process.returncode, complaints, found["ok"]) == (0, b"", True)
    named = [one["name"] for one in found["checks"]]
    assert named[:4] == ["version", "key", "contact", "database"]
    assert {"content", "reviews", "contacts", "cache", "token", "webhook", "date"} <= set(named)
    assert found["overdue_pages"] == []
    assert found["contact_table"]["checked"]["GB"] == "2026-11"
    assert len(found["content"]) == 12
    assert sandbox.token.encode() not in output
    assert KEY.encode() not in output


async def test_before_the_first_run_it_names_what_is_missing_line_by_line(
    tmp_path: Path, english: dict[str, str]
) -> None:
    environment = {name: v for name, v in os.environ.items() if not name.startswith("BOT_")}
    environment |= english | {
        "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/none.db",
        "BOT_SECRET_KEY_FILE": str(tmp_path / "none.key"),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "doctor"),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 1
    lines = output.decode().splitlines()
    bad = {line.split()[1]: line for line in lines if line.startswith("PROBLEM")}
    assert list(bad) == ["key", "contact", "database", "token"]
    assert "BOT_SECRET_KEY" in bad["key"]
    assert "python -m bot db upgrade" in bad["database"]
    assert "@BotFather" in bad["token"]


async def test_webhook_and_commands_are_compared_with_what_telegram_has(
    content: bootstrap.Content, tmp_path: Path
) -> None:
    secret = "only-telegram"  # noqa: S105 - a test's
    async with running_sandbox() as sandbox:
        hooked = told(sandbox, webhook_url=HOOK, webhook_secret=secret)
        found = await asked(content, hooked)
        assert found["token"].ok
        assert "no webhook is registered" in found["webhook"].said
        assert "everybody else" in found["commands"].said
        assert (await asked(content, told(sandbox)))["webhook"].ok
        hook = {"BOT_WEBHOOK_URL": HOOK, "BOT_WEBHOOK_SECRET": secret, "BOT_PORT": "0"}
        async with running(sandbox, tmp_path, **hook) as bot:
            await bot.says("profile_published")
            found = await asked(content, hooked)
            assert [one for one in found.values() if not one.ok] == []
            found = await asked(content, told(sandbox))
            assert "delivers to a webhook, and none is set" in found["webhook"].said
            other = told(sandbox, webhook_url=f"{HOOK}2", webhook_secret=secret)
            assert "another address" in (await asked(content, other))["webhook"].said
            without = await asked(content, told(sandbox, webhook_url=HOOK))
            assert "BOT_WEBHOOK_SECRET is not set" in without["webhook"].said
            ana = sandbox.person("Ana")
            await ana.send("/start", wait=False)
            async with asyncio.timeout(10):
                while (found := await asked(content, hooked))["webhook"].ok:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)
            assert "a delivery failed" in found["webhook"].said


async def test_a_wrong_token_and_a_server_away_are_told_without_the_token(
    content: bootstrap.Content, unused_tcp_port: int
) -> None:
    async with running_sandbox() as sandbox:
        wrong = Settings(token="1:wrong", api_url=sandbox.bot_api_url)  # type: ignore[arg-type] # noqa: S106
        found = await asked(content, wrong)
    assert list(found) == ["token"]
    assert "does not accept" in found["token"].said
    away = Settings(token="1:wrong", api_url=f"http://127.0.0.1:{unused_tcp_port}")  # type: ignore[arg-type] # noqa: S106
    found = await asked(content, away)
    assert "does not answer" in found["token"].said
    assert "1:wrong" not in str(found)


def test_a_key_that_everybody_can_read_is_a_problem_with_its_cure(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    file.write_text(KEY, "utf-8")
    settings = Settings(secret_key_file=file)
    file.chmod(0o644)
    found = machine.check_key(settings)
    assert not found.ok
    assert f"chmod 600 {file}" in found.said
    file.chmod(0o600)
    assert machine.check_key(settings).ok
    file.write_text("short", "utf-8")
    assert not machine.check_key(settings).ok
    assert not machine.check_contact(settings).ok


def test_a_database_is_missing_then_migrated_then_of_a_newer_version(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/one.db")
    assert "db upgrade" in machine.check_database(settings).said
    schema.upgrade(settings.database_url)
    found = machine.check_database(settings)
    assert found.ok, found.said
    assert "SQLite answers" in found.said
    (tmp_path / "one.db").unlink()
    (tmp_path / "one.db").mkdir()
    assert not machine.check_database(settings).ok
    away = Settings(database_url="postgresql+asyncpg://bot:hunter2@127.0.0.1:9/clearleaf")
    found = machine.check_database(away)
    assert not found.ok
    assert "hunter2" not in found.said


def test_room_and_clock(
    tmp_path: Path,
    content: bootstrap.Content,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = Settings(
        database_url=f"sqlite+aiosqlite:///{tmp_path}/one.db", cache_dir=tmp_path / "cache"
    )
    assert machine.check_disk(here).ok
    monkeypatch.setattr(machine, "LITTLE_ROOM", 1 << 62)
    assert "make room" in machine.check_disk(here).said
    about: About = bootstrap.about(content, settings)
    assert machine.check_date(about, TODAY).ok
    assert "NTP" in machine.check_date(about, TODAY.replace(year=1970)).said


@pytest.mark.parametrize(("seconds", "ok"), [(0, True), (59, True), (-61, False), (7200, False)])
def test_a_clock_that_is_off_is_told(seconds: int, ok: bool) -> None:
    theirs = datetime(2026, 11, 21, tzinfo=UTC)
    [found] = check_clock(theirs, theirs + timedelta(seconds=seconds))
    assert found.ok is ok
    assert ok or f"{seconds:+d} s off" in found.said
    assert check_clock(None, theirs) == []


def test_old_numbers_and_overdue_pages_are_problems(
    content: bootstrap.Content, settings: Settings, english: dict[str, str]
) -> None:
    about = bootstrap.about(content, settings)
    settings = settings.model_copy(update={"locales_dir": Path(english["BOT_LOCALES_DIR"])})
    found = {
        one.name: one for one in machine.check_content(settings, about, TODAY.replace(year=2036))
    }
    assert "nerve-pain" in found["reviews"].said
    assert "countries are due" in found["contacts"].said
    assert "`checked`" in found["contacts"].said
