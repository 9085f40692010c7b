"""The demo: the sandbox and the real bot in two processes, talking HTTP as with Telegram."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import typer

from bot.config import Settings, secret_key
from bot.errors import ConfigError
from bot.sandbox.server import TOKEN
from bot.store.schema import upgrade

_PATIENCE = 20.0


def demo(settings: Settings) -> int:
    """Run both until Ctrl-C or until one of them ends; return the exit code.

    Raises ConfigError when the sandbox's port is taken.
    """
    typer.echo("Preparing the database ...")
    secret_key(settings, create=True)
    upgrade(settings.database_url)
    address = f"http://127.0.0.1:{settings.sandbox_port}"
    if _answers(address):
        raise ConfigError(
            f"something already listens on {address}; stop it or set BOT_SANDBOX_PORT"
        )
    typer.echo("Starting the chat page and the bot ...")
    environment = os.environ | {
        "BOT_TOKEN": TOKEN,
        "BOT_API_URL": address,
        "BOT_CONTACT": settings.contact or "whoever started this demo",
    }
    port = str(settings.sandbox_port)
    commands = (
        (sys.executable, "-m", "bot.sandbox", "--port", port),
        (sys.executable, "-m", "bot", "run"),
    )
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            processes.append(subprocess.Popen(command, env=environment))  # noqa: S603 - our own
            if len(processes) == 1:
                _wait_for(address, processes[0])
        typer.echo(f"\n  The chat is at {address}   (Ctrl-C stops it)\n")
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
        return next(p.returncode for p in processes if p.poll() is not None) or 0
    except KeyboardInterrupt:
        return 0
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(10)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(address):
            return
        time.sleep(0.05)
    raise ConfigError(f"the chat page did not start on {address}; is the port free?")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1):  # noqa: S310 - our own address
            return True
    except (urllib.error.URLError, OSError):
        return False
