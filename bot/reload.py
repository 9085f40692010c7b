"""Content that changes on disk reaches readers without a restart, if it passes every check.

What is served was read whole into memory, so a file that is half written is never shown. A change
is checked by `python -m bot check` in a process of its own, which leaves this one free to answer;
only then is it read anew and put in the place of the old. If something changed meanwhile, all of
it is done again. What fails is named in the log, and readers keep what they had.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path

import structlog

from bot import bootstrap
from bot.bootstrap import Content
from bot.config import Settings
from bot.core.conversation import Conversation
from bot.errors import ContentError

# Milliseconds of quiet after a change: an editor saves several files, git many.
QUIET = 800
_SHOWN = 20

log = structlog.get_logger()
Stamp = frozenset[tuple[str, int, int]]


async def follow(
    settings: Settings, swap: Callable[[Content, Conversation], None], stopping: asyncio.Event
) -> None:
    """Call `swap` with new content each time a sound change was made, until `stopping` is set."""
    from watchfiles import awatch  # noqa: PLC0415 - only a process that serves needs it

    served = _stamp(settings)
    folders = (settings.content_dir, settings.locales_dir)
    async for _ in awatch(*folders, debounce=QUIET, stop_event=stopping):
        while (found := _stamp(settings)) != served and not stopping.is_set():
            loaded = await _load(settings)
            if found != _stamp(settings):
                continue
            served = found
            if loaded:
                swap(*loaded)
                log.info("content_swapped")


async def _load(settings: Settings) -> tuple[Content, Conversation] | None:
    """Return the content as it stands on disk, None where it may not be served."""
    if not await _is_sound(settings):
        return None
    try:
        return await asyncio.to_thread(_read, settings)
    except ContentError as error:
        _tell([str(problem) for problem in error.problems])
        return None


def _read(settings: Settings) -> tuple[Content, Conversation]:
    content = bootstrap.load_content(settings)
    return content, bootstrap.conversation(content, settings)


async def _is_sound(settings: Settings) -> bool:
    places = {
        "BOT_CONTENT_DIR": str(settings.content_dir),
        "BOT_LOCALES_DIR": str(settings.locales_dir),
        "BOT_CACHE_DIR": str(settings.cache_dir),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "check", "--quiet"),
        env=os.environ | places,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        _tell(said.decode(errors="replace").splitlines())
    return process.returncode == 0


def _tell(problems: list[str]) -> None:
    log.warning("content_kept", problems=problems[:_SHOWN], more=max(len(problems) - _SHOWN, 0))


def _stamp(settings: Settings) -> Stamp:
    """Return name, size and time of every file: equal while nothing was written."""
    found = set()
    for folder in (settings.content_dir, settings.locales_dir):
        for file in Path(folder).rglob("*"):
            try:
                told = file.stat()
            except OSError:
                continue
            if file.is_file():
                found.add((str(file), told.st_size, told.st_mtime_ns))
    return frozenset(found)
