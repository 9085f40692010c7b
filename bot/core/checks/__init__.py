"""The rules for everything readers see, each fault told with file, line, rule and cure.

The same checks run in `make check`, at the start of the bot and in the tests. RULES names every
rule in one line; content/README.md shows them to maintainers.
"""

from bot.core.checks.report import PageFigures, Report, check_all
from bot.core.checks.rules import RULES

__all__ = ["RULES", "PageFigures", "Report", "check_all"]
