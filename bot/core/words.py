"""The small words of the surface (buttons, labels, dates) in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.i18n import Catalog
from bot.core.library import Library, Topic
from bot.core.model import Direction

BUTTON_CONTEXT = "button"


@dataclass(frozen=True, slots=True)
class Words:
    """Labels of `content/labels.toml`, translated.

    A name that labels.toml does not hold is a KeyError: the crawl of all screens finds it.
    """

    catalog: Catalog
    labels: Mapping[str, Mapping[str, str]]

    @property
    def locale(self) -> str:
        """The language these words are in."""
        return self.catalog.locale

    @property
    def direction(self) -> Direction:
        """Which way its lines run."""
        return self.catalog.direction

    def button(self, name: str) -> str:
        """Return the label of a button."""
        return self.catalog.text(self.labels["button"][name], BUTTON_CONTEXT)

    def text(self, name: str, **values: object) -> str:
        """Return a short text, its `%(name)s` filled in."""
        return self.of("text", name, **values)

    def of(self, table: str, name: str, **values: object) -> str:
        """Return a label of any table of labels.toml."""
        text = self.catalog.text(self.labels[table][name])
        return text % values if values else text

    def title(self, topic: Topic) -> str:
        """Return the reader's question that heads a topic."""
        return self.catalog.text(topic.file.title, f"{topic.slug}:title")

    def topic_button(self, topic: Topic) -> str:
        """Return the label of the button that opens a topic."""
        return self.catalog.text(topic.file.button, BUTTON_CONTEXT)

    def role(self, role: str) -> str:
        """Return a reviewer's role in words."""
        return self.of("role", role)

    def date(self, day: date) -> str:
        """Return a day with the month's name."""
        return self.catalog.date(day)


def words_for(library: Library, catalog: Catalog) -> Words:
    """Return the labels of a library in the language of a catalog."""
    return Words(catalog, library.labels)
