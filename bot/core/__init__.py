"""The pure middle: values in, values out; no clock, network, Telegram, SQL or asyncio."""
