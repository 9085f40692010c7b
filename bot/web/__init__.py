"""The web service: Telegram's webhook and the state of health."""
