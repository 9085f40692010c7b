"""Structured logs, one line per turn: what happened and how long it took, never who or what.

Libraries log addresses (the bot token is part of one), parameters and messages below the level
of a warning: only their warnings pass, whatever BOT_LOG_LEVEL says, and without tracebacks. Any
line that still carries the token loses it.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

HIDDEN = "[hidden]"


class _Hide(logging.Filter):
    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if self._secret in text:
            record.msg, record.args = text.replace(self._secret, HIDDEN), None
        # A traceback can hold what a person typed: only its kind is kept.
        if record.exc_info and record.exc_info[0]:
            record.msg = f"{record.getMessage()} ({record.exc_info[0].__name__})"
            record.args = record.exc_info = None
        return True


def configure(level: str, secret: str | None = None, stream: TextIO = sys.stderr) -> None:
    """Send every log to `stream` as one line; `secret` is removed from any of them."""

    def hide(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401 - structlog's type
        if secret:
            for key, value in event.items():
                if isinstance(value, str) and secret in value:
                    event[key] = value.replace(secret, HIDDEN)
        return event

    handler = logging.StreamHandler(stream)
    if secret:
        handler.addFilter(_Hide(secret))
    logging.basicConfig(level="WARNING", handlers=[handler], format="%(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            hide,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
