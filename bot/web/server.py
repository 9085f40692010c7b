"""Webhook and health checks, on one port.

A delivery is answered 200 when its turn is done, so that a crash makes Telegram deliver again.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
MAX_BODY = 1024 * 1024
_SHUTDOWN_SECONDS = 20

log = structlog.get_logger()
Handle = Callable[[dict[str, Any]], Awaitable[None]]
Healthy = Callable[[], Awaitable[bool]]


def build(
    handle: Handle, healthy: Healthy, *, url: str | None = None, secret: str | None = None
) -> Starlette:
    """Return the web application.

    `url` is the public webhook address; its path is served. `handle` is given each delivered
    update; what it raises makes Telegram deliver again (503).
    """

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        if await healthy():
            return PlainTextResponse("ok")
        return PlainTextResponse("reading works, the database does not answer", 503)

    routes = [Route("/healthz", alive), Route("/readyz", ready)]
    if url and secret:
        path = urlsplit(url).path or "/"
        routes.append(Route(path, _webhook(handle, secret), methods=["POST"]))
    return Starlette(routes=routes)


def _webhook(handle: Handle, secret: str) -> Callable[[Request], Awaitable[Response]]:
    async def webhook(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not compare_digest(given.encode(), secret.encode()):
            return PlainTextResponse("not Telegram", 403)
        if int(request.headers.get("content-length") or 0) > MAX_BODY:
            return PlainTextResponse("too large", 413)
        try:
            update = json.loads(await request.body())
        except ValueError:
            return PlainTextResponse("no JSON", 400)
        if not isinstance(update, dict):
            return PlainTextResponse("no update", 400)
        try:
            await handle(update)
        except Exception as error:  # noqa: BLE001 - whatever it is, the update must come again
            log.error("delivery_failed", error=type(error).__name__)  # noqa: TRY400 - no traceback
            return PlainTextResponse("later", 503, {"Retry-After": "1"})
        return PlainTextResponse("ok")

    return webhook


class _Server(uvicorn.Server):
    """A uvicorn that leaves the signals to the process it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(web: Starlette, host: str, port: int, stopping: asyncio.Event) -> None:
    """Serve until `stopping` is set; deliveries in hand are finished first."""
    config = uvicorn.Config(
        web,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stopping.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    waiting.cancel()
    await task
