"""Every screen has an address: what a button carries, and what a deep link carries.

An address packs into at most 64 characters of `A-Za-z0-9_-`, which both Telegram's callback
data (1-64 bytes) and its deep-link payload (1-64 of these characters) allow. It holds all that
is needed to draw the screen, so it works after a restart, on any replica, years later:

    1pps-_en_GB_nerve-pain_types_arg
    │││││ └ locale, region, topic, section, argument; empty ones at the end are left out
    ││││└ the choice this tap makes (`Choice`), `-` for none
    │││└ reading level, `-` while not chosen
    ││└ audience, `-` while not chosen
    │└ view
    └ version of this format
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from bot.core.model import Audience, Level
from bot.errors import AddressError

VERSION = "1"
MAX_LENGTH = 64
MAX_TOPIC = 22
MAX_SECTION = 14
MAX_ARGUMENT = 6


class View(StrEnum):
    """What a screen shows. The letter is stored in buttons for years: never reuse one."""

    START = "s"
    READING = "a"
    MENU = "m"
    GROUP = "g"
    PAGE = "p"
    SOURCES = "r"
    WORDS = "w"
    LANGUAGE = "l"
    SETTINGS = "e"
    PRIVACY = "v"
    MY_DATA = "d"
    EXPORT = "x"
    FORGET = "f"
    FORGOTTEN = "z"
    HELP = "h"
    URGENT = "u"
    COUNTRY = "c"
    COMPARE = "k"
    VISIT = "q"
    QUIZ = "j"
    ALOUD = "o"
    SHARE = "b"
    FEEDBACK = "t"


class Choice(StrEnum):
    """Which of the reader's choices a tap makes, so that only that one is stored."""

    NONE = "-"
    AUDIENCE = "a"
    LEVEL = "l"
    LOCALE = "o"
    REGION = "r"
    REMEMBER = "y"
    DO_NOT_REMEMBER = "n"
    VISIT = "v"


_AUDIENCES = {"p": Audience.PATIENT, "c": Audience.CAREGIVER, "h": Audience.PROFESSIONAL}
_AUDIENCES |= {"g": Audience.GENERAL}
_LEVELS = {"s": Level.SIMPLE, "t": Level.STANDARD, "d": Level.DETAILED}
_AUDIENCE_LETTER = {audience: letter for letter, audience in _AUDIENCES.items()}
_LEVEL_LETTER = {level: letter for letter, level in _LEVELS.items()}

_FIELDS = {
    "locale": re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?"),
    "region": re.compile(r"([A-Z]{2})?"),
    "topic": re.compile(rf"[a-z0-9-]{{0,{MAX_TOPIC}}}"),
    "section": re.compile(rf"[a-z0-9-]{{0,{MAX_SECTION}}}"),
    "argument": re.compile(rf"[A-Za-z0-9-]{{0,{MAX_ARGUMENT}}}"),
}
_HEADER_LENGTH = 5


@dataclass(frozen=True, slots=True)
class Address:
    """The address of one screen for one kind of reader.

    `topic` and `section` name a page, or on other screens the page the reader came from and
    returns to. `argument` is a short word of the view's own.
    """

    view: View
    locale: str = "en"
    audience: Audience | None = None
    level: Level | None = None
    region: str = ""
    topic: str = ""
    section: str = ""
    argument: str = ""
    choice: Choice = Choice.NONE

    def to(self, view: View, **changes: object) -> Self:
        """Return the address of another view for the same reader.

        Topic and section go along; argument and choice do not, unless given in `changes`.
        """
        values: dict[str, object] = {"view": view, "argument": "", "choice": Choice.NONE}
        return replace(self, **(values | changes))  # type: ignore[arg-type]

    @property
    def reading_level(self) -> Level:
        """Return the chosen level, or the one this audience starts with."""
        return self.level or self.reading_audience.default_level

    @property
    def reading_audience(self) -> Audience:
        """Return the chosen audience, or the one that stands for no choice."""
        return self.audience or Audience.GENERAL

    def pack(self) -> str:
        """Return the address as at most 64 characters.

        Raises AddressError for a part that is too long or has a character outside its form:
        content with such a slug fails its check, so a reader never meets this.
        """
        header = "".join(
            (
                VERSION,
                self.view,
                _AUDIENCE_LETTER[self.audience] if self.audience else "-",
                _LEVEL_LETTER[self.level] if self.level else "-",
                self.choice,
            )
        )
        locale = self.locale.replace("_", "-")
        parts = (locale, self.region, self.topic, self.section, self.argument)
        for value, (name, form) in zip(parts, _FIELDS.items(), strict=True):
            if not form.fullmatch(value):
                raise AddressError(f"{name} {value!r} does not fit an address")
        packed = "_".join((header, *parts)).rstrip("_")
        if len(packed) > MAX_LENGTH:
            raise AddressError(f"{packed!r} is longer than {MAX_LENGTH} characters")
        return packed

    @classmethod
    def unpack(cls, packed: str) -> Self:
        """Return the address that `pack` made; AddressError for any other text."""
        header, *parts = packed[: MAX_LENGTH + 1].split("_")
        if len(packed) > MAX_LENGTH or len(header) != _HEADER_LENGTH or header[0] != VERSION:
            raise AddressError("not an address of this version")
        if not 1 <= len(parts) <= len(_FIELDS):
            raise AddressError("an address has one to five fields")
        parts += [""] * (len(_FIELDS) - len(parts))
        for value, (name, form) in zip(parts, _FIELDS.items(), strict=True):
            if not form.fullmatch(value):
                raise AddressError(f"the {name} of the address is malformed")
        view, audience, level, choice = tuple(header[1:])
        locale, region, topic, section, argument = parts
        try:
            return cls(
                view=View(view),
                audience=None if audience == "-" else _AUDIENCES[audience],
                level=None if level == "-" else _LEVELS[level],
                choice=Choice(choice),
                locale=locale.replace("-", "_"),
                region=region,
                topic=topic,
                section=section,
                argument=argument,
            )
        except (KeyError, ValueError) as error:
            raise AddressError("the address names something unknown") from error
