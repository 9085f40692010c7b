"""Figures that are looked up when somebody asks, and cost nothing until then."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot import __version__
from bot.about import About, seconds_since
from bot.core.model import Status


class Gauges(Collector):
    """Asks `look` for its families each time the page is read."""

    def __init__(self, look: Callable[[], Iterable[Metric]]) -> None:
        self._look = look

    def collect(self) -> Iterable[Metric]:
        """Return what holds at this moment; for the registry."""
        return self._look()


def of_content(about: About, api: str, now: datetime) -> Iterator[Metric]:
    """Yield what is served and what of it has come of age; `api`: the Bot API's version."""
    today = now.date()
    served = GaugeMetricFamily(
        "clearleaf_served_info",
        "The program, its content and the Bot API it speaks; always 1",
        labels=("version", "content", "bot_api"),
    )
    served.add_metric((__version__, about.content, api), 1)
    yield served
    pages = GaugeMetricFamily(
        "clearleaf_pages", "Pages by the review state that readers are shown", labels=("state",)
    )
    counted = about.pages(today)
    for state in Status:
        pages.add_metric((state,), counted[state])
    yield pages
    oldest = about.oldest_check
    yield gauge(
        "clearleaf_contacts_oldest_check_age_seconds",
        "Seconds since the emergency number checked longest ago was checked",
        None if oldest is None else seconds_since(oldest, now),
    )
    yield gauge(
        "clearleaf_contacts_overdue_regions",
        "Countries whose emergency numbers were last checked too long ago",
        about.unchecked_regions(today),
    )


def gauge(name: str, text: str, value: float | None) -> Metric:
    """Return a gauge without labels; None leaves its sample out."""
    family = GaugeMetricFamily(name, text)
    if value is not None:
        family.add_metric((), value)
    return family
