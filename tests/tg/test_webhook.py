"""The webhook as a stranger, Telegram and a load balancer see it."""

from typing import Any

import httpx
import pytest

from bot.web.server import MAX_BODY, Handle, Later, build

HEADERS = {"X-Telegram-Bot-Api-Secret-Token": "s3cret"}
ANSWER = b'{"method":"answerCallbackQuery","callback_query_id":"1"}'


def client(handle: Handle, *, healthy: bool = True) -> httpx.AsyncClient:
    async def health() -> bool:
        return healthy

    app = build(handle, health, url="https://bot.example.org/hook", secret="s3cret")  # noqa: S106
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://bot", headers=HEADERS)


@pytest.fixture
def seen() -> list[dict[str, Any]]:
    return []


@pytest.fixture
async def web(seen: list[dict[str, Any]]) -> httpx.AsyncClient:
    async def handle(update: dict[str, Any]) -> bytes | Later | None:
        seen.append(update)
        match update["update_id"]:
            case 1:
                return ANSWER
            case 2:
                return Later(3.2)
            case 3:
                raise ZeroDivisionError
        return None

    return client(handle)


async def test_what_was_handled_is_acknowledged_with_the_call_it_left(
    web: httpx.AsyncClient,
) -> None:
    reply = await web.post("/hook", json={"update_id": 1})
    assert (reply.status_code, reply.content) == (200, ANSWER)
    assert reply.headers["content-type"] == "application/json"
    assert (await web.post("/hook", json={"update_id": 9})).content == b""


@pytest.mark.parametrize(("update_id", "wait"), [(2, "4"), (3, "1")])
async def test_what_was_not_handled_comes_again(
    web: httpx.AsyncClient, update_id: int, wait: str
) -> None:
    reply = await web.post("/hook", json={"update_id": update_id})
    assert (reply.status_code, reply.headers["retry-after"]) == (503, wait)


@pytest.mark.parametrize("secret", ["", "s3cre", "s3cret ", "S3CRET"])
async def test_without_the_secret_nothing_is_read(
    web: httpx.AsyncClient, seen: list[dict[str, Any]], secret: str
) -> None:
    wrong = {"X-Telegram-Bot-Api-Secret-Token": secret}
    reply = await web.post("/hook", json={"update_id": 1}, headers=wrong)
    assert reply.status_code == 403
    assert seen == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"update_id":"1"}', 400),
        (b'{"update_id":true}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"update_id":1,"x":"' + b"x" * MAX_BODY + b'"}', 413),
    ],
)
async def test_what_is_no_update_is_refused(
    web: httpx.AsyncClient, seen: list[dict[str, Any]], body: bytes, status: int
) -> None:
    assert (await web.post("/hook", content=body)).status_code == status
    assert seen == []


async def test_health_says_what_works_and_other_paths_are_nothing(web: httpx.AsyncClient) -> None:
    assert (await web.get("/healthz")).status_code == 200
    assert (await web.get("/readyz")).status_code == 200
    assert (await web.post("/hook/", json={"update_id": 1})).status_code == 404

    async def nothing(_: dict[str, Any]) -> None:
        return None

    assert (await client(nothing, healthy=False).get("/readyz")).status_code == 503
