"""The studio as its command: it starts, answers, and leaves nothing behind when told to end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.conftest import ROOT
from tests.content.conftest import Workspace


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def test_it_ends_kindly_and_its_copies_are_gone(library: Workspace, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    copies.mkdir()
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", "studio", "--port", str(port)],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "TMPDIR": str(copies),
            "PYTHONWARNINGS": "error",
            "BOT_CONTENT_DIR": str(library.content),
            "BOT_LOCALES_DIR": str(library.locales),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        while process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/page", timeout=10) as page:
                    assert b"What is it?" in page.read()
                break
            except OSError:
                time.sleep(0.1)
        assert list(copies.glob("clearleaf-studio-*"))
    finally:
        process.send_signal(signal.SIGTERM)
        told, _ = process.communicate(timeout=15)
    assert process.returncode == 0, told
    assert f"http://127.0.0.1:{port}" in told
    assert "Traceback" not in told
    assert not list(copies.iterdir())
