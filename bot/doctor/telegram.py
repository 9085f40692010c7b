"""What Telegram says about the bot: who it is, where updates go, what people see of it."""

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx

from bot.config import Settings
from bot.core.conversation import COMMANDS
from bot.core.i18n import SOURCE_LOCALE
from bot.core.words import Words
from bot.doctor.checks import Check, fine, problem
from bot.tg.application import ALLOWED_UPDATES

PATIENCE = 10.0
# Seconds: Telegram drops a tap after 150, and TLS minds hours.
CLOCK_TOLERANCE = 60.0
# Seconds after which a failed delivery is history.
RECENT = 900.0
# Updates that wait at Telegram before somebody should look.
MANY_WAITING = 100


class Refused(Exception):  # noqa: N818 - an answer, and not always an error
    """Telegram gave no result; `status` is its own, 0 where it was not reached."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class BotApi:
    """Asks the Bot API; the address, which holds the token, stays in here."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        self._client = client
        self._token = token
        self.date: datetime | None = None

    async def ask(self, method: str, **arguments: object) -> Any:  # noqa: ANN401 - JSON
        """Return the result of a method; Refused where there is none."""
        try:
            reply = await self._client.post(f"/bot{self._token}/{method}", json=arguments)
            answer = reply.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Refused(0, type(error).__name__) from None
        if "date" in reply.headers:
            self.date = parsedate_to_datetime(reply.headers["date"]).astimezone(UTC)
        if not isinstance(answer, dict) or not answer.get("ok"):
            raise Refused(reply.status_code, f"status {reply.status_code}")
        return answer["result"]


async def check_telegram(settings: Settings, languages: Iterable[Words]) -> list[Check]:
    """Return what Telegram says of the token, the webhook, the commands and the time."""
    if settings.token is None:
        return [problem("token", "BOT_TOKEN is not set", "ask @BotFather for a token")]
    async with httpx.AsyncClient(base_url=settings.api_url, timeout=PATIENCE) as client:
        api = BotApi(client, settings.token.get_secret_value())
        token = await _token(api)
        if not token.ok:
            return [token]
        try:
            webhook = _webhook(settings, await api.ask("getWebhookInfo"), time.time())
            commands = await _commands(api, languages)
        except Refused as fault:
            cure = "try again; https://telegram.org may be slow, or the network is"
            return [token, problem("telegram", f"it stopped answering ({fault})", cure)]
        return [token, webhook, commands, *check_clock(api.date, datetime.now(UTC))]


async def _token(api: BotApi) -> Check:
    try:
        me = await api.ask("getMe")
    except Refused as fault:
        if fault.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
            cure = "copy BOT_TOKEN again from @BotFather"
            return problem("token", "Telegram does not accept the token", cure)
        cure = "look at the network, the proxy and BOT_API_URL"
        return problem("token", f"the Bot API does not answer ({fault})", cure)
    return fine("token", f"Telegram knows the bot as @{me['username']}")


def _webhook(settings: Settings, info: dict[str, Any], now: float) -> Check:
    """Compare where updates go with where they should."""
    told, wanted = info.get("url") or None, settings.webhook_url
    waiting = int(info.get("pending_update_count", 0))
    since = now - float(info.get("last_error_date", 0))
    missing = set(ALLOWED_UPDATES) - set(info.get("allowed_updates") or ALLOWED_UPDATES)
    start = "start the bot, which registers what is set"
    what, cure = "", start
    if wanted is None and told is not None:
        what = "Telegram delivers to a webhook, and none is set"
        cure = "start the bot, which takes it away, or set BOT_WEBHOOK_URL"
    elif wanted is not None and settings.webhook_secret is None:
        what, cure = "BOT_WEBHOOK_SECRET is not set", "choose a long random word"
    elif wanted is not None and told is None:
        what = "no webhook is registered"
    elif wanted != told:
        what = "Telegram delivers to another address than BOT_WEBHOOK_URL"
        cure = f"{start}; if it is another bot's, that one must stop using this token"
    elif wanted is not None and missing:
        what = f"Telegram does not deliver {', '.join(sorted(missing))}"
    elif wanted is not None and since < RECENT:
        what = f"{round(since)} s ago a delivery failed ({info.get('last_error_message')})"
        cure = "look at the proxy, the certificate and the bot's log"
    elif waiting >= MANY_WAITING:
        what = f"{waiting} updates wait at Telegram"
        cure = "start the bot, or more copies of it, and look at its log"
    if what:
        return problem("webhook", what, cure)
    how = "long polling, no webhook registered" if wanted is None else "registered as set"
    return fine("webhook", f"{how}; {waiting} updates wait")


async def _commands(api: BotApi, languages: Iterable[Words]) -> Check:
    """Compare the commands that clients show with those of every language."""
    spoken = [(words, words.locale[:2]) for words in languages]
    spoken += [(words, "") for words, _ in spoken if words.locale == SOURCE_LOCALE]
    shown = await asyncio.gather(
        *(api.ask("getMyCommands", language_code=code) for _, code in spoken)
    )
    behind = [
        code or "everybody else"
        for (words, code), found in zip(spoken, shown, strict=True)
        if {one["command"]: one["description"] for one in found}
        != {name: words.of("command", name) for name in COMMANDS}
    ]
    if behind:
        what = f"the list of commands is not up to date for {', '.join(behind)}"
        return problem("commands", what, "start the bot, which sets it")
    return fine("commands", f"up to date in {len(spoken) - 1} languages")


def check_clock(theirs: datetime | None, ours: datetime) -> list[Check]:
    """Compare the time of an answer with this machine's; nothing where it told none."""
    if theirs is None:
        return []
    off = (ours - theirs).total_seconds()
    if abs(off) > CLOCK_TOLERANCE:
        what = f"this machine's clock is {off:+.0f} s off Telegram's"
        return [problem("clock", what, "set it, and keep it set by NTP")]
    return [fine("clock", f"agrees with Telegram's to {max(1, round(abs(off)))} s")]
