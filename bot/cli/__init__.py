"""The commands of `python -m bot`. Exit codes: 0 fine, 1 problems found, 2 misuse."""

from bot.cli import database, editing, measuring, serving
from bot.cli.app import app

__all__ = ["app", "database", "editing", "main", "measuring", "serving"]


def main() -> None:
    """Run the command line."""
    app()
