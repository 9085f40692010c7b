"""A deep link to a page, and its QR code, for a leaflet or a waiting room."""

import io
import re

import segno

from bot.core.address import Address, View
from bot.errors import ConfigError

# core.telegram.org/bots/features: 5 to 32 characters, Latin letters, digits and underscores.
_USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")
_SCALE, _BORDER = 8, 4


def deep_link(bot: str, address: Address) -> str:
    """Return the link that opens a page in Telegram at its level and language.

    It says nothing about who reads: whoever follows it is asked. ConfigError for a name that no
    bot can have.
    """
    name = bot.strip().removeprefix("https://t.me/").removeprefix("@")
    if not _USERNAME.fullmatch(name):
        raise ConfigError(
            f"{bot!r} is no bot's username: 5 to 32 letters, digits and _, as BotFather gave it"
        )
    target = address.to(View.PAGE, audience=None, region="", section="")
    return f"https://t.me/{name}?start={target.pack()}"


def qr_code(link: str, kind: str) -> bytes:
    """Return the QR code of a link as a picture; `kind` is `svg` or `png`."""
    out = io.BytesIO()
    segno.make(link, micro=False, error="m").save(
        out, kind=kind, scale=_SCALE, border=_BORDER, light="#ffffff"
    )
    return out.getvalue()
