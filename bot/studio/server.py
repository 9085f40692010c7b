"""The studio as a web server: its pages, its forms, and news as they come.

Nothing is loaded from outside; `door` says who is let in.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

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
