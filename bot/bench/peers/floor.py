"""The least a bot can do, ready bytes for each tap: it shows the load server's own ceiling.

`python -m bot.bench.peers.floor PAGES ADDRESS`.
"""

import asyncio
import json
import re
import sys
from pathlib import Path
from urllib.parse import quote_plus, urlencode, urlsplit

from bot.bench.pages import Page, read

_LENGTH = re.compile(rb"Content-Length: (\d+)")


def _post(method: str, body: bytes) -> bytes:
    return (
        b"POST /bot1:x/%b HTTP/1.1\r\nHost: bench\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%b"
        % (method.encode(), len(body), body)
    )


def _edit(page: Page) -> bytes:
    keyboard = json.dumps(page["reply_markup"])
    ready = {"text": page["text"], "parse_mode": "HTML", "reply_markup": keyboard}
    return urlencode(ready, quote_via=quote_plus).encode()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    found = _LENGTH.search(await reader.readuntil(b"\r\n\r\n"))
    return await reader.readexactly(int(found[1]) if found else 0)


async def main() -> None:
    """Poll until the server goes."""
    edits = {page["data"]: _edit(page) for page in read(Path(sys.argv[1]))}
    where = urlsplit(sys.argv[2])
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    sys.stderr.write("floor is ready\n")
    sys.stderr.flush()
    offset = 0
    while True:
        writer.write(_post("getUpdates", b"timeout=30&offset=%d" % offset))
        updates = json.loads(await _answer(reader))["result"]
        calls = []
        for update in updates:
            query = update["callback_query"]
            message = query["message"]
            ids = b"chat_id=%d&message_id=%d&" % (message["chat"]["id"], message["message_id"])
            calls.append(_post("editMessageText", ids + edits[query["data"]]))
            calls.append(_post("answerCallbackQuery", b"callback_query_id=%d" % int(query["id"])))
            offset = update["update_id"] + 1
        writer.write(b"".join(calls))
        for _ in calls:
            await _answer(reader)


if __name__ == "__main__":
    asyncio.run(main())
