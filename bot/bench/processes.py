"""Processes on cores of their own: started, watched for a line of their log, weighed."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import BotError

PATIENCE = 60.0
_LOOK_AGAIN = 0.002
_LAST_LINES = 12


@contextmanager
def on_core(number: int) -> Iterator[None]:
    """Let processes started inside run on one core only, where the system can and has several."""
    try:
        every = os.sched_getaffinity(0)
        core = sorted(every)[number % len(every)]
        os.sched_setaffinity(0, {core})
    except AttributeError:  # not Linux
        yield
        return
    try:
        yield
    finally:
        os.sched_setaffinity(0, every)


@contextmanager
def running(
    command: Sequence[str], log: Path, environment: Mapping[str, str], folder: Path, core: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a bot, its log in a file; it is asked to stop at the end, then made to."""
    with log.open("wb") as file, on_core(core):
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, stdout=file, stderr=file, env=dict(environment), cwd=folder
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(process: "subprocess.Popen[bytes]", log: Path, line: bytes) -> None:
    """Return as soon as the log holds `line`; BotError with the log's end if it never will."""
    deadline = time.monotonic() + PATIENCE
    while line not in log.read_bytes():
        if process.poll() is not None or time.monotonic() > deadline:
            last = log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:]
            raise BotError("\n".join(("a bot of the bench did not start:", *last)))
        time.sleep(_LOOK_AGAIN)


def memory(pid: int) -> float | None:
    """Return resident memory in MB (10^6 bytes), None where there is no /proc."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
    return None


def cpu(pid: int) -> float | None:
    """Return seconds of processor time spent so far, all threads, None where there is no /proc.

    From the scheduler's count in nanoseconds: ticks of 10 ms would hide a bot with little to do.
    """
    with suppress(OSError, ValueError):
        threads = Path(f"/proc/{pid}/task").iterdir()
        spent = (int((thread / "schedstat").read_text("ascii").split()[0]) for thread in threads)
        return sum(spent) / 1e9
    return None
