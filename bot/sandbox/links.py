"""Which addresses Telegram accepts in links and buttons."""

import re
from urllib.parse import urlsplit

SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
HOST = re.compile(r"^[^\s/?#@:]+\.[^\s/?#@:]+$")


def checked_link(link: str) -> str | None:
    """Return the address as Telegram stores it, or None when it accepts no such link.

    A web address needs a dot in its host (so no localhost); one without a scheme is taken for
    http; `tg://` is Telegram's own; tel: or javascript: is no link.
    """
    link = link.strip()
    if link.lower().startswith("tg:"):
        rest = link[3:].removeprefix("//")
        return f"tg://{rest}" if re.match(r"^[\w-]+", rest) else None
    try:
        parts = urlsplit(link if SCHEME.match(link) else f"http://{link}")
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or re.search(r"\s", parts.netloc):
        return None
    if not HOST.match(host) and not host.count(":"):
        return None
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme.lower()}://{parts.netloc}{path}{query}{fragment}"
