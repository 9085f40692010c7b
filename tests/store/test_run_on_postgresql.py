"""The bot as a process on PostgreSQL: started with it, without it, and on one not set up."""

from pathlib import Path

import pytest

from bot.bench.postgres import Postgres
from bot.sandbox import running_sandbox
from tests.store.conftest import PostgresDatabase
from tests.tg.bot_process import BotProcess, running


def readers(home: PostgresDatabase) -> int:
    [(number,)] = home.tell("SELECT count(*) FROM reader")
    return int(number)


async def test_started_while_the_database_is_away_people_read_and_choose_once_it_is_back(
    postgres_home: PostgresDatabase, tmp_path: Path
) -> None:
    address = {"BOT_DATABASE_URL": postgres_home.url}
    postgres_home.stop()
    async with running_sandbox() as sandbox, running(sandbox, tmp_path, **address) as bot:
        assert "starting without it" in bot.log
        ana = sandbox.person("Ana")
        await ana.send("/start")
        assert "Which best describes you?" in ana.screen
        await ana.tap("I take it or may take it")
        await ana.wait_for("could not be saved")
        await ana.send("my mother will not wake up")
        assert "112" in ana.screen or "999" in ana.screen
        postgres_home.start()
        await ana.send("/start")
        await ana.tap("I take it or may take it")
        assert readers(postgres_home) == 1
        await ana.send("/forget")
        await ana.tap("Yes, forget me now")
        assert "there is none left" in ana.screen
        assert readers(postgres_home) == 0
        assert await bot.stop() == 0
        assert "Traceback" not in bot.log


async def test_a_database_that_was_not_set_up_stops_the_start_with_the_cure(
    server: Postgres, tmp_path: Path
) -> None:
    home = PostgresDatabase(server, server.create())
    async with running_sandbox() as sandbox:
        bot = BotProcess(sandbox, tmp_path, BOT_DATABASE_URL=home.url)
        with pytest.raises(AssertionError, match="no tables yet"):
            await bot.start()
        assert await bot.stop() == 2
    assert "run `python -m bot db upgrade`" in bot.log
    home.end()
