"""Reading the parameters of an HTTP request: query string, form, multipart or JSON."""

import json
from email import message_from_bytes
from email.message import Message
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.sandbox.wire import Json, Upload, bad_request


async def parameters(request: Request) -> Json:
    """Return all parameters of a Bot API request; what stands in the body comes last."""
    values: Json = dict(request.query_params)
    body = await request.body()
    kind = request.headers.get("content-type", "")
    if not body:
        return values
    if kind.startswith("application/json"):
        return values | _json(body)
    if kind.startswith("multipart/form-data"):
        return values | _multipart(kind, body)
    try:
        return values | dict(parse_qsl(body.decode(), keep_blank_values=True))
    except UnicodeDecodeError:
        raise bad_request("Strings must be encoded in UTF-8") from None


def _json(body: bytes) -> Json:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("Can't parse request JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("Can't parse request JSON object: expected an Object")
    return values


def _multipart(kind: str, body: bytes) -> Json:
    head = Message()
    head["content-type"] = kind
    boundary = head.get_param("boundary")
    values: Json = {}
    for part in (b"\r\n" + body).split(f"\r\n--{boundary}".encode())[1:]:
        if part.startswith(b"--"):
            break
        lines, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        described = message_from_bytes(lines)
        name = str(described.get_param("name", header="content-disposition"))
        file_name = described.get_filename()
        if file_name is None:
            values[name] = content.decode("utf-8", "replace")
        else:
            values[name] = Upload(file_name, described.get_content_type(), content)
    return values
