"""A local Bot API server with a chat page: the demo, the end-to-end tests, the preview.

A bot that is given this server's address for Telegram's cannot tell the difference: the same
methods, the same validation, the same refusals. `running_sandbox` serves one inside a test,
`serve` (or `python -m bot.sandbox`) in a process of its own, and `Person` talks to the bot.
"""

from bot.sandbox.clock import Clock
from bot.sandbox.person import NoReactionError, NoSuchButtonError, Person
from bot.sandbox.server import TOKEN, Sandbox, running_sandbox, serve

__all__ = [
    "TOKEN",
    "Clock",
    "NoReactionError",
    "NoSuchButtonError",
    "Person",
    "Sandbox",
    "running_sandbox",
    "serve",
]
