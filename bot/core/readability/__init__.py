"""How hard a unit is to read, and which plain-language rules it breaks.

    rules = load_rules(Path("locales/en/reading.toml"))
    reading = measure([Passage("paragraph", "Diazepam can make you sleepy.", 12)], rules, "simple")
    reading.scores, reading.findings

A unit is all the plain text one reader gets for one topic, level and audience, citations
stripped. It is measured as a whole, since a few sentences say little about a text. RULES holds
every rule in one line.
"""

from bot.core.readability.findings import LEVELS, RULES, Finding
from bot.core.readability.formulas import FORMULAS
from bot.core.readability.measure import LongSentence, Reading, Score, measure
from bot.core.readability.rules import ReadingRules, load_rules
from bot.core.readability.words import Passage

__all__ = [
    "FORMULAS",
    "LEVELS",
    "RULES",
    "Finding",
    "LongSentence",
    "Passage",
    "Reading",
    "ReadingRules",
    "Score",
    "load_rules",
    "measure",
]
