"""What the process counts for its operators, in the Prometheus text format; never about whom.

No label holds anything a reader sent: every value comes from a set that is closed when the
process starts, and whatever is outside of it counts as `other`.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import Metric

from bot import __version__
from bot.about import About
from bot.core.address import Address, View
from bot.core.model import Count, Open, Turn
from bot.core.safety.kinds import Certainty, Kind, RefusalKind
from bot.errors import AddressError
from bot.metrics.counters import OTHER, Counts, Times
from bot.metrics.gauges import Gauges, gauge, of_content

KINDS = ("tap", "message", OTHER)
OUTCOMES = ("handled", "again", "told", "repeated", "ignored", "full", OTHER)
LONG_POLL = "getUpdates"
METHODS = (
    "answerCallbackQuery",
    "deleteWebhook",
    "editMessageText",
    "getMe",
    LONG_POLL,
    "sendDocument",
    "sendMessage",
    "setWebhook",
    OTHER,
)
_CALL_OUTCOMES = {
    "200": "ok",
    "400": "refused",
    "401": "token",
    "403": "blocked",
    "404": "token",
    "409": "conflict",
    "429": "flood",
    "NotReachedError": "not_reached",
    "TimedOut": "timeout",
    "NetworkError": "lost",
}
CALL_OUTCOMES = tuple(dict.fromkeys((*_CALL_OUTCOMES.values(), "server", OTHER)))
ANSWERS = (
    *(view.name.lower() for view in View),
    "matched",
    "missed",
    "not_typed",
    "notice",
    "offered",
    "refused",
    "urgent_clear",
    "urgent_possible",
    OTHER,
)
_TRIAGE = {"urgent_clear": Certainty.CLEAR, "urgent_possible": Certainty.POSSIBLE}
_FINISHED = ("handled", "told")
_PAGES = ("page", "matched")
# Seconds. A tap takes milliseconds of ours; Telegram's flood waits make the long end.
_TURN = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
_CALL = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Callback data seen, with its language: as many as there are answers kept ready.
_SEEN = 4096


class Metrics:
    """Everything counted in one process; a `bot.tg.watch.Watch`.

    `about` tells what is served, `api` the Bot API's version; `clock` is for tests.
    """

    def __init__(
        self,
        about: About,
        api: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._about = about
        self._api = api
        self._clock = clock
        self._updated: float | None = None
        self._languages: dict[str, str] = {}
        self._database = False
        self.in_hand: Callable[[], int] = int
        self._updates = Counts(
            "clearleaf_updates",
            "Updates from Telegram, by kind and by what came of them",
            kind=KINDS,
            outcome=OUTCOMES,
        )
        self._turns = Times(
            "clearleaf_update_seconds",
            "Seconds from an update's arrival until it was handled",
            _TURN,
            kind=KINDS,
        )
        self._calls = Counts(
            "clearleaf_bot_api_calls",
            "Bot API calls, by method and outcome",
            method=METHODS,
            outcome=CALL_OUTCOMES,
        )
        self._waits = Times(
            "clearleaf_bot_api_seconds",
            "Seconds a Bot API call took, long polls left out",
            _CALL,
            method=[method for method in METHODS if method != LONG_POLL],
        )
        self._kept = Counts(
            "clearleaf_page_cache",
            "Taps answered from the kept pages (hit) or drawn anew (miss)",
            result=("hit", "miss"),
        )
        self._triage = Counts(
            "clearleaf_triage",
            "Messages in which triage saw danger",
            hidden=True,
            kind=(*Kind, OTHER),
            certainty=tuple(Certainty),
        )
        self._refusals = Counts(
            "clearleaf_refusals",
            "Requests that were refused",
            hidden=True,
            kind=(*RefusalKind, OTHER),
        )
        self._answers = Counts(
            "clearleaf_answers",
            "Answers given, by what they were and by the reader's language",
            hidden=True,
            answer=ANSWERS,
            locale=(*about.locales, OTHER),
        )
        self._pages = Counts(
            "clearleaf_pages_read",
            "Pages opened",
            hidden=True,
            topic=(*about.library.topics, OTHER),
        )
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        for one in (
            *(self._updates, self._turns, self._calls, self._waits, self._kept),
            *(self._triage, self._refusals, self._answers, self._pages),
            Gauges(self._now),
        ):
            registry.register(one)

    def serves(self, about: About) -> None:
        """Take note that other content is served from now on; what was counted stays."""
        self._about = about
        self._answers.allow(answer=ANSWERS, locale=about.locales)
        self._pages.allow(topic=about.library.topics)

    def handled(self, kind: str, outcome: str, seconds: float) -> None:
        """Count an update; the words are those of `bot.tg.watch`."""
        self._updates.add(kind, outcome)
        self._updated = time.monotonic()
        if outcome in _FINISHED:
            self._turns.add(kind, seconds)

    def called(self, method: str, outcome: str, seconds: float) -> None:
        """Count a Bot API call; `outcome` is a status, or the name of an error."""
        self._calls.add(method, _call_outcome(outcome))
        if method != LONG_POLL:
            self._waits.add(method, seconds)

    def page(self, *, kept: bool) -> None:
        """Count a tap whose answer was kept ready, or had to be drawn."""
        self._kept.add("hit" if kept else "miss")

    def answered(self, turn: Turn, data: str | None = None) -> None:
        """Count what an answer was; `data` is the button's, where one was tapped."""
        locale = self._locale(turn, data)
        named = False
        for effect in turn.effects:
            if not isinstance(effect, Count):
                continue
            named = True
            event = "feedback" if effect.event.startswith("feedback") else effect.event
            self._answers.add(event, locale)
            if event in _TRIAGE:
                self._triage.add(effect.detail, _TRIAGE[event])
            elif event == "refused":
                self._refusals.add(effect.detail)
            elif event in _PAGES:
                self._pages.add(effect.detail.partition(".")[0])
        if turn.screens and not named:
            self._answers.add("notice", locale)

    def last_update_age(self) -> float | None:
        """Return the seconds since the last update came, None before the first."""
        return None if self._updated is None else time.monotonic() - self._updated

    def brief(self) -> dict[str, object]:
        """Return what a look at the process begins with: versions, and when something came."""
        age = self.last_update_age()
        return {
            "version": __version__,
            "content": self._about.content,
            "last_update_age_seconds": None if age is None else round(age, 1),
        }

    def text(self, *, database: bool) -> bytes:
        """Return everything in the Prometheus text format; `database`: whether it answers."""
        self._database = database
        return generate_latest(self._registry)

    def _locale(self, turn: Turn, data: str | None) -> str:
        if data is not None:
            known = self._languages.get(data)
            if known is None:
                known = _language(data)
                if len(self._languages) >= _SEEN:
                    self._languages.clear()
                self._languages[data] = known
            if known:
                return known
        for screen in turn.screens:
            for button in screen.buttons():
                if isinstance(button, Open):
                    return button.address.locale
            return screen.document.locale
        return OTHER

    def _now(self) -> Iterator[Metric]:
        yield from of_content(self._about, self._api, self._clock())
        yield gauge(
            "clearleaf_database_up",
            "Whether the database answered when it was asked for this page",
            self._database,
        )
        yield gauge(
            "clearleaf_updates_in_hand",
            "Updates being handled, or waiting for their reader's earlier ones",
            self.in_hand(),
        )
        yield gauge(
            "clearleaf_last_update_age_seconds",
            "Seconds since the last update came; missing before the first",
            self.last_update_age(),
        )


def _call_outcome(outcome: str) -> str:
    if outcome in _CALL_OUTCOMES:
        return _CALL_OUTCOMES[outcome]
    return "server" if len(outcome) == len("500") and outcome.startswith("5") else OTHER


def _language(data: str) -> str:
    try:
        return Address.unpack(data).locale
    except AddressError:
        return ""
