"""Counts for operators; `Metrics` is told what happens and writes the page that is scraped."""

from bot.metrics.watching import Metrics

__all__ = ["Metrics"]
