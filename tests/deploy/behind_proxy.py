"""Two webhook processes on one PostgreSQL behind nginx, with the configuration in deploy/."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bot.sandbox import Sandbox
from tests.conftest import ROOT
from tests.tg.bot_process import BotProcess

_PATH = "/telegram"
_FRAME = """\
daemon off;
{user}
pid {folder}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""


def configuration(folder: Path, port: int, behind: list[int]) -> str:
    """Return deploy's site for this machine: other addresses, no TLS, all else as it stands."""
    site = (ROOT / "deploy" / "nginx" / "clearleaf.conf").read_text("utf-8")
    servers = "\n".join(
        f"    server 127.0.0.1:{one} max_fails=1 fail_timeout=2s;" for one in behind
    )
    for pattern, local in (
        (r"^ +server bot:8080 resolve max_fails=1 fail_timeout=2s;$", servers),
        (r"^resolver .+;$", ""),
        (r"^ +listen 8443 ssl;$", f"    listen 127.0.0.1:{port};"),
        (r"^ +ssl_certificate .+;$", ""),
        (r"^ +ssl_certificate_key .+;$", ""),
        (r"^ +ssl_protocols .+;$", ""),
    ):
        site, changed = re.subn(pattern, local, site, flags=re.MULTILINE)
        assert changed == 1, pattern
    user = "user root;" if os.geteuid() == 0 else ""
    return _FRAME.format(folder=folder, site=site, user=user)


class Copies:
    """Several bots behind one proxy."""

    def __init__(
        self, sandbox: Sandbox, folder: Path, database: str, port: int, behind: list[int]
    ) -> None:
        self._ports = behind
        self.hook = f"http://127.0.0.1:{port}{_PATH}"
        self.bots: list[BotProcess] = []
        for number, own in enumerate(behind):
            home = folder / f"bot-{number}"
            home.mkdir()
            self.bots.append(
                BotProcess(
                    sandbox,
                    home,
                    BOT_DATABASE_URL=database,
                    BOT_WEBHOOK_URL=self.hook,
                    BOT_WEBHOOK_SECRET="only-telegram-knows",  # noqa: S106 - a test's
                    BOT_PORT=str(own),
                )
            )

    async def handled(self, number: int) -> float:
        """Return how many updates a copy has handled since it started, as it says itself."""
        async with httpx.AsyncClient() as operator:
            address = f"http://127.0.0.1:{self._ports[number]}/metrics"
            text = (await operator.get(address)).text
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == "clearleaf_updates_total" and sample.labels["outcome"] == "handled"
        )


@asynccontextmanager
async def behind_nginx(
    sandbox: Sandbox, folder: Path, database: str, ports: list[int]
) -> AsyncIterator[Copies]:
    """Run nginx on the first port and a bot on each of the others."""
    nginx = shutil.which("nginx")
    assert nginx
    port, *behind = ports
    file = folder / "nginx.conf"
    file.write_text(configuration(folder, port, behind), "utf-8")
    copies = Copies(sandbox, folder, database, port, behind)
    with (folder / "nginx.log").open("wb") as log:
        proxy = await asyncio.create_subprocess_exec(
            *(nginx, "-p", str(folder), "-e", "stderr", "-c", str(file)), stderr=log, stdout=log
        )
    try:
        await asyncio.gather(*(bot.start() for bot in copies.bots))
        assert proxy.returncode is None, (folder / "nginx.log").read_text("utf-8")
        yield copies
    finally:
        await asyncio.gather(*(bot.stop() for bot in copies.bots if bot.running))
        if proxy.returncode is None:
            proxy.terminate()
        await proxy.wait()
