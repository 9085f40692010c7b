"""The nouns of the house: who reads, what is shown, what a person did, what happens next.

Everything here is a plain immutable value. Text in a `Document` is already in the reader's
language; markup is decided later, by a writer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.core.address import Address

Direction = Literal["ltr", "rtl"]


class Audience(StrEnum):
    """Who reads. It changes wording and the default level, never access."""

    PATIENT = "patient"
    CAREGIVER = "caregiver"
    PROFESSIONAL = "professional"
    GENERAL = "general"

    @property
    def default_level(self) -> "Level":
        """Return the level a reader of this audience starts with."""
        return Level.DETAILED if self is Audience.PROFESSIONAL else Level.SIMPLE


class Level(StrEnum):
    """How much is said and in which words, from the plainest to the fullest."""

    SIMPLE = "simple"
    STANDARD = "standard"
    DETAILED = "detailed"

    def step(self, by: int) -> "Level | None":
        """Return the level `by` steps fuller (negative: plainer), None past either end."""
        levels = list(Level)
        position = levels.index(self) + by
        return levels[position] if 0 <= position < len(levels) else None


class Status(StrEnum):
    """Review state of a page, as shown to the reader in words."""

    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    OVERDUE = "overdue"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Text:
    """A run of words in one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an address on the web."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Term:
    """Words explained in the glossary under `word`."""

    text: str
    word: str


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a statement comes from: fact ids, and the numbers of their sources on this page."""

    facts: tuple[str, ...]
    numbers: tuple[int, ...] = ()


Inline = Text | Link | Term | Cite
Inlines = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; level 1 is the screen's own."""

    level: int
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Items:
    """A list, bulleted or numbered."""

    items: tuple[Inlines, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """Blocks set apart: `kind` says as what (`differs`, `doses`, `note`)."""

    kind: str
    blocks: tuple["Block", ...]


Block = Heading | Paragraph | Items | Box


@dataclass(frozen=True, slots=True)
class Document:
    """What a writer turns into a message. Medical text gets here only through `layout.frame`."""

    blocks: tuple[Block, ...]
    locale: str
    direction: Direction = "ltr"

    def preceded_by(self, blocks: tuple[Block, ...]) -> "Document":
        """Return the document with blocks in front of it."""
        return Document((*blocks, *self.blocks), self.locale, self.direction)

    def followed_by(self, blocks: tuple[Block, ...]) -> "Document":
        """Return the document with blocks behind it."""
        return Document((*self.blocks, *blocks), self.locale, self.direction)


@dataclass(frozen=True, slots=True)
class Open:
    """A button that opens a screen."""

    label: str
    address: "Address"
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """A button that copies up to 256 characters to the reader's clipboard."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A button that opens a web page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Share:
    """A button that lets the reader choose a chat to send a link to a screen, with a text."""

    label: str
    address: "Address"
    text: str


@dataclass(frozen=True, slots=True)
class CopyLink:
    """A button that copies the link to a screen."""

    label: str
    address: "Address"


Button = Open | Copy | CopyLink | Share | Visit
Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """A whole message: its text and its rows of buttons.

    `medical` screens carry a review state and a disclaimer; tests hold them to it.
    """

    document: Document
    rows: Rows = ()
    medical: bool = False

    def buttons(self) -> Iterator[Button]:
        """Yield every button, row by row."""
        for row in self.rows:
            yield from row


@dataclass(frozen=True, slots=True)
class Reader:
    """What is known of the person now: stored choices, if any, and the client's language.

    `held` is what the database holds, for `/mydata`; None when it holds nothing.
    """

    language_code: str | None = None
    audience: Audience | None = None
    level: Level | None = None
    locale: str | None = None
    region: str | None = None
    remember: bool = False
    held: "Held | None" = None


@dataclass(frozen=True, slots=True)
class Held:
    """Everything the database holds about one reader, apart from the key it is held under.

    `visit` holds the questions ticked for a visit, as an address does.
    """

    audience: str | None
    level: str | None
    locale: str | None
    region: str | None
    view: str
    remember: bool
    last_used: date
    expires: date
    visit: str | None = None


@dataclass(frozen=True, slots=True)
class Tap:
    """A button was pressed; `data` is whatever the button carried."""

    data: str


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command, without the slash; `argument` is the rest of the line."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """Typed words, a caption, or an edited message."""

    text: str


@dataclass(frozen=True, slots=True)
class Attach:
    """Something that is not text: a photo, a voice message, a place."""


@dataclass(frozen=True, slots=True)
class InGroup:
    """The bot was addressed in a group, where it says nothing about health."""


@dataclass(frozen=True, slots=True)
class StorageFailed:
    """The database refused what the last turn asked of it."""


@dataclass(frozen=True, slots=True)
class TooFast:
    """The reader asked for more than a person can read; this time nothing else is said."""


Action = Tap | Command | Say | Attach | InGroup | StorageFailed | TooFast


@dataclass(frozen=True, slots=True)
class Keep:
    """Remember a choice; fields left None stay as they are."""

    audience: Audience | None = None
    level: Level | None = None
    locale: str | None = None
    region: str | None = None
    remember: bool | None = None
    visit: str | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete every row about this reader."""


@dataclass(frozen=True, slots=True)
class Export:
    """Send what is held as a file."""


@dataclass(frozen=True, slots=True)
class Count:
    """Add one to an anonymous counter."""

    event: str
    detail: str = ""


Effect = Keep | Forget | Export | Count


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to one action.

    `effects` happen first; if storing fails, the screens are replaced by the core's answer to
    `StorageFailed`. `screens` are sent in order; with `edit` the first one replaces the message
    whose button was pressed. A `shared` turn is the same for every reader, all day long.
    """

    screens: tuple[Screen, ...] = ()
    effects: tuple[Effect, ...] = ()
    edit: bool = False
    toast: str = ""
    urgent: bool = field(default=False)
    shared: bool = field(default=False)
