"""Screens drawn to see whether Telegram takes them: sizes, buttons, addresses."""

from collections.abc import Iterator
from pathlib import Path

from bot.core.address import Address, View
from bot.core.model import Button, Open, Screen
from bot.core.render import Page
from bot.core.screens import Screens
from bot.core.screens.citations import SOURCES_PER_SCREEN
from bot.core.writers import classic
from bot.errors import AddressError, ContentError, Problem

OF_A_TOPIC = (View.PAGE, View.SOURCES, View.WORDS, View.ALOUD, View.SHARE, View.FEEDBACK)
MAX_BUTTON = 28
MAX_BUTTON_BESIDE = 20


class Drawing:
    """Draws screens and collects what is wrong with them in `problems`."""

    def __init__(self, screens: Screens) -> None:
        self.screens = screens
        self.problems: list[Problem] = []

    def page(self, address: Address, page: Page, file: Path) -> int:
        """Draw all of a page and what belongs to it; return the units of its largest part."""
        sizes = [
            self.screen(address.to(view, section=part.id), file)
            for part in page.parts
            for view in (View.PAGE, View.ALOUD)
        ]
        for turn in range(-(-len(page.sources) // SOURCES_PER_SCREEN)):
            self.screen(address.to(View.SOURCES, argument=str(turn)), file)
        self.screen(address.to(View.WORDS), file)
        self.screen(address.to(View.SHARE), file)
        return max(sizes)

    def screen(self, address: Address, file: Path) -> int:
        """Draw a screen and return its size in UTF-16 units; 0 where it cannot be drawn."""
        try:
            screen = self.screens.draw(address)
        except AddressError as error:
            self.problems.append(Problem(file, 0, "slug", str(error), "shorten the slug"))
            return 0
        except ContentError as error:
            self.problems += error.problems
            return 0
        except KeyError as error:
            labels = self.screens.desk.library.directory / "labels.toml"
            what = f"has no {error.args[0]!r}, which a screen shows"
            self.problems.append(Problem(labels, 0, "label", what, "add it to its table"))
            return 0
        units = classic.units(classic.write(screen.document))
        if units > classic.MAX_UNITS:
            where = f"part [#{address.section}]" if address.section else address.view.name.lower()
            what = f"{where} takes {units} of {classic.MAX_UNITS} units for {address.audience}"
            cure = "start a new part with a ## heading, or shorten it"
            self.problems.append(Problem(file, 0, "size", what, cure))
        self.problems += _buttons(screen, file)
        return units


def _buttons(screen: Screen, file: Path) -> Iterator[Problem]:
    for row in screen.rows:
        most = MAX_BUTTON if len(row) == 1 else MAX_BUTTON_BESIDE
        for button in row:
            yield from _button(button, most, file)


def _button(button: Button, most: int, file: Path) -> Iterator[Problem]:
    if len(button.label) > most:
        beside = "" if most == MAX_BUTTON else ", beside another"
        what = f"the button {button.label!r} has {len(button.label)} characters{beside}"
        yield Problem(file, 0, "label", what, f"shorten it to {most}")
    if isinstance(button, Open):
        try:
            button.address.pack()
        except AddressError as error:
            yield Problem(file, 0, "slug", str(error), "shorten the slug or the part id")
