"""The command line itself: what commands are added to, and what becomes of their errors."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import typer

from bot.errors import BotError, ConfigError, ContentError

P = ParamSpec("P")
R = TypeVar("R")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The commands of `python -m bot`. Exit codes: 0 fine, 1 problems found, 2 misuse.",
)


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what can be explained into a message and an exit code."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except ContentError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None
        except ConfigError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
        except BotError as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from None

    return wrapped
