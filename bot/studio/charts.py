"""Small pictures as inline SVG, each with its figures in words for those who do not see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

_WIDTH, _LEFT, _RIGHT = 640, 92, 16
_ROW, _TOP, _FOOT = 30, 10, 26


@dataclass(frozen=True, slots=True)
class Dot:
    """One page on a scale, and where a tap on it leads."""

    value: float
    label: str
    href: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """The pages of one level on a scale, and the limit that holds there."""

    name: str
    dots: Sequence[Dot]
    limit: float | None = None


def strips(title: str, rows: Sequence[Strip]) -> Markup:
    """Return one line of dots per row on a common scale, with the limits as bars."""
    values = [dot.value for row in rows for dot in row.dots]
    values += [row.limit for row in rows if row.limit is not None]
    if not values:
        return Markup("")
    low, high = min(0.0, *values), max(values) * 1.05 or 1.0
    height = _TOP + _ROW * len(rows) + _FOOT

    def x(value: float) -> float:
        return round(_LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT), 1)

    drawn: list[Markup] = []
    for number, row in enumerate(rows):
        y = _TOP + _ROW * number + _ROW / 2
        drawn.append(_line("axis", (x(low), y), (x(high), y)))
        drawn.append(_text("name", 4, y + 4, row.name))
        if row.limit is not None:
            drawn.append(_line("limit", (x(row.limit), y - 11), (x(row.limit), y + 11)))
        for dot in row.dots:
            circle = Markup(
                '<a href="{}" tabindex="-1"><circle class="{}" cx="{}" cy="{}" r="4.5">'
                "<title>{}</title></circle></a>"
            )
            kind = "dot bad" if dot.bad else "dot"
            drawn.append(circle.format(dot.href, kind, x(dot.value), y, dot.label))
    foot = height - 8
    drawn += [
        _text("tick", x(low), foot, f"{low:g}"),
        _text("tick", x(high) - 24, foot, f"{high:.0f}"),
    ]
    return _svg(title, height, drawn)


def steps(title: str, points: Sequence[tuple[date, int]]) -> Markup:
    """Return how a count grew, change by change."""
    if len(points) < 2:  # noqa: PLR2004 - one point is no line
        return Markup("")
    height, most = 140, max(count for _, count in points) or 1
    width = _WIDTH - _LEFT - _RIGHT
    place = [
        (
            round(_LEFT + width * number / (len(points) - 1), 1),
            round(_TOP + (height - _TOP - _FOOT) * (1 - count / most), 1),
        )
        for number, (_, count) in enumerate(points)
    ]
    path = f"M{place[0][0]} {place[0][1]}" + "".join(f"H{x}V{y}" for x, y in place[1:])
    drawn = [
        _line("axis", (_LEFT, height - _FOOT), (_WIDTH - _RIGHT, height - _FOOT)),
        Markup('<path class="line" d="{}"/>').format(path),
        _text("name", 4, place[-1][1] + 4, f"{points[-1][1]} files"),
        _text("tick", _LEFT, height - 8, f"{points[0][0]}"),
        _text("tick", _WIDTH - _RIGHT - 78, height - 8, f"{points[-1][0]}"),
    ]
    return _svg(title, height, drawn)


def _svg(title: str, height: float, drawn: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" aria-hidden="true"><title>{}</title>{}</svg>'
    ).format(_WIDTH, height, title, Markup("").join(drawn))


def _line(kind: str, start: tuple[float, float], end: tuple[float, float]) -> Markup:
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(kind, *start, *end)


def _text(kind: str, x: float, y: float, text: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, x, y, escape(text))
