"""HTTP as far as a Bot API needs it: POST in, JSON out, connections kept open.

Lean on purpose: what the load server spends is not there for the bot it measures.
"""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

Params = dict[str, Any]
Reply = Callable[[bytes], None]
Answer = Callable[[str, Params, Reply], None]

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_KIND = re.compile(rb"\r\ncontent-type: *([^\r;]+)(?:; *boundary=\"?([^\r\";]+))?", re.IGNORECASE)
_NAME = re.compile(rb'name="?([^";\r]+)')


class Connection(asyncio.Protocol):
    """One connection of the bot; `answer` gets method, parameters and where to put the JSON.

    A client waits for its reply before it asks again, or takes the replies in order.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; asyncio calls this."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Forget the transport: what is answered later has nobody to go to."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Answer every whole request; asyncio calls this."""
        self._buffer += data
        while (end := self._buffer.find(_END)) >= 0:
            head = self._buffer[:end]
            if _CHUNKED.search(head):
                self._send(b"411 Length Required", b"{}")
                return
            found = _LENGTH.search(head)
            stop = end + len(_END) + (int(found[1]) if found else 0)
            if len(self._buffer) < stop:
                return
            body, self._buffer = self._buffer[end + len(_END) : stop], self._buffer[stop:]
            path = head.split(b" ", 2)[1].decode()
            self._answer(path.rpartition("/")[2], _parameters(head, body), self._reply)

    def _reply(self, body: bytes) -> None:
        self._send(b"200 OK", body)

    def _send(self, status: bytes, body: bytes) -> None:
        if self._transport is not None:
            self._transport.write(
                b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (status, len(body), body)
            )


def _parameters(head: bytes, body: bytes) -> Params:
    found = _KIND.search(head)
    if not body or found is None:
        return {}
    if found[1] == b"application/json":
        params: Params = json.loads(body)
        return params
    if found[1] == b"multipart/form-data":
        return dict(_fields(body, found[2] or b""))
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _fields(body: bytes, boundary: bytes) -> list[tuple[str, str]]:
    fields = []
    for part in body.split(b"--" + boundary):
        head, end, value = part.partition(_END)
        name = _NAME.search(head)
        if end and name:
            fields.append((name[1].decode(), value.removesuffix(b"\r\n").decode()))
    return fields
