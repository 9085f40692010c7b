"""The control interface: how people, tests and the chat page act on the sandbox over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox import people
from bot.sandbox.faults import read_fault
from bot.sandbox.state import Chat, State
from bot.sandbox.wire import ApiError, Json

LONGEST_WAIT = 60.0
HEARTBEAT = 15.0
Endpoint = Callable[[Request], Awaitable[Response]]


def _profile(state: State, chat: Chat) -> Json:
    seen = state.profile.seen_by(chat.id, chat.kind, chat.language_code)
    return seen | {"username": state.username}


def _view(state: State, chat: Chat) -> Json:
    return {
        "chat": chat.wire(),
        "language_code": chat.language_code,
        "blocked": chat.blocked,
        "messages": list(chat.messages.values()),
        "bot": _profile(state, chat),
        "seq": state.feed.last,
    }


async def _body(request: Request) -> Json:
    raw = await request.body()
    body = json.loads(raw) if raw else {}
    if not isinstance(body, dict):
        raise people.NotPossibleError("the body is a JSON object")
    return body


def _guarded(endpoint: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ApiError as error:
            return JSONResponse({"error": error.description}, 404)
        except (KeyError, ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return guarded


class Control:
    """The endpoints under /sandbox."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """Return the routes of the control interface."""
        table: list[tuple[str, str, Endpoint]] = [
            ("GET", "/health", self.health),
            ("GET", "/log", self.log),
            ("DELETE", "/log", self.clear),
            ("GET", "/complaints", self.complaints),
            ("POST", "/faults", self.add_fault),
            ("GET", "/faults", self.faults),
            ("DELETE", "/faults", self.clear_faults),
            ("POST", "/clock", self.advance),
            ("GET", "/chats", self.chats),
            ("POST", "/chats", self.open),
            ("GET", "/chats/{chat_id}", self.show),
            ("PATCH", "/chats/{chat_id}", self.change),
            ("GET", "/chats/{chat_id}/changes", self.changes),
            ("GET", "/chats/{chat_id}/events", self.events),
            ("POST", "/chats/{chat_id}/messages", self.say),
            ("POST", "/chats/{chat_id}/taps", self.tap),
            ("GET", "/files/{file_id}", self.file),
        ]
        return [
            Route(f"/sandbox{path}", _guarded(endpoint), methods=[verb])
            for verb, path, endpoint in table
        ]

    def _chat(self, request: Request) -> Chat:
        return self._state.chat(request.path_params["chat_id"])

    def _sender(self, body: Json, chat: Chat) -> Json | None:
        if body.get("from_id"):
            return self._state.chat(str(body["from_id"])).person()
        if chat.kind == "private":
            return None
        return people.stranger(
            str(body.get("first_name", "Member")), body.get("language_code", "en")
        )

    async def health(self, _: Request) -> Response:
        """Say that the sandbox is up, and whether a bot is listening to it."""
        listening = self._state.webhook is not None or self._state.polled
        return JSONResponse({"ok": True, "bot_listening": listening})

    async def log(self, request: Request) -> Response:
        """List the Bot API calls so far; `?method=` keeps one kind."""
        wanted = request.query_params.get("method", "").lower()
        calls = [one for one in self._state.calls if wanted in {"", one["method"].lower()}]
        return JSONResponse({"calls": calls})

    async def clear(self, _: Request) -> Response:
        """Forget calls and complaints."""
        self._state.calls.clear()
        self._state.complaints.clear()
        return JSONResponse({"ok": True})

    async def complaints(self, _: Request) -> Response:
        """List refused calls, unknown parameters and taps never answered."""
        unanswered = [
            {"query_id": tap.id, "chat_id": tap.chat_id} for tap in self._state.unanswered()
        ]
        return JSONResponse({"complaints": self._state.complaints, "unanswered": unanswered})

    async def add_fault(self, request: Request) -> Response:
        """Let the next calls fail as the body says."""
        self._state.faults.add(read_fault(await _body(request)))
        return JSONResponse({"ok": True})

    async def faults(self, _: Request) -> Response:
        """List the faults still waiting."""
        waiting = [
            {"method": one.method, "error": one.error, "times": one.times}
            for one in self._state.faults.waiting
        ]
        return JSONResponse({"faults": waiting})

    async def clear_faults(self, _: Request) -> Response:
        """Forget the faults still waiting."""
        self._state.faults.waiting.clear()
        return JSONResponse({"ok": True})

    async def advance(self, request: Request) -> Response:
        """Let time pass: `{"advance": seconds}`."""
        self._state.clock.advance(float((await _body(request)).get("advance", 0)))
        return JSONResponse({"now": self._state.clock.now()})

    async def chats(self, _: Request) -> Response:
        """List the chats there are."""
        return JSONResponse({"chats": [chat.wire() for chat in self._state.chats.values()]})

    async def open(self, request: Request) -> Response:
        """Open a chat with a new person, or a new group with `{"type": "group"}`."""
        body = await _body(request)
        kind = str(body.get("type", "private"))
        if kind not in {"private", "group", "supergroup"}:
            raise people.NotPossibleError("type is private, group or supergroup")
        name = str(body.get("title" if kind != "private" else "first_name") or "New person")
        chat = self._state.open_chat(
            name,
            kind=kind,
            language_code=body.get("language_code"),
            username=body.get("username"),
        )
        return JSONResponse(_view(self._state, chat))

    async def show(self, request: Request) -> Response:
        """Show a chat with its messages and the bot as its person sees it."""
        return JSONResponse(_view(self._state, self._chat(request)))

    async def change(self, request: Request) -> Response:
        """Change the person's name or language, or block the bot."""
        chat, body = self._chat(request), await _body(request)
        if "language_code" in body:
            chat.language_code = body["language_code"] or None
        if body.get("first_name"):
            chat.name = str(body["first_name"])
        if "blocked" in body:
            people.block(self._state, chat, blocked=bool(body["blocked"]))
        self._state.feed.publish(chat.id, "chat")
        return JSONResponse(_view(self._state, chat))

    async def changes(self, request: Request) -> Response:
        """Return what happened in a chat after `after`, waiting up to `timeout` seconds."""
        after = int(request.query_params.get("after", "0"))
        seconds = min(float(request.query_params.get("timeout", "0")), LONGEST_WAIT)
        chat = self._chat(request)
        events = await self._state.feed.wait(chat.id, after, seconds)
        return JSONResponse({"events": events, "seq": self._state.feed.last})

    async def events(self, request: Request) -> Response:
        """Stream what happens in a chat as server-sent events."""
        chat = self._chat(request)
        last = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        return StreamingResponse(
            self._stream(chat.id, int(last)),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def _stream(self, chat_id: int, after: int) -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        while not self._state.feed.closed:
            events = await self._state.feed.wait(chat_id, after, HEARTBEAT)
            for event in events:
                after = event["seq"]
                yield f"id: {after}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"
            if not events:
                yield ": still here\n\n"
            await asyncio.sleep(0)

    async def say(self, request: Request) -> Response:
        """Write or send something as the person of the chat, or edit one's own message."""
        chat, body = self._chat(request), await _body(request)
        seq = self._state.feed.last
        if body.get("edited"):
            message, update = people.edit(
                self._state, chat, int(body["edited"]), str(body.get("text", ""))
            )
        else:
            reply_to = body.get("reply_to")
            message, update = people.say(
                self._state,
                chat,
                text=str(body.get("text", "")),
                kind=str(body.get("kind", "text")),
                caption=str(body.get("caption", "")),
                sender=self._sender(body, chat),
                reply_to=None if reply_to is None else int(reply_to),
            )
        return JSONResponse({"message": message, "update_id": update, "seq": seq})

    async def tap(self, request: Request) -> Response:
        """Tap a button as the person of the chat: `{"message_id": ..., "data": ...}`."""
        chat, body = self._chat(request), await _body(request)
        seq = self._state.feed.last
        made, update = people.tap(
            self._state,
            chat,
            int(body["message_id"]),
            str(body["data"]),
            self._sender(body, chat),
        )
        return JSONResponse({"query_id": made.id, "update_id": update, "seq": seq})

    async def file(self, request: Request) -> Response:
        """Return the content of a file the bot sent."""
        file = self._state.files.get(request.path_params["file_id"])
        if file is None:
            return JSONResponse({"error": "no such file"}, 404)
        name = file.name.encode("ascii", "replace").decode().replace('"', "")
        return Response(
            file.content,
            media_type=file.mime_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
