"""What stands beside the pages: options compared, questions for a visit, check yourself.

Each is one file of `content/` with a review state and a disclaimer of its own. A library
without such a file has no such screens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field

from bot.core.files import Entry, Reading
from bot.core.markdown import parse
from bot.core.model import Audience, Level, Paragraph
from bot.core.reviews import Approval, Review, approved

MAX_BITS = 31
"""How many questions a visit's list can tick: six characters of base 36 hold as many bits."""
MOST_PICKS = 3
FEWEST_PICKS = 2
MOST_QUESTIONS = 10
ANY_PAIN = "any"

_BUTTON = Annotated[str, Field(max_length=28)]


def _one_paragraph(text: str) -> str:
    """Return a text that a screen can show; ValueError for what it could not."""
    blocks = parse(text)
    if text and not (len(blocks) == 1 and isinstance(blocks[0], Paragraph)):
        raise ValueError("is not one paragraph")
    return text


_Cited = Annotated[str, AfterValidator(_one_paragraph)]


class Extra(Entry):
    """A file beside the pages: what heads it, and where its review stands."""

    title: str
    disclaimer: str = "general"
    risk: Literal["low", "medium", "high"] = "medium"
    review: Review


class Depths(Entry):
    """One statement in the plainest words, and more fully."""

    plain: _Cited
    full: _Cited

    def at(self, level: Level) -> str:
        """Return the text for a level."""
        return self.plain if level is Level.SIMPLE else self.full


class Cell(Entry):
    """What is said of one option in one row; `unknown` where the sources are silent."""

    plain: _Cited = ""
    full: _Cited = ""
    unknown: bool = False


class Pain(Entry):
    """A kind of pain that options are compared for; `topics` are the pages about it."""

    title: str
    button: _BUTTON
    topics: tuple[str, ...] = ()


class Row(Entry):
    """One question asked of every option; rows of the same `screen` are shown together."""

    title: str
    screen: Annotated[int, Field(ge=1, le=9)]
    by_pain: bool = False


class Option(Entry):
    """Something that can be done; `topic` is its page."""

    title: str
    button: Annotated[str, Field(max_length=26)]
    topic: str


class Comparison(Extra):
    """`compare.toml`: the same rows for every option. `cells` go by option, row and pain."""

    not_known: Depths
    pains: Mapping[Annotated[str, Field(pattern=r"^[a-z]{1,8}$")], Pain]
    rows: Mapping[str, Row]
    options: Mapping[Annotated[str, Field(pattern=r"^[a-z]$")], Option]
    cells: Mapping[str, Mapping[str, Mapping[str, Cell]]]

    def picks(self, letters: str) -> str:
        """Return the letters that name options, in the order of the file, at most three."""
        return "".join([letter for letter in self.options if letter in letters][:MOST_PICKS])

    def screens(self) -> tuple[int, ...]:
        """Return the numbers of the screens that rows stand on, in order."""
        return tuple(sorted({row.screen for row in self.rows.values()}))

    def text(self, option: str, row: str, pain: str, level: Level) -> str:
        """Return what a cell says at a level, with its citations."""
        kind = pain if self.rows[row].by_pain else ANY_PAIN
        cell = self.cells.get(option, {}).get(row, {}).get(kind, Cell(unknown=True))
        if cell.unknown:
            return self.not_known.at(level)
        return Depths(plain=cell.plain, full=cell.full).at(level)


class QuestionSet(Entry):
    """Questions shown on one screen; `readers` are those they are offered to, empty for all.

    `note` is a warning that stands above them, with its citation.
    """

    title: str
    button: _BUTTON
    note: _Cited = ""
    topics: tuple[str, ...] = ()
    readers: tuple[Audience, ...] = ()


class Ask(Entry):
    """A question to take along. Its `bit` stands in readers' buttons for years."""

    bit: Annotated[int, Field(ge=0, lt=MAX_BITS)]
    set: str
    group: str
    button: Annotated[str, Field(max_length=26)]
    text: Annotated[str, Field(max_length=150)]
    caregiver: Annotated[str, Field(max_length=150)] = ""
    facts: tuple[str, ...]

    def for_(self, audience: Audience) -> str:
        """Return the question in the words of its asker."""
        return self.caregiver if audience is Audience.CAREGIVER and self.caregiver else self.text


class VisitList(Extra):
    """`visit.toml`: questions a reader can tick and take along."""

    sets: Mapping[Annotated[str, Field(pattern=r"^[a-z]{1,9}$")], QuestionSet]
    groups: Mapping[str, str]
    questions: Mapping[str, Ask]

    def ticked(self, argument: str) -> int:
        """Return the ticks an address holds as bits; 0 for what holds none."""
        try:
            ticks = int(argument, 36)
        except ValueError:
            return 0
        known = 0
        for ask in self.questions.values():
            known |= 1 << ask.bit
        return ticks & known if ticks > 0 else 0

    def of_set(self, name: str) -> tuple[Ask, ...]:
        """Return the questions of a set, in the order of the file."""
        return tuple(ask for ask in self.questions.values() if ask.set == name)

    def chosen(self, ticks: int) -> tuple[Ask, ...]:
        """Return the ticked questions, in the order of the file."""
        return tuple(ask for ask in self.questions.values() if ticks >> ask.bit & 1)

    def for_topic(self, slug: str) -> str:
        """Return the set that goes with a topic, empty for none."""
        return next((name for name, one in self.sets.items() if slug in one.topics), "")


class Item(Entry):
    """One check-yourself question: two or three answers, the number of the right one, why."""

    ask: str
    answers: Annotated[tuple[_BUTTON, ...], Field(min_length=2, max_length=3)]
    right: Annotated[int, Field(ge=1, le=3)]
    because: _Cited


class Quiz(Extra):
    """`quiz.toml`: one question per topic."""

    questions: Mapping[str, Item]


@dataclass(frozen=True, slots=True)
class Extras:
    """What a library has beside its pages; None for what it does not have."""

    comparison: Comparison | None = None
    visit: VisitList | None = None
    quiz: Quiz | None = None


Model = TypeVar("Model", bound=Extra)


def load_extras(
    directory: Path, reading: Reading, approvals: Mapping[str, Sequence[Approval]]
) -> Extras:
    """Read the files beside the pages; faults go to `reading`, a missing file is none."""

    def read(model: type[Model], name: str) -> Model | None:
        file = directory / f"{name}.toml"
        if not file.exists():
            return None
        extra = reading.entry(model, reading.table(file), file, "")
        if extra is None:
            return None
        reviews, given = directory / "reviews.toml", approvals.get(name, ())
        review = approved(extra.review, file, reviews, given, reading)
        return extra.model_copy(update={"review": review})

    return Extras(
        comparison=read(Comparison, "compare"),
        visit=read(VisitList, "visit"),
        quiz=read(Quiz, "quiz"),
    )


def base36(number: int) -> str:
    """Return a number as an address holds it: nothing for 0."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
