"""What every screen is drawn with, and the few rows of buttons that many screens share."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core.address import Address, Choice, View
from bot.core.editions import Editions
from bot.core.i18n import Catalogs
from bot.core.layout import Layout
from bot.core.library import Library, Topic
from bot.core.model import Block, Button, Document, Level, Open, Rows, Screen, Status
from bot.core.render import Page, Renderer
from bot.core.reviews import Review
from bot.core.safety.contacts import Contacts
from bot.core.words import Words, words_for
from bot.errors import AddressError

_RANK = {"submitted": 0, "under_review": 1, "approved": 2}
_LONG_OVERDUE = timedelta(days=365)
FROM_START = "s"


@dataclass(frozen=True, slots=True)
class Options:
    """What an operator decides about serving.

    `min_status` is the least review state served, `doses` whether professional dose blocks are
    shown, `contact` whom readers write to about their data, `today` the day for review dates.
    """

    today: Callable[[], date]
    contact: str
    min_status: Status = Status.SUBMITTED
    doses: bool = True


class Desk:
    """Library, languages and layout, and how a screen is put together from them."""

    def __init__(
        self, library: Library, catalogs: Catalogs, contacts: Contacts, options: Options
    ) -> None:
        self.library = library
        self.catalogs = catalogs
        self.contacts = contacts
        self.options = options
        self.renderer = Renderer(library, catalogs)
        self.layout = Layout(self.renderer)
        self.editions = Editions(library, catalogs, self.renderer.templates)
        self._words = {c.locale: words_for(library, c) for c in catalogs}

    def words(self, address: Address) -> Words:
        """Return the surface's words in the language of the address."""
        return self._words[self.catalogs[address.locale].locale]

    def today(self) -> date:
        """Return the day by which review dates are judged."""
        return self.options.today()

    def topic(self, address: Address) -> Topic:
        """Return the topic of the address, or the one it moved to; AddressError if it is gone."""
        try:
            topic = self.library.topics[address.topic]
            moved_to = topic.file.review.moved_to
            return self.library.topics[moved_to] if moved_to else topic
        except KeyError:
            raise AddressError(f"there is no topic {address.topic!r}") from None

    def serves(self, topic: Topic) -> bool:
        """Tell whether the review state of a topic is enough to show it.

        A page overdue counts one step less; a year overdue, or retired, it is closed.
        """
        return self.shows(topic.file.review)

    def shows(self, review: Review) -> bool:
        """Tell whether a review state is enough to show what it stands for."""
        today = self.today()
        if review.status == "retired" or today > review.due + _LONG_OVERDUE:
            return False
        rank = _RANK[review.status]
        if review.state(today) is Status.OVERDUE:
            rank = max(rank - 1, 0)
        return rank >= _RANK[self.options.min_status]

    def page(self, address: Address) -> Page:
        """Return the page of the address for its reader."""
        return self.renderer.page(
            self.topic(address),
            address.reading_level,
            address.reading_audience,
            self.words(address).locale,
            doses=self.options.doses,
        )

    def message(self, name: str, address: Address, **values: str) -> tuple[Block, ...]:
        """Return the blocks of `content/messages/<name>.md.j2`."""
        words = self.words(address)
        typing = words.text("typing_on" if words.catalog.typed else "typing_off")
        return self.renderer.message(f"messages/{name}", words.locale, typing=typing, **values)

    def screen(self, address: Address, blocks: Iterable[Block], rows: Rows) -> Screen:
        """Return a screen of the surface: words about the chat, none about medicine."""
        words = self.words(address)
        return Screen(Document(tuple(blocks), words.locale, words.direction), rows)

    def reading(self, address: Address) -> dict[str, str]:
        """Return the sentences that say for whom and how pages read now."""
        words = self.words(address)
        return {
            "reading": words.text(f"reading_{address.reading_audience}"),
            "level": words.text(f"reading_{address.reading_level}"),
        }

    def open(self, address: Address, label: str, view: View, **changes: object) -> Open:
        """Return a button that leads to another view for the same reader."""
        return Open(self.words(address).button(label), address.to(view, **changes))

    def home(self, address: Address) -> Address:
        """Return where the reader came from: the page, the start page or the menu."""
        if address.topic in self.library.topics:
            return address.to(View.PAGE)
        view = View.START if address.argument == FROM_START else View.MENU
        return address.to(view, topic="", section="")

    def back(self, address: Address) -> Open:
        """Return the button that leads where the reader came from."""
        home = self.home(address)
        label = {View.PAGE: "back", View.START: "welcome"}.get(home.view, "menu")
        return Open(self.words(address).button(label), home)

    def menu(self, address: Address) -> Open:
        """Return the button to the menu."""
        return self.open(address, "menu", View.MENU, topic="", section="")

    def urgent(self, address: Address) -> Open:
        """Return the red button that stands last on every screen."""
        return replace(self.open(address, "urgent", View.URGENT), danger=True)

    def grid(self, address: Address, *rows: Iterable[Button | None]) -> Rows:
        """Return rows of buttons, one to a row for readers at the simple level."""
        kept = [tuple(button for button in row if button) for row in rows]
        if address.reading_level is Level.SIMPLE:
            return tuple((button,) for row in kept for button in row)
        return tuple(row for row in kept if row)


def chosen(address: Address, choice: Choice) -> Address:
    """Return the address marked as one whose tap makes a choice."""
    return replace(address, choice=choice)
