"""Figures of all rounds as a table for people and JSON for machines."""

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from bot.bench.contenders import AIOGRAM_PYTHON
from bot.bench.rounds import Measured, Plan

Json = dict[str, Any]
_LOAD_PARTS = ("served", "p50", "p99", "cpu")
Rounds = dict[str, list[Measured]]
_COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("start", "start s", 2),
    ("memory", "memory MB", 0),
    ("first_rate", "first taps/s", 0),
    ("rate", "taps/s", 0),
    ("cpu", "CPU ms/tap", 2),
    ("busy", "bot busy", 2),
    ("load_busy", "load busy", 2),
)


def machine() -> Json:
    """Return what the figures depend on: processor, cores, system and versions."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "system": f"{platform.system()} {platform.release()}",
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "python-telegram-bot": importlib.metadata.version("python-telegram-bot"),
        "aiogram": _aiogram_version(),
    }


def figures(plan: Plan, parts: int, found: Rounds) -> Json:
    """Return everything: machine, plan, medians with ranges, ratios, and each round's figures."""
    return {
        "machine": machine(),
        "plan": asdict(plan) | {"parts": parts},
        "contenders": {name: _summary(rounds) for name, rounds in found.items()},
        "ratios": _ratios(found),
        "rounds": {name: [asdict(one) for one in rounds] for name, rounds in found.items()},
    }


def table(result: Json) -> str:
    """Return the figures as lines of text."""
    facts = ", ".join(f"{name} {v}" for name, v in result["machine"].items() if v is not None)
    plan = result["plan"]
    lines = [
        facts,
        f"{plan['rounds']} interleaved rounds of {plan['seconds']:g} s each; median [min-max]",
        f"{plan['readers']} readers tap {plan['parts']} parts of pages; each edit fully compared",
        "",
        _row("", [title for _, title, _ in _COLUMNS], "early acks"),
    ]
    for name, row in result["contenders"].items():
        cells = [_cell(row[column], digits) for column, _, digits in _COLUMNS]
        lines.append(_row(name, cells, f"{row['early']} of {row['taps']}"))
    lines += ["", "ratios inside a round"]
    for name, ratio in result["ratios"].items():
        lines.append(f"  {name}")
        parts = (f"{what} {_cell(spread, 2)}" for what, spread in ratio.items())
        lines.append(f"    {', '.join(parts)}")
    lines += ["", "tap to new text in ms, p50 | p99, and taps served per second", ""]
    lines += _loads(result["contenders"])
    for name, layers in result.get("layers", {}).items():
        lines += ["", f"{name}: milliseconds per tap by layer, sampled at full load"]
        lines += [f"  {layer:<40}{cost:8.3f}" for layer, cost in layers.items()]
    lines += ["", "The floor shows what the load server itself can take."]
    if any(row["memory"] is None for row in result["contenders"].values()):
        lines += ["", "No /proc here: memory and processor time are not measured."]
    if result["machine"]["aiogram"] is None:
        lines += ["", "aiogram is not measured: `make bench` builds its environment."]
    return "\n".join(lines)


def _summary(rounds: Sequence[Measured]) -> Json:
    columns: Json = {
        column: _spread([getattr(one, column) for one in rounds]) for column, *_ in _COLUMNS
    }
    taps = sum(one.taps + sum(load.taps for load in one.loads) for one in rounds)
    early = sum(one.early + sum(load.early for load in one.loads) for one in rounds)
    loads = [
        {"rate": same[0].rate, "delay": same[0].delay}
        | {part: _spread([getattr(one, part) for one in same]) for part in _LOAD_PARTS}
        for same in zip(*(one.loads for one in rounds), strict=True)
    ]
    return columns | {"taps": taps, "early": early, "loads": loads}


def _loads(contenders: Json) -> list[str]:
    """Return a line per contender for each load: fixed rates, without and with a way to go."""
    lines = []
    for number, load in enumerate(next(iter(contenders.values()))["loads"]):
        what = f"{load['rate']} taps/s" if load["rate"] else "as many as are served"
        way = f", {load['delay'] * 2000:g} ms there and back" if load["delay"] else ""
        lines.append(f"  {what}{way}")
        for name, row in contenders.items():
            one = row["loads"][number]
            cells = (_cell(one["p50"], 1), _cell(one["p99"], 1), _cell(one["served"], 0))
            cpu = _cell(one["cpu"], 2)
            lines.append(f"    {name:<29}{' | '.join(cells):<60} CPU ms/tap {cpu}")
    return lines


def _ratios(found: Rounds) -> Json:
    """Return ours over each peer's: above 1 is faster for the rate, more for the rest."""
    own = [name for name in found if name.startswith("clearleaf")]
    others = [name for name in found if name not in own and not name.startswith("floor")]
    return {
        f"{one} / {other}": {
            "taps/s": _over(found[one], found[other], lambda m: m.rate),
            "CPU per tap": _over(found[one], found[other], lambda m: m.cpu),
            "start": _over(found[one], found[other], lambda m: m.start),
            "memory": _over(found[one], found[other], lambda m: m.memory),
            "taps/s, far away": _over(found[one], found[other], _far),
        }
        for one in own
        for other in others
    }


def _far(measured: Measured) -> float | None:
    return next((load.served for load in measured.loads if load.delay and not load.rate), None)


def _over(
    ours: Sequence[Measured],
    theirs: Sequence[Measured],
    figure: Callable[[Measured], float | None],
) -> list[float] | None:
    pairs = ((figure(a), figure(b)) for a, b in zip(ours, theirs, strict=True))
    return _spread([a / b if a is not None and b else None for a, b in pairs])


def _spread(values: Sequence[float | None]) -> list[float] | None:
    """Return median, least and most; None where one is not known."""
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    return [median(known), min(known), max(known)]


def _cell(spread: list[float] | None, digits: int) -> str:
    if spread is None:
        return "-"
    middle, least, most = (f"{value:.{digits}f}" for value in spread)
    return f"{middle} [{least}-{most}]"


def _row(name: str, cells: list[str], last: str) -> str:
    return f"{name:<29}" + "".join(f"{cell:>18}" for cell in cells) + f"{last:>17}"


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    for line in file.read_text("utf-8", "replace").splitlines() if file.exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _aiogram_version() -> str | None:
    if not AIOGRAM_PYTHON.exists():
        return None
    ask = "import importlib.metadata as m; print(m.version('aiogram'))"
    told = subprocess.run(  # noqa: S603 - our own environment
        (str(AIOGRAM_PYTHON), "-c", ask), capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or None
