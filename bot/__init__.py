"""Clearleaf: medicine explained in a chat, at the reader's level and in their language."""

__version__ = "0.1.0"
