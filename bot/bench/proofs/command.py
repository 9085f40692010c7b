"""`python -m bot bench --prove`."""

import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.bench.proofs.flood import flood
from bot.bench.proofs.kill import kill
from bot.bench.proofs.lost import lost
from bot.bench.proofs.place import prepare
from bot.bench.proofs.soak import soak
from bot.config import Settings
from bot.errors import ConfigError

# A crowd reads the same pages much; only a soak goes through the whole library.
PARTS = 200
# How much where nothing else is asked for: kills of each of four bots, stops, updates, minutes.
AMOUNTS = {"kill": 50.0, "lost": 5.0, "flood": 100_000.0, "soak": 60.0}


def prove(
    settings: Settings,
    name: str,
    amount: float,
    description: Path,
    tell: Callable[[str], None],
) -> bool:
    """Do one proof and tell its table; return whether it holds. ConfigError for an unknown one.

    `amount` 0 is the whole of it, `description` the Bot API that a flood is made from.
    """
    if name not in AMOUNTS:
        raise ConfigError(f"there is no proof {name!r}; there are {', '.join(AMOUNTS)}")
    amount = amount or AMOUNTS[name]
    with tempfile.TemporaryDirectory(prefix="clearleaf-proof-") as folder:
        place = prepare(settings, Path(folder), None if name == "soak" else PARTS)
        match name:
            case "kill":
                sound = kill(place, round(amount), tell)
            case "lost":
                sound = lost(place, round(amount), tell)
            case "soak":
                sound = soak(place, amount, tell)
            case _:
                seed = secrets.randbelow(10**6)
                tell(f"seed {seed}")
                sound = flood(place, description, round(amount), seed, tell)
    tell("holds" if sound else "does not hold")
    return sound
