"""What a page must not keep silent about: stopping, danger, and where advice differs."""

import re
from collections.abc import Iterator

from bot.core.checks.locate import Locator
from bot.core.checks.text import cited, page_lines
from bot.core.library import Library
from bot.core.model import Audience, Box, Inlines, Level
from bot.core.render import Page
from bot.core.writers import plain
from bot.errors import Problem

STOPPING_FACT = "DEP-10"
"""The fact that says not to stop suddenly after regular use."""

_STOPPING = re.compile(
    r"\b(?:stop(?:s|ped|ping)?|com(?:e|es|ing) off|taper\w*|quit\w*|withdrawal)\b", re.IGNORECASE
)
_DANGER = re.compile(
    r"\b(?:(?:took|taken|takes|swallowed) (?:far )?too much|cannot (?:be woken|wake)"
    r"|can.t wake|not waking|blue lips)\b",
    re.IGNORECASE,
)
_OVERDOSE = re.compile(r"\boverdos\w*", re.IGNORECASE)
_HELP = re.compile(r"\b(?:emergency|urgent help)\b", re.IGNORECASE)


def check_safety(page: Page, library: Library, locator: Locator) -> Iterator[Problem]:
    """Yield what is missing from a page for its readers' safety."""
    if page.audience is not Audience.PROFESSIONAL:
        yield from _stopping(page, locator)
        yield from _emergency(page, locator)
    yield from _differs(page, library, locator)


def _stopping(page: Page, locator: Locator) -> Iterator[Problem]:
    found = _line_with(page, _STOPPING)
    if found is not None and STOPPING_FACT not in page.facts:
        line, words = found
        place = locator.place(line)
        cure = f"say on this page not to stop suddenly, and cite [@{STOPPING_FACT}]"
        what = f"{words!r} without the warning about stopping suddenly"
        yield Problem(place.file, place.line, "stopping", what, cure)


def _emergency(page: Page, locator: Locator) -> Iterator[Problem]:
    if any(_HELP.search(plain.words(line)) for line in page_lines(page)):
        return
    danger = _line_with(page, _DANGER)
    found = danger or _line_with(page, _OVERDOSE)
    if found is not None:
        line, words = found
        place = locator.place(line)
        cure = "say to call the local emergency number, or to get urgent help"
        what = f"{words!r} without where to get help at once"
        yield Problem(place.file, place.line, "emergency", what, cure, danger is None)


def _differs(page: Page, library: Library, locator: Locator) -> Iterator[Problem]:
    told = set(page.facts)
    boxed = {
        fact
        for part in page.parts
        for block in part.blocks
        if isinstance(block, Box) and block.kind == "differs"
        for fact in cited([block])
    }
    hint = page.level is Level.SIMPLE or page.audience is Audience.PROFESSIONAL
    for name in page.facts:
        fact = library.facts.get(name)
        for other in fact.conflicts if fact else ():
            if name < other and other in told and not {name, other} & boxed:
                place = locator.fact(name)
                cure = "set who says what into ::: differs ... :::, or cite one of them"
                what = f"{name} and {other} differ, and no box tells the reader"
                yield Problem(place.file, place.line, "differs", what, cure, hint)


def _line_with(page: Page, pattern: re.Pattern[str]) -> tuple[Inlines, str] | None:
    for line in page_lines(page):
        match = pattern.search(plain.words(line))
        if match:
            return line, match.group()
    return None
