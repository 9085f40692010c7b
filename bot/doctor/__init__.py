"""Looks at everything the bot needs to run, and says what to do where it is not right."""

from bot.doctor.checks import Check
from bot.doctor.examination import Diagnosis, examine

__all__ = ["Check", "Diagnosis", "examine"]
