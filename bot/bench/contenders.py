"""Who is measured, and how each is started."""

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TOKEN = "123456:bench-token-of-nobody-00000000000"  # noqa: S105 - opens nothing
ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "peers"
# The Makefile builds it: aiogram pins other versions of libraries that are also ours.
AIOGRAM_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
_KEY = "a-key-for-the-bench-that-opens-nothing"


@dataclass(frozen=True, slots=True)
class Contender:
    """A bot to measure. `ready` stands in its log once it serves.

    In `command` the words PAGES and ADDRESS stand for the file of ready pages and the address
    of the load server; `settings` join the environment.
    """

    name: str
    command: tuple[str, ...]
    ready: bytes
    settings: Mapping[str, str] = field(default_factory=dict)


def ours(folder: Path, *, webhook: bool) -> Contender:
    """Return the finished bot, as an operator runs it, on the content snapshot in `folder`."""
    settings = {
        "BOT_CONTACT": "bench@example.org",
        "BOT_SECRET_KEY": _KEY,
        "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bench.db'}",
        "BOT_CONTENT_DIR": str(folder / "content"),
        "BOT_LOCALES_DIR": str(folder / "locales"),
    }
    if webhook:
        port = free_port()
        settings |= {
            "BOT_PORT": str(port),
            "BOT_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
            "BOT_WEBHOOK_SECRET": "bench",
        }
    name = "clearleaf, webhook" if webhook else "clearleaf, polling"
    command = (sys.executable, "-m", "bot", "run")
    return Contender(name, command, b"event='ready'", settings)


def telegram_peer() -> Contender:
    """Return python-telegram-bot as documented, by the interpreter that runs this."""
    command = (sys.executable, str(PEERS / "telegram_polling.py"), "PAGES", "ADDRESS")
    return Contender("python-telegram-bot, polling", command, b"Application started")


def aiogram_peer() -> Contender | None:
    """Return aiogram as documented, None where its environment was not made."""
    if not AIOGRAM_PYTHON.exists():
        return None
    command = (str(AIOGRAM_PYTHON), str(PEERS / "aiogram_polling.py"), "PAGES", "ADDRESS")
    return Contender("aiogram, polling", command, b"Run polling for bot")


def aiogram_webhook_peer() -> Contender | None:
    """Return aiogram by webhook in its best form that loses nothing, None without it."""
    if not AIOGRAM_PYTHON.exists():
        return None
    peer, port = str(PEERS / "aiogram_webhook.py"), str(free_port())
    command = (str(AIOGRAM_PYTHON), peer, "PAGES", "ADDRESS", port)
    return Contender("aiogram, webhook", command, b"Webhook is set")


def floor() -> Contender:
    """Return the bot that does next to nothing: what it reaches, the load server can do."""
    command = (sys.executable, "-m", "bot.bench.peers.floor", "PAGES", "ADDRESS")
    return Contender("floor (no library)", command, b"floor is ready")


def environment(settings: Mapping[str, str], address: str) -> dict[str, str]:
    """Return the environment of a contender: this one's, without any setting of an operator."""
    inherited = {name: v for name, v in os.environ.items() if not name.startswith("BOT_")}
    return inherited | {"BOT_TOKEN": TOKEN, "BOT_API_URL": address} | dict(settings)


def free_port() -> int:
    """Return a port of this machine that nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
