"""What operators see of a running bot: health, counts, and nothing about whom."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import bootstrap
from bot.config import Settings
from bot.core.conversation import Conversation
from bot.core.model import Count, Reader, Say, Tap, Turn
from bot.metrics import Metrics
from bot.sandbox import running_sandbox
from bot.web.server import build
from tests.tg.bot_process import running

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
Read = Callable[..., float | None]


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(text: str, name: str, **labels: str) -> float | None:
    return samples(text).get((f"clearleaf_{name}", frozenset(labels.items())))


@pytest.fixture
def about(content: bootstrap.Content, settings: Settings) -> Any:  # noqa: ANN401 - an About
    return bootstrap.about(content, settings)


@pytest.fixture
def metrics(about: Any) -> Metrics:  # noqa: ANN401
    return Metrics(about, "10.0", lambda: NOW)


def page(metrics: Metrics) -> str:
    return metrics.text(database=True).decode()


async def test_a_polling_bot_shows_health_and_counts_but_nobody(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    port = {"BOT_PORT": str(unused_tcp_port)}
    async with (
        running_sandbox() as sandbox,
        running(sandbox, tmp_path, **port) as bot,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{unused_tcp_port}") as operator,
    ):
        assert (await operator.get("/healthz")).text == "ok"
        before = (await operator.get("/readyz")).json()
        assert before["last_update_age_seconds"] is None
        ana = sandbox.person("Bartholomew")
        await ana.send("/start")
        await ana.tap("Skip, just reading")
        await ana.tap("Your pain")
        for _ in range(3):
            await ana.tap("Nerve pain")
            await ana.tap("Menu")
            await ana.tap("Your pain")
        for _ in range(5):
            await ana.send("xylophone, she is not breathing")
        ready = await operator.get("/readyz")
        assert (ready.status_code, ready.json()["database"]) == (200, True)
        assert ready.json()["last_update_age_seconds"] < 30
        scraped = await operator.get("/metrics")
        assert scraped.headers["content-type"].startswith("text/plain; version=0.0.4")
        text = scraped.text
        assert value(text, "updates_total", kind="tap", outcome="handled") == 11
        assert value(text, "updates_total", kind="message", outcome="handled") == 6
        assert value(text, "update_seconds_count", kind="tap") == 11
        assert value(text, "page_cache_total", result="hit") == 7
        assert value(text, "bot_api_calls_total", method="editMessageText", outcome="ok") == 11
        assert value(text, "triage_total", kind="breathing", certainty="clear") == 5
        assert value(text, "database_up") == 1
        assert value(text, "updates_in_hand") == 0
        for secret in ("xylophone", "Bartholomew", str(ana.chat_id), sandbox.token):
            assert secret not in text
        assert await bot.stop() == 0


async def test_a_port_in_use_stops_a_webhook_bot_and_not_a_polling_one(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    port = {"BOT_PORT": str(unused_tcp_port)}
    hook = {"BOT_WEBHOOK_URL": "http://127.0.0.1:9/hook", "BOT_WEBHOOK_SECRET": "only-telegram"}
    (tmp_path / "second").mkdir()
    async with running_sandbox() as sandbox, running(sandbox, tmp_path, **port):
        async with running(sandbox, tmp_path / "second", **port) as second:
            await second.says("health_and_metrics_not_served")
            assert second.running
        with pytest.raises(AssertionError, match="choose a port that is free"):
            async with running(sandbox, tmp_path / "second", **port, **hook):
                pass


def test_a_danger_is_shown_only_when_it_is_not_one_persons(
    metrics: Metrics, conversation: Conversation
) -> None:
    said = {"kind": "overdose", "certainty": "clear"}
    turn = conversation.respond(Reader(), Say("she took the whole box of pills"))
    assert turn.urgent
    for number in range(1, 12):
        metrics.answered(turn)
        shown = value(page(metrics), "triage_total", **said)
        assert shown == number - number % 5


def test_what_a_stranger_makes_up_becomes_no_label(
    metrics: Metrics, conversation: Conversation
) -> None:
    before = set(samples(page(metrics)))
    metrics.handled("dance", "somehow", 1.0)
    metrics.called("getSecrets", "GrimError", 1.0)
    metrics.called("sendMessage", "502", 1.0)
    for data in ("1pps-_xx__made-up", "quagmire", "1m---_qq"):
        metrics.answered(conversation.respond(Reader(), Tap(data)), data)
    metrics.answered(Turn(effects=(Count("zanzibar", "zanzibar"), Count("page", "zanzibar"))))
    text = page(metrics)
    assert set(samples(text)) - before == {("clearleaf_last_update_age_seconds", frozenset())}
    assert value(text, "updates_total", kind="other", outcome="other") == 1
    assert value(text, "bot_api_calls_total", method="other", outcome="other") == 1
    assert value(text, "bot_api_calls_total", method="sendMessage", outcome="server") == 1


def test_pages_are_counted_by_topic_and_answers_by_language(
    metrics: Metrics, conversation: Conversation
) -> None:
    data = "1pps-_en__nerve-pain"
    turn = conversation.respond(Reader(), Tap(data))
    for _ in range(7):
        metrics.answered(turn, data)
    text = page(metrics)
    assert value(text, "pages_read_total", topic="nerve-pain") == 5
    assert value(text, "answers_total", answer="page", locale="en") == 5


def test_what_comes_of_age_is_seen(about: Any) -> None:  # noqa: ANN401
    today = page(Metrics(about, "10.0", lambda: NOW))
    later = page(Metrics(about, "10.0", lambda: NOW.replace(year=2036)))
    every = len(about.library.topics) + 3
    assert value(today, "pages", state="overdue") == 0
    assert value(today, "contacts_overdue_regions") == 0
    assert value(later, "pages", state="overdue") == every
    assert value(later, "contacts_overdue_regions") == len(about.contacts.regions)
    ages = [value(text, "contacts_oldest_check_age_seconds") for text in (today, later)]
    assert ages[0] is not None
    assert ages[1] is not None
    assert ages[1] - ages[0] == (NOW.replace(year=2036) - NOW).total_seconds()
    info = [one for one in samples(today) if one[0] == "clearleaf_served_info"]
    assert dict(info[0][1])["content"] == about.content


def test_other_content_is_told_and_what_was_counted_stays(
    metrics: Metrics,
    about: Any,  # noqa: ANN401
    conversation: Conversation,
) -> None:
    turn = conversation.respond(Reader(), Tap("1pps-_en__nerve-pain"))
    for _ in range(5):
        metrics.answered(turn, "1pps-_en__nerve-pain")
    metrics.serves(replace(about, content="another", locales=(*about.locales, "tlh")))
    text = page(metrics)
    assert metrics.brief()["content"] == "another"
    assert value(text, "pages_read_total", topic="nerve-pain") == 5
    assert value(text, "answers_total", answer="page", locale="tlh") == 0


@pytest.mark.parametrize(
    ("database", "path", "status"),
    [
        (True, "/readyz", 200),
        (False, "/readyz", 503),
        (False, "/readyz?exclude=database", 200),
        (False, "/healthz", 200),
    ],
)
async def test_a_lost_database_is_told_and_need_not_stop_the_traffic(
    metrics: Metrics, database: bool, path: str, status: int
) -> None:
    async def healthy() -> bool:
        return database

    app = build(None, healthy, report=metrics)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as operator:
        reply = await operator.get(path)
        assert reply.status_code == status
        if "readyz" in path:
            assert reply.json()["database"] is database
            assert set(reply.json()) >= {"ready", "content", "version", "last_update_age_seconds"}
        text = (await operator.get("/metrics")).text
        assert value(text, "database_up") == float(database)
        assert (await operator.post("/hook", json={"update_id": 1})).status_code == 404


def test_the_program_says_the_version_of_its_package() -> None:
    from bot import __version__  # noqa: PLC0415

    project = (Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8")
    assert f'\nversion = "{__version__}"\n' in project
