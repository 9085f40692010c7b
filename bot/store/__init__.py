"""Remembered choices, answered updates and counters in SQLite or PostgreSQL.

Importing this package costs the better part of a second (SQLModel); what only needs settings
imports `bot.config`.
"""

from bot.store.clock import Clock
from bot.store.keys import reader_key
from bot.store.readers import Changes, Store, Stored, open_store

__all__ = ["Changes", "Clock", "Store", "Stored", "open_store", "reader_key"]
