"""All checks over one content folder, and the table of every page's figures."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from markupsafe import Markup

from bot.core.address import Address, View
from bot.core.checks.library import Pages, check_levels, check_library, check_topic, unused_facts
from bot.core.checks.locate import Locator
from bot.core.checks.pages import Checked, check_card, check_page, cited
from bot.core.checks.templates import check_templates
from bot.core.i18n import SOURCE_LOCALE, load_catalogs
from bot.core.library import Topic, load_library
from bot.core.model import Audience, Button, Level, Open, Screen
from bot.core.readability import load_rules
from bot.core.render import environment
from bot.core.safety.contacts import Contacts
from bot.core.safety.rules import Kind
from bot.core.safety.triage import Triage
from bot.core.screens import Options, Screens
from bot.core.writers import classic
from bot.errors import AddressError, ContentError, Problem

MAX_BUTTON = 28


@dataclass(frozen=True, slots=True)
class PageFigures:
    """What `make check` prints of one page."""

    topic: str
    level: str
    audience: str
    words: int
    mean: float
    longest: int
    scores: str
    parts: int
    largest: int
    cites: int
    warnings: int


@dataclass(frozen=True, slots=True)
class Report:
    """Every problem found and every page's figures."""

    problems: tuple[Problem, ...]
    pages: tuple[PageFigures, ...]

    @property
    def failed(self) -> bool:
        """Whether anything but warnings was found."""
        return any(not problem.warning for problem in self.problems)

    def table(self) -> str:
        """Return the figures of all pages as lines of text."""
        head: tuple[str, ...] = (
            *("topic", "level", "reader", "words", "mean", "max"),
            *("grade raw>masked", "parts", "units", "facts", "warn"),
        )
        widths = (22, 9, 13, 6, 5, 4, 34, 6, 6, 6, 5)
        rows = [
            (
                *(p.topic, p.level, p.audience, str(p.words), f"{p.mean:.1f}", str(p.longest)),
                *(p.scores, str(p.parts), str(p.largest), str(p.cites), str(p.warnings)),
            )
            for p in self.pages
        ]
        lines = (
            "".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in (head, *rows)
        )
        return "\n".join(line.rstrip() for line in lines)

    def summary(self) -> str:
        """Return one line: how much was checked and what was found."""
        errors = sum(not problem.warning for problem in self.problems)
        warnings = len(self.problems) - errors
        return f"{len(self.pages)} pages, {errors} problems, {warnings} warnings"


def check_all(content: Path, locales: Path, today: date) -> Report:
    """Check everything readers see. Never raises for faulty content: that is its finding."""
    try:
        return _Checking(content, locales, today).report()
    except ContentError as error:
        return Report(error.problems, ())


class _Checking:
    def __init__(self, content: Path, locales: Path, today: date) -> None:
        self.today = today
        self.catalogs = load_catalogs(locales)
        self.env = environment(content, self.catalogs[SOURCE_LOCALE])
        static = tuple(check_templates(self.env, content))
        if any(problem.rule == "template" for problem in static):
            raise ContentError(static)
        self.library = load_library(content)
        contacts = Contacts.load(content / "urgent" / "contacts.toml")
        self.problems = [*static, *contacts.problems(today)]
        Triage.load(locales)
        options = Options(today=lambda: today, contact="operator@example.org")
        self.screens = Screens(self.library, self.catalogs, contacts, options)
        self.rules = load_rules(locales / SOURCE_LOCALE / "reading.toml")
        self.used: set[str] = set()
        self.words: set[str] = set()
        self.figures: list[PageFigures] = []

    def report(self) -> Report:
        for topic in self.library.topics.values():
            self._topic(topic)
        for kind in Kind:
            name = f"urgent/{kind}"
            lines = {f"{line}_line": Markup("") for line in ("emergency", "crisis", "poison")}
            card = self.screens.desk.renderer.message(name, SOURCE_LOCALE, **lines)
            file = self.library.directory / f"{name}.md.j2"
            self.problems += check_card(card, self.library, self.rules, file)
            self.used.update(cited(card))
            address = Address(View.URGENT, section=kind)
            self._screen(address, file)
            self._screen(replace(address, region="GB"), file)
        self.problems += check_library(self.library, self.words)
        self.problems += unused_facts(self.library, self.used)
        for view in View:
            if view not in (View.PAGE, View.SOURCES, View.WORDS):
                self._screen(Address(view), self.library.directory / "labels.toml")
        return Report(tuple(sorted(set(self.problems))), tuple(self.figures))

    def _topic(self, topic: Topic) -> None:
        self.problems += check_topic(self.library, topic, self.today)
        pages: Pages = {}
        for level in Level:
            for audience in (Audience.GENERAL, Audience.CAREGIVER, Audience.PROFESSIONAL):
                if topic.template(level, audience) is None:
                    continue
                address = Address(View.PAGE, level=level, audience=audience, topic=topic.slug)
                try:
                    page = self.screens.desk.page(address)
                except ContentError as error:
                    self.problems += error.problems
                    continue
                pages[level, audience] = page
                own = Path(page.template).name == f"{level}.{audience}.md.j2"
                largest = self._sizes(address, self.library.directory / page.template)
                if own or audience is Audience.GENERAL:
                    self._page(
                        check_page(page, self.library, self.rules, self._locator(page.template)),
                        largest,
                    )
        self.problems += check_levels(self.library, topic, pages)

    def _locator(self, template: str) -> Locator:
        return Locator(self.env, self.library.directory, template)

    def _page(self, checked: Checked, largest: int) -> None:
        page, reading = checked.page, checked.reading
        self.problems += checked.problems
        self.used.update(page.facts)
        self.words.update(page.words)
        scores = "  ".join(f"{s.formula} {s.raw:.1f}>{s.masked:.1f}" for s in reading.scores)
        self.figures.append(
            PageFigures(
                topic=page.topic.slug,
                level=page.level,
                audience=page.audience,
                words=reading.words,
                mean=reading.mean_sentence,
                longest=reading.max_sentence,
                scores=scores,
                parts=len(page.parts),
                largest=largest,
                cites=len(page.facts),
                warnings=sum(problem.warning for problem in checked.problems),
            )
        )

    def _sizes(self, address: Address, file: Path) -> int:
        """Draw every part, its sources and words; return the size of the largest part."""
        page = self.screens.desk.page(address)
        sizes = [self._screen(address.to(View.PAGE, section=part.id), file) for part in page.parts]
        turns = range((len(page.sources) + 9) // 10)
        for turn in turns:
            self._screen(address.to(View.SOURCES, argument=str(turn)), file)
        self._screen(address.to(View.WORDS), file)
        return max(sizes)

    def _screen(self, address: Address, file: Path) -> int:
        try:
            screen = self.screens.draw(address)
        except AddressError as error:
            self.problems.append(Problem(file, 0, "slug", str(error), "shorten the slug"))
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
    button: Button
    for button in screen.buttons():
        if len(button.label) > MAX_BUTTON:
            what = f"the button {button.label!r} has {len(button.label)} characters"
            yield Problem(file, 0, "label", what, f"shorten it to {MAX_BUTTON}")
        if isinstance(button, Open):
            try:
                button.address.pack()
            except AddressError as error:
                yield Problem(file, 0, "slug", str(error), "shorten the slug or the part id")
