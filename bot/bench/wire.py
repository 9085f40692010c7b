"""HTTP as far as a Bot API needs it: POST in, JSON out, connections kept open.

Lean on purpose: what the load server spends is not there for the bot it measures.
"""

import asyncio
import re
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import parse_qsl

import httptools
import orjson

Params = dict[str, Any]
Reply = Callable[[bytes], None]
Answer = Callable[[str, Params, Reply], None]

_END = b"\r\n\r\n"
_BOUNDARY = re.compile(rb'boundary="?([^\r";]+)')
_NAME = re.compile(rb'name="?([^";\r]+)')


class Connection(asyncio.Protocol):
    """One connection of the bot; `answer` gets method, parameters and where to put the JSON.

    A client waits for its reply before it asks again.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._path = self._kind = self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; asyncio calls this."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Forget the transport: what is answered later has nobody to go to."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Take bytes; asyncio calls this."""
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        """Start a request; the parser calls this and what follows."""
        self._path = self._kind = self._body = b""

    def on_url(self, path: bytes) -> None:
        self._path += path

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._kind = value

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        method = self._path.rpartition(b"/")[2].decode()
        self._answer(method, parameters(self._kind, self._body), self._reply)

    def _reply(self, body: bytes) -> None:
        if self._transport is not None:
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )


def parameters(kind: bytes, body: bytes) -> Params:
    """Return the parameters in a body of any kind the Bot API takes."""
    if not body:
        return {}
    if kind.startswith(b"application/json"):
        params: Params = orjson.loads(body)
        return params
    if kind.startswith(b"multipart/form-data"):
        found = _BOUNDARY.search(kind)
        return dict(_fields(body, found[1] if found else b""))
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _fields(body: bytes, boundary: bytes) -> list[tuple[str, str]]:
    fields = []
    for part in body.split(b"--" + boundary):
        head, end, value = part.partition(_END)
        name = _NAME.search(head)
        if end and name:
            fields.append((name[1].decode(), value.removesuffix(b"\r\n").decode()))
    return fields
