"""Telegram at both ends: updates become actions, screens become messages."""
