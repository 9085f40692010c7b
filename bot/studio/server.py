"""The studio as a web server: its pages, its forms, and news as they come.

Nothing is loaded from outside; `door` says who is let in.
"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import uvicorn
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.errors import BotError, ContentError
from bot.studio import restoring, reviewing
from bot.studio.door import COOKIE, Door
from bot.studio.picking import AUDIENCES, address_in, page_url
from bot.studio.readership import Source, nobody
from bot.studio.sharing import deep_link, qr_code
from bot.studio.views import Shown, Views, day_in
from bot.studio.workbench import Workbench

HERE = Path(__file__).parent
KINDS = {".css": "text/css", ".js": "text/javascript"}
BUILT_IN = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_BOT_COOKIE = "studio_bot"
_SHUTDOWN_SECONDS = 1
_STILL_HERE_SECONDS = 15.0


class Studio:
    """The web application around one workbench."""

    def __init__(
        self,
        bench: Workbench,
        door: Door,
        cache: Path | None = None,
        readers: Source = nobody,
    ) -> None:
        self.bench = bench
        self.door = door
        self.url = ""
        self._views = Views(bench, cache, readers)
        self._closing = False
        self._wake: set[asyncio.Event] = set()
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            page_url=page_url,
            urlencode=urlencode,
            place=self._views.problem_place,
            audiences=AUDIENCES,
        )
        self.app = Starlette(
            routes=[
                Route("/", self._get("overview", self._views.overview)),
                Route("/page", self._get("page", self._views.page)),
                Route("/compare", self._get("compare", self._views.compare)),
                Route("/review", self._get("review", self._views.review)),
                Route("/share", self._share),
                Route("/ask", self._get("ask", self._views.ask)),
                Route("/rule", self._get("rule", self._views.rule)),
                Route("/fact", self._get("fact", self._views.fact)),
                Route("/review/approve", self._post(self._approve), methods=["POST"]),
                Route("/review/checked", self._post(self._checked), methods=["POST"]),
                Route("/review/retire", self._post(self._retire), methods=["POST"]),
                Route("/review/back", self._post(self._back), methods=["POST"]),
                Route("/qr.{kind}", self._qr),
                Route("/events", self._events),
                Route("/static/{name}", self._static),
            ]
        )

    def close(self) -> None:
        """Let every open stream of news end."""
        self._closing = True
        for wake in self._wake:
            wake.set()

    def _get(
        self, name: str, view: Callable[[dict[str, str]], Shown]
    ) -> Callable[[Request], Response]:
        def shown(request: Request) -> Response:
            return self._guarded(request, name, view)

        return shown

    def _guarded(
        self, request: Request, name: str, view: Callable[[dict[str, str]], Shown]
    ) -> Response:
        if why := self.door.refuses(request):
            return Response(why, 403, media_type="text/plain")
        query = dict(request.query_params)
        if query.pop("token", ""):
            target = f"{request.url.path}?{urlencode(query)}" if query else request.url.path
            answer = RedirectResponse(target, 303)
            answer.set_cookie(COOKIE, self.door.token, httponly=True, samesite="strict")
            return answer
        status = 200
        told: Shown
        try:
            told = {"name": name} | view(query)
        except ContentError as error:
            status, name = 500, "fault"
            told = {"name": name, "problems": error.problems, "why": "This cannot be shown."}
        except BotError as error:
            status, name = 404, "fault"
            told = {"name": name, "problems": (), "why": str(error)}
        news = {"news": self.bench.news, "version": self.bench.version}
        done = {"done": query.get("done", ""), "refused": query.get("refused", "")}
        html = self._templates.get_template(f"{name}.html").render(told | news | done)
        return HTMLResponse(html, status, headers=_HEADERS)

    def _post(self, act: Callable[[dict[str, str]], str]) -> Callable[[Request], object]:
        async def posted(request: Request) -> Response:
            if why := self.door.refuses(request):
                return Response(why, 403, media_type="text/plain")
            form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
            page = form.get("page", "")
            try:
                told = {"page": page, "done": await run_in_threadpool(act, form)}
            except BotError as error:
                kept = {k: v for k, v in form.items() if k != "page"}
                told = {"page": page, "refused": str(error)} | kept
            await run_in_threadpool(self.bench.update)
            return RedirectResponse(f"/review?{urlencode(told)}", 303)

        return posted

    def _approve(self, form: dict[str, str]) -> str:
        record = reviewing.Record(
            page=form.get("page", ""),
            role=form.get("role", ""),
            reviewer=form.get("reviewer", ""),
            statement=form.get("statement", ""),
            reviewed=day_in(form.get("reviewed", ""), "Reviewed"),
            due=day_in(form.get("due", ""), "Next check"),
        )
        bench = self.bench
        reviewing.approve(bench.content, bench.snapshot.library, bench.revisions, record)
        return "The approval stands in content/reviews.toml. Commit it in a pull request."

    def _checked(self, form: dict[str, str]) -> str:
        bench = self.bench
        due = reviewing.note_check(
            bench.content, bench.snapshot.library, form.get("page", ""), bench.today()
        )
        return f"Checked today, no change; the next check is due on {due}."

    def _retire(self, form: dict[str, str]) -> str:
        bench = self.bench
        page = form.get("page", "")
        left = reviewing.retire(
            bench.content, bench.snapshot.library, page, form.get("moved_to", "")
        )
        mend = f" These topics still name it, mend them: {', '.join(left)}." if left else ""
        return f"{page} is retired.{mend}"

    def _back(self, form: dict[str, str]) -> str:
        bench = self.bench
        revision = form.get("revision", "")
        return restoring.bring_back(bench.content, bench.revisions, form.get("page", ""), revision)

    def _share(self, request: Request) -> Response:
        def view(query: dict[str, str]) -> Shown:
            query.setdefault("bot", request.cookies.get(_BOT_COOKIE, ""))
            return self._views.share(query)

        answer = self._guarded(request, "share", view)
        if (bot := request.query_params.get("bot")) and answer.status_code == 200:  # noqa: PLR2004
            answer.set_cookie(_BOT_COOKIE, bot, samesite="strict", httponly=True)
        return answer

    def _qr(self, request: Request) -> Response:
        kinds = {"svg": "image/svg+xml", "png": "image/png"}
        kind = request.path_params["kind"]
        if why := self.door.refuses(request):
            return Response(why, 403, media_type="text/plain")
        try:
            address = address_in(request.query_params, self.bench.snapshot)
            link = deep_link(request.query_params.get("bot", ""), address)
        except BotError as error:
            return Response(str(error), 404, media_type="text/plain")
        if kind not in kinds:
            return Response("svg or png", 404, media_type="text/plain")
        name = f"{address.topic}-{address.reading_level}-{address.locale}.{kind}"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(qr_code(link, kind), media_type=kinds[kind], headers=headers)

    async def _events(self, request: Request) -> Response:
        if why := self.door.refuses(request):
            return Response(why, 403, media_type="text/plain")
        loop, wake = asyncio.get_running_loop(), asyncio.Event()

        def waken() -> None:
            loop.call_soon_threadsafe(wake.set)

        unlisten = self.bench.listen(waken)
        self._wake.add(wake)

        async def stream() -> AsyncIterator[str]:
            try:
                while not self._closing:
                    yield f"data: {self.bench.version}\n\n"
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(wake.wait(), _STILL_HERE_SECONDS)
                    wake.clear()
            finally:
                unlisten()
                self._wake.discard(wake)

        headers = _HEADERS | {"X-Accel-Buffering": "no"}
        return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)

    def _static(self, request: Request) -> Response:
        file = HERE / "page" / Path(request.path_params["name"]).name
        kind = KINDS.get(file.suffix)
        if kind is None or not file.is_file():
            return Response("Not found", 404)
        return Response(file.read_bytes(), media_type=kind, headers=_HEADERS)


_HEADERS = {
    "Content-Security-Policy": BUILT_IN,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class _Server(uvicorn.Server):
    """A uvicorn that lets streams of news go before it waits for them."""

    def __init__(self, config: uvicorn.Config, studio: Studio, *, signals: bool) -> None:
        super().__init__(config)
        self._studio, self._signals = studio, signals
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Uvicorn's own would raise the signal again, and end us before the copies are deleted.
        ends = (signal.SIGINT, signal.SIGTERM) if self._signals else ()
        before = {end: signal.signal(end, self.handle_exit) for end in ends}
        try:
            yield
        finally:
            for end, handler in before.items():
                signal.signal(end, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._studio.close()
        await super().shutdown(sockets)


def _server(studio: Studio, port: int, *, signals: bool) -> _Server:
    config = uvicorn.Config(
        studio.app,
        host=studio.door.host,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    return _Server(config, studio, signals=signals)


def serve(
    folders: tuple[Path, Path],
    today: Callable[[], date],
    door: Door,
    cache: Path | None,
    *,
    readers: Source,
    tell: Callable[[str], None],
) -> None:
    """Run the studio over content/ and locales/ until the process is told to stop.

    ConfigError for a door that is open to others, ContentError for content that cannot be read.
    """
    door.check()
    bench = Workbench(*folders, today)
    bench.start()
    try:
        tell(f"\n  The studio is at http://{door.host}:{door.port}   (Ctrl-C stops it)\n")
        _server(Studio(bench, door, cache, readers), door.port, signals=True).run()
    finally:
        bench.stop()


@contextlib.asynccontextmanager
async def running_studio(
    bench: Workbench,
    door: Door | None = None,
    cache: Path | None = None,
    readers: Source = nobody,
) -> AsyncIterator[Studio]:
    """Serve a studio on a free port of this machine for as long as the block lasts."""
    studio = Studio(bench, door or Door(), cache, readers)
    server = _server(studio, 0, signals=False)
    bench.start()
    serving = asyncio.create_task(server.serve())
    try:
        await server.ready.wait()
        studio.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield studio
    finally:
        server.should_exit = True
        await serving
        await run_in_threadpool(bench.stop)
