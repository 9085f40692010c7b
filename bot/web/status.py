"""What the process says about itself: alive, ready, and its counts."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

# The version of the text format that every scraper reads.
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Healthy = Callable[[], Awaitable[bool]]


class Report(Protocol):
    """What counts, and writes it down."""

    def brief(self) -> dict[str, object]:
        """Return versions, and how long ago something came."""
        ...

    def text(self, *, database: bool) -> bytes:
        """Return every count in the Prometheus text format."""
        ...


def status_routes(healthy: Healthy, report: Report | None = None) -> list[Route]:
    """Return /healthz (the process answers), /readyz and, with a report, /metrics.

    /readyz is 503 while the database does not answer, and tells in JSON. Reading and triage need
    no database: whoever sends traffic here by this answer asks for `/readyz?exclude=database`, or
    all copies would be taken away at once when it fails.
    """

    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(request: Request) -> Response:
        database = await healthy()
        fit = database or "database" in request.query_params.getlist("exclude")
        said = {"ready": fit, "database": database}
        return JSONResponse(said | (report.brief() if report else {}), 200 if fit else 503)

    async def metrics(_: Request) -> Response:
        assert report is not None  # noqa: S101 - the route is there only with one
        text = report.text(database=await healthy())
        return Response(text, headers={"content-type": _METRICS_TYPE})

    routes = [Route("/healthz", alive), Route("/readyz", ready)]
    return [*routes, Route("/metrics", metrics)] if report else routes
