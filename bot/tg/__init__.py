"""Telegram at both ends: updates become actions, screens become messages."""

import os

# python-telegram-bot's switch to spans of time as timedelta, which it will make its default.
os.environ.setdefault("PTB_TIMEDELTA", "true")
