"""What readers tap and what must come back, as a file that every process of the bench reads."""

import json
from pathlib import Path
from typing import Any, TypedDict

Json = dict[str, Any]


class Page(TypedDict):
    """One part of a page: the button that opens it, what the edit must carry, what it becomes.

    `text` and `reply_markup` are the parameters of `editMessageText`; `plain` and `entities` are
    what Telegram makes of the text, as they come back in the message.
    """

    data: str
    text: str
    reply_markup: Json
    plain: str
    entities: list[Json]


def write(pages: list[Page], file: Path) -> None:
    """Write the pages for the load server and the peers, which know nothing of our content."""
    file.write_text(json.dumps(pages, ensure_ascii=False), "utf-8")


def read(file: Path) -> list[Page]:
    """Read what `write` wrote."""
    pages: list[Page] = json.loads(file.read_text("utf-8"))
    return pages
