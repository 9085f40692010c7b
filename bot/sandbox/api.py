"""The Bot API: the table of methods, and the one way every call goes."""

import asyncio
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.sandbox import messages, polling, presentation
from bot.sandbox.delivery import Pusher
from bot.sandbox.faults import Fault
from bot.sandbox.state import State, Webhook
from bot.sandbox.wire import ApiError, Json, Params, bad_request

Handler = Callable[[State, Params], object]
CONFLICT = 409
NORMAL_REFUSALS = (messages.NOT_MODIFIED, messages.TOO_OLD)
SEND = (
    "chat_id! business_connection_id message_thread_id direct_messages_topic_id "
    "disable_notification protect_content allow_paid_broadcast message_effect_id "
    "suggested_post_parameters reply_parameters reply_markup "
)
EDIT = "business_connection_id chat_id message_id inline_message_id reply_markup "


class NoAnswerError(Exception):
    """The connection breaks before the answer: a fault asked for by a test."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method: what it does and which parameters it knows; `!` marks the required ones."""

    name: str
    handle: Handler
    signature: str = ""

    def parameters(self) -> dict[str, bool]:
        """Return the known parameters and whether each is required."""
        return {word.rstrip("!"): word.endswith("!") for word in self.signature.split()}


class Api:
    """The Bot API over one state; `second` shortens waiting in tests."""

    def __init__(self, state: State, second: float = 1.0) -> None:
        self.state = state
        self._second = second
        self._poller = polling.Poller(state, polling.REPEATED * second)
        self._pusher: Pusher | None = None
        self.methods = {method.name.lower(): method for method in self._table()}

    def _table(self) -> list[Method]:
        return [
            Method("getMe", presentation.get_me),
            Method(
                "getUpdates",
                self._poller.get_updates,
                "offset limit timeout allowed_updates",
            ),
            Method(
                "setWebhook",
                self._set_webhook,
                "url! certificate ip_address max_connections allowed_updates "
                "drop_pending_updates secret_token",
            ),
            Method("deleteWebhook", self._delete_webhook, "drop_pending_updates"),
            Method("getWebhookInfo", polling.get_webhook_info),
            Method("logOut", self._done),
            Method("close", self._done),
            Method(
                "sendMessage",
                messages.send_message,
                SEND + "text! parse_mode entities link_preview_options",
            ),
            Method(
                "sendDocument",
                messages.send_document,
                SEND + "document! thumbnail caption parse_mode caption_entities "
                "disable_content_type_detection",
            ),
            Method(
                "editMessageText",
                messages.edit_message_text,
                EDIT + "text parse_mode entities link_preview_options rich_message",
            ),
            Method("editMessageReplyMarkup", messages.edit_message_reply_markup, EDIT),
            Method("deleteMessage", messages.delete_message, "chat_id! message_id!"),
            Method(
                "answerCallbackQuery",
                messages.answer_callback_query,
                "callback_query_id! text show_alert url cache_time",
            ),
            Method(
                "sendChatAction",
                messages.send_chat_action,
                "business_connection_id chat_id! message_thread_id action!",
            ),
            Method("setMyCommands", presentation.set_my_commands, "commands! scope language_code"),
            Method("getMyCommands", presentation.get_my_commands, "scope language_code"),
            Method("deleteMyCommands", presentation.delete_my_commands, "scope language_code"),
            Method("setMyName", presentation.set_my_name, "name language_code"),
            Method("getMyName", presentation.get_my_name, "language_code"),
            Method(
                "setMyDescription",
                presentation.set_my_description,
                "description language_code",
            ),
            Method("getMyDescription", presentation.get_my_description, "language_code"),
            Method(
                "setMyShortDescription",
                presentation.set_my_short_description,
                "short_description language_code",
            ),
            Method(
                "getMyShortDescription", presentation.get_my_short_description, "language_code"
            ),
            Method("setChatMenuButton", presentation.set_chat_menu_button, "chat_id menu_button"),
            Method("getChatMenuButton", presentation.get_chat_menu_button, "chat_id"),
        ]

    async def call(self, name: str, values: Mapping[str, object], via: str = "http") -> Json:
        """Carry out one call and return its answer; never raises but NoAnswerError."""
        params = Params(values)
        chat_id = params.text("chat_id")
        fault = self.state.faults.take(name, chat_id)
        entry: Json = {
            "method": name,
            "params": params.logged(),
            "via": via,
            "date": self.state.clock.now(),
            "fault": fault.error if fault else None,
        }
        self.state.calls.append(entry)
        try:
            await self._break(fault)
            result = await self._carry_out(name, params)
            answer: Json = {"ok": True, "result": result}
        except ApiError as error:
            answer = error.answer()
            if fault is None:
                self._refused(name, error, chat_id)
        entry["answer"] = answer
        if fault is not None and fault.error == "lost":
            raise NoAnswerError
        return answer

    async def _carry_out(self, name: str, params: Params) -> object:
        method = self.methods.get(name.lower())
        if method is None:
            raise ApiError(404, "Not Found: method not found")
        known = method.parameters()
        for parameter in set(params) - set(known) - params.attachments():
            self.state.complain("unknown", method.name, parameter, params.text("chat_id"))
        result = method.handle(self.state, params)
        return await result if inspect.isawaitable(result) else result

    async def _break(self, fault: Fault | None) -> None:
        if fault is None or fault.error == "lost":
            return
        if refusal := fault.refusal():
            raise refusal
        if fault.error in {"timeout", "delay"}:
            await asyncio.sleep(fault.seconds)
        if fault.error != "delay":
            raise NoAnswerError

    def _refused(self, name: str, error: ApiError, chat_id: str) -> None:
        # A conflict is between two pollers, often a dead one's; it is no fault of this call.
        if error.code != CONFLICT and not error.description.endswith(NORMAL_REFUSALS):
            self.state.complain("refused", name, error.description, chat_id)
        if chat_id.lstrip("-").isdecimal():
            self.state.feed.publish(
                int(chat_id), "refused", method=name, description=error.description
            )

    async def _set_webhook(self, state: State, params: Params) -> bool:
        if "url" not in params:
            raise bad_request('Parameter "url" is required')
        hook = polling.read_webhook(state, params)
        if hook is not None:
            self._poller.end(polling.OTHER_WEBHOOK)
        await self._use(hook)
        return True

    async def _delete_webhook(self, state: State, params: Params) -> bool:
        if params.flag("drop_pending_updates"):
            state.updates.clear()
        await self._use(None)
        return True

    async def _use(self, hook: Webhook | None) -> None:
        if self._pusher is not None:
            await self._pusher.stop()
            self._pusher = None
        self.state.webhook = hook
        if hook is not None:
            self._pusher = Pusher(self.state, hook, self._from_webhook, self._second)

    async def _from_webhook(self, name: str, values: Json) -> object:
        try:
            return await self.call(name, values, via="webhook answer")
        except NoAnswerError:
            return None

    def _done(self, _state: State, _params: Params) -> object:
        return True

    async def stop(self) -> None:
        """Let go of everything under way: the long poll, the webhook, the readers."""
        self.state.feed.close()
        self._poller.end("")
        await self._use(None)
