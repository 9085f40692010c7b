"""Remembered choices, answered updates and counters in SQLite or PostgreSQL.

Importing this package costs the better part of a second (SQLModel); what only needs settings
imports `bot.config`.
"""

from bot.store.readers import Changes, Clock, Counted, Store, Stored, open_store, reader_key

__all__ = ["Changes", "Clock", "Counted", "Store", "Stored", "open_store", "reader_key"]
