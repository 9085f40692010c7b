"""The charts of the overview, from what has been checked so far and from git."""

from markupsafe import Markup

from bot.core.address import Address, View
from bot.studio.charts import Dot, Strip, steps, strips
from bot.studio.picking import AUDIENCES, LEVELS, page_url
from bot.studio.workbench import Workbench


def readability(bench: Workbench) -> list[tuple[str, Markup, list[str]]]:
    """Return a chart for each language: the pages of each level on its formula's scale."""
    snapshot = bench.snapshot
    charts = []
    for catalog in snapshot.catalogs:
        rows: list[Strip] = []
        told: list[str] = []
        formula = ""
        for level, name in LEVELS.items():
            dots: list[Dot] = []
            limit: float | None = None
            for topic in snapshot.library.topics.values():
                checks = bench.checked(topic)
                for page in checks.pages if checks else ():
                    if (page.level, page.locale) != (level, catalog.locale):
                        continue
                    if page.reading is None or not page.reading.scores:
                        continue
                    score = page.reading.scores[0]
                    formula, limit = score.formula, score.limit
                    address = Address(
                        View.PAGE, page.locale, page.audience, level, topic=topic.slug
                    )
                    label = f"{topic.slug}, {AUDIENCES[page.audience]}: {score.masked:.1f}"
                    bad = score.verdict == "fail"
                    dots.append(Dot(score.masked, label, page_url(address), bad))
            if dots and limit is not None:
                rows.append(Strip(name, dots, limit))
                middle = sorted(dot.value for dot in dots)[len(dots) // 2]
                told.append(f"{name}: {len(dots)} pages, median {middle:.1f}, limit {limit:g}")
        if rows:
            title = f"{catalog.name}: {formula} by level"
            charts.append((title, strips(title, rows), told))
    return charts


def growth(bench: Workbench) -> Markup:
    """Return a chart of how many page files there were, change by change."""
    head = bench.revisions.head()
    return steps("Page files over time", bench.revisions.growth(head) if head else ())
