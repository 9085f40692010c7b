from pathlib import Path

import pytest

from bot.core.safety import Triage

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def triage() -> Triage:
    return Triage.load(ROOT / "locales")
