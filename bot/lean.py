"""A quick and small start: what no reader needs is not loaded, nor looked for."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# structlog and httpx load these where they find them, typer brings them: 8 MB and 0.1 s for
# coloured tracebacks and a command line of httpx, which nobody who serves readers ever sees.
TERMINAL_ONLY = ("rich", "pygments")


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Let what is imported inside find these packages not installed.

    None in `sys.modules` is Python's documented way to say so. Packages that are loaded already
    stay as they are for everybody who has them.
    """
    before = {name: sys.modules[name] for name in packages if name in sys.modules}
    missing: dict[str, None] = dict.fromkeys(packages)
    sys.modules.update(missing)  # type: ignore[arg-type] # the type does not know of None
    try:
        yield
    finally:
        for name in packages:
            del sys.modules[name]
        sys.modules.update(before)


@contextmanager
def uncollected() -> Iterator[None]:
    """Do what makes many objects that stay: looking for garbage among them finds next to none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
