"""Who is let into the studio: this machine alone, unless told otherwise with a token.

Pages elsewhere on the web can neither read it (the Host must be known) nor post to it (the Origin
must be its own).
"""

import hmac
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

from bot.errors import ConfigError

MIN_TOKEN = 16
COOKIE = "studio"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Door:
    """Where the studio listens, and what it asks of whoever comes."""

    host: str = "127.0.0.1"
    port: int = 8082
    token: str = ""

    def check(self) -> None:
        """Raise ConfigError for a door open to others without a token, and for a taken port."""
        if not self._local and len(self.token) < MIN_TOKEN:
            raise ConfigError(
                f"--host {self.host} lets others in: give --token (or BOT_STUDIO_TOKEN), at least "
                f"{MIN_TOKEN} characters"
            )
        with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((self.host, self.port))
            except OSError as error:
                where = f"{self.host}:{self.port}"
                raise ConfigError(f"cannot listen on {where} ({error}); choose a --port") from None

    @property
    def _local(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def refuses(self, request: Request) -> str:
        """Say why a request is turned away; empty where it may come in."""
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
        if self._local and not self.token and host not in _LOOPBACK:
            return "this studio answers only to this machine's own name"
        given = request.query_params.get("token") or request.cookies.get(COOKIE, "")
        if self.token and not hmac.compare_digest(given.encode(), self.token.encode()):
            return "open the studio with ?token=... as whoever started it was told"
        origin = request.headers.get("origin")
        if request.method == "POST" and origin is not None:
            own = urlsplit(origin).netloc
            if own != request.headers.get("host"):
                return "forms are taken from the studio's own pages"
        return ""
