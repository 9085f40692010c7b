"""Faults of one topic's pages, found one page at a time; the same rules as `make check`.

What concerns the library as a whole (unused facts, cards, catalogs) only `make check` tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.core.address import Address, View
from bot.core.checks.levels import check_levels
from bot.core.checks.locate import Locator
from bot.core.checks.pages import Checked, check_page, check_translation
from bot.core.checks.safety import check_safety
from bot.core.checks.topics import check_topic
from bot.core.i18n import SOURCE_LOCALE, Catalogs
from bot.core.library import Topic
from bot.core.model import Audience, Level
from bot.core.provenance import Use, uses
from bot.core.readability import Reading
from bot.core.render import Page
from bot.core.writers import classic
from bot.errors import ContentError, Problem
from bot.studio.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class PageCheck:
    """How hard one page reads (None where its language has no rules), and its faults."""

    template: str
    level: Level
    audience: Audience
    locale: str
    reading: Reading | None
    problems: tuple[Problem, ...]

    @property
    def failed(self) -> bool:
        """Whether anything but warnings was found."""
        return any(not problem.warning for problem in self.problems)


@dataclass(frozen=True, slots=True)
class TopicCheck:
    """The faults of a topic as a whole, and of each of its pages in each language that has it.

    `uses` are its sentences in the source language, with the facts they rest on.
    """

    problems: tuple[Problem, ...]
    pages: tuple[PageCheck, ...]
    uses: tuple[Use, ...]

    def of(self, level: Level, audience: Audience, locale: str) -> PageCheck | None:
        """Return the check of the page that this reader gets."""
        keys = {(page.level, page.audience, page.locale): page for page in self.pages}
        own = keys.get((level, audience, locale))
        return own or keys.get((level, Audience.GENERAL, locale))


def check_one(snapshot: Snapshot, address: Address) -> PageCheck:
    """Check the page of an address as its reader gets it, in that language."""
    desk = snapshot.desk
    edition = desk.editions.of(address, snapshot.today())
    address = replace(address, view=View.PAGE, locale=edition.locale, section="")
    page = desk.page(address)
    rules = snapshot.rules(edition.locale)
    if rules is None:
        return PageCheck(
            page.template, page.level, page.audience, page.locale, None, _sizes(snapshot, address)
        )
    told = page, _undosed(snapshot, page), snapshot.library, rules, _locator(snapshot, page)
    found: Checked
    if page.locale == SOURCE_LOCALE:
        found = check_page(*told)
    else:
        found = check_translation(*told, units=snapshot.units(page.locale))
    problems = [*found.problems, *_sizes(snapshot, address)]
    if page.locale == SOURCE_LOCALE:
        problems += check_safety(page, snapshot.library, snapshot.places.of(page.template))
    real = tuple(sorted(snapshot.tree.told(problem) for problem in set(problems)))
    return PageCheck(page.template, page.level, page.audience, page.locale, found.reading, real)


def check_topic_pages(snapshot: Snapshot, topic: Topic) -> Iterator[PageCheck]:
    """Yield the check of each page of a topic in each language that has it whole."""
    if topic.file.review.status == "retired":
        return
    for address in snapshot.pages(topic):
        for catalog in snapshot.catalogs:
            there = replace(address, locale=catalog.locale)
            edition = snapshot.desk.editions.of(there, snapshot.today())
            if edition.locale == catalog.locale:
                try:
                    yield check_one(snapshot, there)
                except ContentError as error:
                    template = topic.template(address.reading_level, address.reading_audience)
                    yield PageCheck(
                        template or "",
                        address.reading_level,
                        address.reading_audience,
                        catalog.locale,
                        None,
                        tuple(map(snapshot.tree.told, error.problems)),
                    )


def uses_in(snapshot: Snapshot, topic: Topic) -> tuple[Use, ...]:
    """Return the sentences of a topic in the source language, with the facts they rest on."""
    alone = replace(snapshot.library, topics={topic.slug: topic})
    source = Catalogs({SOURCE_LOCALE: snapshot.catalogs[SOURCE_LOCALE]})
    return tuple(uses(alone, source))


def check_whole_topic(snapshot: Snapshot, topic: Topic) -> tuple[Problem, ...]:
    """Return the faults of `topic.toml`, of the set of files, and between levels."""
    pages: dict[tuple[Level, Audience], tuple[Page, Locator]] = {}
    problems = list(check_topic(snapshot.library, topic, snapshot.today()))
    try:
        for address in snapshot.pages(topic):
            page = snapshot.desk.page(address)
            pages[page.level, page.audience] = page, snapshot.places.of(page.template)
        problems += check_levels(snapshot.library, pages)
    except ContentError as error:
        problems += error.problems
    return tuple(sorted(snapshot.tree.told(problem) for problem in set(problems)))


def _undosed(snapshot: Snapshot, page: Page) -> Page:
    if page.audience is not Audience.PROFESSIONAL:
        return page
    return snapshot.desk.renderer.page(
        page.topic, page.level, page.audience, page.locale, doses=False
    )


def _locator(snapshot: Snapshot, page: Page) -> Locator:
    if page.locale == SOURCE_LOCALE:
        return snapshot.places.of(page.template)
    return snapshot.catalog_places(page.locale)


def _sizes(snapshot: Snapshot, address: Address) -> tuple[Problem, ...]:
    file = snapshot.tree.content / snapshot.desk.page(address).template
    return tuple(
        Problem(
            snapshot.tree.real(file),
            0,
            "size",
            f"part [#{message.section}] takes {message.units} of {classic.MAX_UNITS} units",
            "start a new part with a ## heading, or shorten it",
        )
        for message in snapshot.messages(address)
        if message.units > classic.MAX_UNITS
    )
