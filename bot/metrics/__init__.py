"""Counts for operators; `Metrics` is told what happens and writes the page that is scraped."""

from bot.metrics.counts import Metrics

__all__ = ["Metrics"]
