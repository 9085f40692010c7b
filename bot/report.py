"""How the bot is used, from counters that know no reader: what `python -m bot report` prints.

Small numbers are hidden in every form; `bot.store.usage` holds how.
"""

from html import escape

from bot.core.screens.feedback import HELPFUL, REASONS
from bot.store.counters import shown
from bot.store.usage import PAGES, Usage


def table(found: Usage) -> str:
    """Return the report as text."""
    lines: list[str] = []
    for title, numbers in found.sections():
        lines += [title, *(f"{shown(n):>8}  {name or '-'}" for name, n in numbers.most_common())]
        lines.append("")
    lines.append("What readers said of pages (page.level.language.revision)")
    for page in sorted(found.feedback, key=lambda page: -page.total):
        told = ", ".join(f"{reason} {page.share(reason)}" for reason in REASONS)
        lines.append(f"{shown(page.total):>8}  {page.name}  helped {page.share(HELPFUL)}; {told}")
    return "\n".join(lines)


def picture(found: Usage) -> str:
    """Return the pages opened as an SVG picture of bars; small numbers have no bar."""
    rows = [(name, n) for name, n in found.pages.most_common() if not shown(n).startswith("<")]
    height, left, width = 22, 190, 420
    most = max((n for _, n in rows), default=1)
    bars = [
        f'<text x="{left - 8}" y="{at * height + 43}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{left}" y="{at * height + 30}" height="16" width="{width * n / most:.0f}"/>'
        f'<text x="{left + width * n / most + 6:.0f}" y="{at * height + 43}">{n}</text>'
        for at, (name, n) in enumerate(rows)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 80}" '
        f'height="{len(rows) * height + 50}" font-family="sans-serif" font-size="13" '
        f'role="img" aria-label="{PAGES}">'
        '<rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="8" y="18" font-weight="bold">{PAGES}</text>'
        f'<g fill="#2a6f97">{"".join(bars)}</g></svg>\n'
    )
