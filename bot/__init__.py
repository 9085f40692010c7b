"""Clearleaf: medicine explained in a chat, at the reader's level and in their language."""
