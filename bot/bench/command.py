"""The whole of `python -m bot bench`."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.bench import report
from bot.bench.contenders import (
    Contender,
    aiogram_peer,
    aiogram_webhook_peer,
    floor,
    ours,
    telegram_peer,
)
from bot.bench.rounds import Plan, layers, measure, prepare
from bot.config import Settings

RESULT = Path("var/bench.json")
# So often each text is read when typed words are timed.
READINGS = 5
QUICK = Plan(rounds=1, seconds=1.0, parts=200, rates=(100,))


def bench(settings: Settings, plan: Plan, result: Path, tell: Callable[[str], None]) -> None:
    """Measure all contenders, tell the table line by line and write all figures to `result`.

    Raises BotError when a contender does not start or shows a reader anything but the page that
    was tapped for: such a run has no figures.
    """
    with tempfile.TemporaryDirectory(prefix="clearleaf-bench-") as name:
        folder = Path(name)
        tell("Drawing every page ...")
        parts = prepare(settings, folder, plan.parts)
        found = measure(plan, parts, _contenders(folder), folder, tell)
        shares = {
            contender.name: layers(contender, folder, parts, plan)
            for contender in (ours(folder, webhook=True), ours(folder, webhook=False))
        }
    everything = report.figures(plan, parts, found) | {"layers": shares}
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text(json.dumps(everything, indent=1) + "\n", "utf-8")
    tell("")
    tell(report.table(everything))
    tell(f"\nAll figures: {result}")


def _contenders(folder: Path) -> tuple[Contender, ...]:
    everybody = (
        ours(folder, webhook=False),
        ours(folder, webhook=True),
        telegram_peer(),
        aiogram_peer(),
        aiogram_webhook_peer(),
        floor(),
    )
    return tuple(contender for contender in everybody if contender is not None)
