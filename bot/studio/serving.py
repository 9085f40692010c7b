"""How the studio runs: until the process is told to stop, or for as long as a block lasts."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path

import uvicorn
from starlette.concurrency import run_in_threadpool

from bot.studio.door import Door
from bot.studio.readership import Source, nobody
from bot.studio.server import Studio
from bot.studio.workbench import Workbench

_SHUTDOWN_SECONDS = 1


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
