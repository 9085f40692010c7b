"""The sandbox as a web server: the Bot API, the control interface and the chat page."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.sandbox.api import Api, NoAnswerError
from bot.sandbox.bodies import parameters
from bot.sandbox.clock import Clock
from bot.sandbox.control import Control
from bot.sandbox.person import Person
from bot.sandbox.state import BOT_ID, State
from bot.sandbox.wire import ApiError
from bot.sandbox.words import PageWords, page_words

TOKEN = f"{BOT_ID}:sandbox-token-of-nobody-0000000000"
PAGE = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
BUILT_IN = "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
SHUTDOWN_SECONDS = 2


class _BrokenAnswer(Response):
    """An answer that breaks off: the client sees the connection close under it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-length", b"1000")],
            }
        )


class Sandbox:
    """One bot's Telegram, in memory.

    `token` is the token the bot must use. `second` is how long a second of waiting (retry
    back-off, repeated polls) really takes, for tests in a hurry; expiry goes by `clock`.
    `words` tells the chat page's own words in a language.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        clock: Clock | None = None,
        username: str = "clearleaf_bot",
        name: str = "Clearleaf",
        second: float = 1.0,
        words: PageWords | None = None,
    ) -> None:
        self.token = token
        self.clock = clock or Clock()
        self.state = State(token, self.clock, username, name)
        self.api = Api(self.state, second)
        self.url = ""
        self._words = words or page_words()
        self._people: list[Person] = []
        self.app = Starlette(
            routes=[
                Route("/bot{path:path}", self._bot_api, methods=["GET", "POST"]),
                *Control(self.state).routes(),
                Route("/", self._page),
                Route("/page/words.json", self._page_words),
                Route("/page/{name}", self._page),
            ]
        )

    @property
    def bot_api_url(self) -> str:
        """The address a bot takes for Telegram's: the value of BOT_API_URL."""
        return self.url

    def person(self, first_name: str = "Ana", language_code: str | None = "en") -> Person:
        """Return a new person who talks to the bot of a running sandbox."""
        person = Person(self.url, first_name=first_name, language_code=language_code)
        self._people.append(person)
        return person

    async def stop(self) -> None:
        """Let every waiting request go and stop pushing updates."""
        for person in self._people:
            await person.close()
        await self.api.stop()

    async def _bot_api(self, request: Request) -> Response:
        token, _, method = request.path_params["path"].partition("/")
        if token != self.token:
            return JSONResponse(ApiError(401, "Unauthorized").answer(), 401)
        try:
            answer = await self.api.call(method, await parameters(request))
        except ApiError as error:
            answer = error.answer()
        except NoAnswerError:
            return _BrokenAnswer()
        return JSONResponse(answer, answer.get("error_code", 200))

    def _page_words(self, request: Request) -> Response:
        words = self._words(request.query_params.get("language") or None)
        return JSONResponse(words, headers={"Cache-Control": "no-cache"})

    def _page(self, request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        kind = KINDS.get(Path(name).suffix)
        file = PAGE / Path(name).name
        if kind is None or not file.is_file():
            return Response("Not found", 404)
        headers = {"Content-Security-Policy": BUILT_IN, "Cache-Control": "no-cache"}
        return Response(file.read_bytes(), media_type=kind, headers=headers)


class _Server(uvicorn.Server):
    """A uvicorn that lets long polls and event streams go before it waits for them."""

    def __init__(self, config: uvicorn.Config, sandbox: Sandbox, *, signals: bool) -> None:
        super().__init__(config)
        self._sandbox = sandbox
        self._signals = signals
        self.ready = asyncio.Event()
        self.told = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if not self._signals:
            yield
            return
        with super().capture_signals():
            yield

    def port(self) -> int:
        """Return the port in use; the one that was free when 0 was asked for."""
        number: int = self.servers[0].sockets[0].getsockname()[1]
        return number

    async def main_loop(self) -> None:
        if self._signals:
            await super().main_loop()
        else:
            await self.told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._sandbox.stop()
        await super().shutdown(sockets)


def _server(sandbox: Sandbox, host: str, port: int, *, signals: bool) -> _Server:
    config = uvicorn.Config(
        sandbox.app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    return _Server(config, sandbox, signals=signals)


def serve(host: str = "127.0.0.1", port: int = 8081, token: str = TOKEN) -> None:
    """Run a sandbox until the process is told to stop."""
    sandbox = Sandbox(token)
    sandbox.url = f"http://{host}:{port}"
    _server(sandbox, host, port, signals=True).run()


@contextlib.asynccontextmanager
async def running_sandbox(sandbox: Sandbox | None = None) -> AsyncIterator[Sandbox]:
    """Serve a sandbox on a free port of this machine for as long as the block lasts."""
    sandbox = sandbox or Sandbox()
    server = _server(sandbox, "127.0.0.1", 0, signals=False)
    serving = asyncio.create_task(server.serve())
    try:
        await server.ready.wait()
        sandbox.url = f"http://127.0.0.1:{server.port()}"
        yield sandbox
    finally:
        server.told.set()
        await serving
