"""All checks over one content folder, and the table of every page's figures."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from markupsafe import Markup

from bot.core.address import Address, View
from bot.core.checks.cards import check_card, check_surface, surface_facts
from bot.core.checks.disclaimers import check_disclaimers
from bot.core.checks.drawn import OF_A_TOPIC, Drawing
from bot.core.checks.extras import check_extras, extras_facts
from bot.core.checks.levels import check_levels
from bot.core.checks.library import (
    check_facts,
    check_glossary,
    check_questions,
    outdated_approvals,
    unreachable,
    unused_facts,
)
from bot.core.checks.locate import Locator, Places
from bot.core.checks.pages import Checked, check_page
from bot.core.checks.safety import check_safety
from bot.core.checks.seeds import check_seeds
from bot.core.checks.templates import check_templates
from bot.core.checks.text import cited
from bot.core.checks.topics import check_topic, moved_nowhere
from bot.core.checks.translated import TranslatedPages
from bot.core.files import restoring
from bot.core.i18n import SOURCE_LOCALE, load_catalogs
from bot.core.library import Topic, load_library
from bot.core.model import Audience, Level
from bot.core.readability import load_rules
from bot.core.render import Page, Snapshot, environment
from bot.core.safety.contacts import Contacts
from bot.core.safety.rules import Kind
from bot.core.safety.triage import Triage
from bot.core.screens import Options, Screens
from bot.errors import ContentError, Problem

_LINES = ("emergency", "crisis", "poison")


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
    languages: tuple[str, ...] = ()

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
        return "\n".join((*(line.rstrip() for line in lines), *self.languages))

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
        self.locales = locales
        self.catalogs = load_catalogs(locales)
        env = environment(Snapshot(content), self.catalogs[SOURCE_LOCALE])
        static = tuple(check_templates(env, content))
        if any(problem.rule == "template" for problem in static):
            raise ContentError(static)
        self.library = load_library(content)
        # Where a page is shown in place of another, nothing can be drawn of one that is not there.
        if lost := tuple(moved_nowhere(self.library)):
            raise ContentError(lost)
        contacts = Contacts.load(content / "urgent" / "contacts.toml")
        self.problems = [*static, *contacts.problems(today)]
        self.problems += Triage.check(locales)
        options = Options(today=lambda: today, contact="operator@example.org")
        self.screens = Screens(self.library, self.catalogs, contacts, options)
        self.drawing = Drawing(self.screens)
        self.rules = load_rules(locales / SOURCE_LOCALE / "reading.toml")
        self.questions = locales / SOURCE_LOCALE / "questions.toml"
        self.places = Places(content)
        self.told: dict[str, frozenset[str]] = {}
        self.used = {fact for word in self.library.words.values() for fact in word.facts}
        self.words: set[str] = set()
        self.figures: list[PageFigures] = []

    def report(self) -> Report:
        library = self.library
        for topic in library.topics.values():
            self._topic(topic)
        for kind in Kind:
            self._card(kind)
        self.problems += check_surface(library)
        self.problems += check_disclaimers(library)
        self.used |= surface_facts(library.directory)
        self.problems += check_extras(self.screens, self.rules, self.today)
        self.used |= set(extras_facts(library))
        self.problems += check_facts(library)
        self.problems += check_glossary(library, self.words)
        self.problems += check_seeds(library, self.told)
        self.problems += check_questions(library, self.questions)
        self.problems += unused_facts(library, self.used)
        self.problems += unreachable(library)
        self.problems += outdated_approvals(library)
        for group in library.groups:
            self.drawing.screen(
                Address(View.GROUP, topic=group), library.directory / "groups.toml"
            )
        for view in View:
            if view not in OF_A_TOPIC:
                self.drawing.screen(Address(view), library.directory / "labels.toml")
        languages = []
        for catalog in self.catalogs:
            if catalog.locale != SOURCE_LOCALE:
                language = TranslatedPages(self.drawing, catalog, self.locales, self.today)
                self.problems += language.problems()
                languages.append(language.told())
        self.problems += self.drawing.problems
        # What else is wrong with a file that is still to be written says nothing.
        empty = {p.file for p in self.problems if p.rule == "unwritten"}
        found = {p for p in self.problems if p.file not in empty or p.rule == "unwritten"}
        return Report(tuple(sorted(found)), tuple(self.figures), tuple(languages))

    def _topic(self, topic: Topic) -> None:
        self.problems += check_topic(self.library, topic, self.today)
        if topic.file.review.status == "retired":
            return
        pages: dict[tuple[Level, Audience], tuple[Page, Locator]] = {}
        for level in Level:
            for audience in Audience:
                own = f"{level}.{audience}.md.j2" in topic.variants
                if topic.template(level, audience) is None or (
                    audience is Audience.PATIENT and not own
                ):
                    continue
                address = Address(View.PAGE, level=level, audience=audience, topic=topic.slug)
                try:
                    page = self.screens.desk.page(address)
                except ContentError as error:
                    self.problems += error.problems
                    continue
                locator = self.places.of(page.template)
                pages[level, audience] = page, locator
                largest = self.drawing.page(address, page, locator.file)
                if own or audience is Audience.GENERAL:
                    self._page(page, locator, largest)
        self.problems += check_levels(self.library, pages)

    def _card(self, kind: Kind) -> None:
        name = f"urgent/{kind}"
        file = self.library.directory / f"{name}.md.j2"
        lines = {f"{line}_line": Markup("") for line in _LINES}
        if not file.exists():
            cure = f"add the card; {restoring(file)}"
            self.problems.append(Problem(file, 0, "missing-file", "is missing", cure))
            return
        try:
            card = self.screens.desk.renderer.message(name, SOURCE_LOCALE, **lines)
        except ContentError as error:
            self.problems += error.problems
            return
        locator = self.places.of(f"{name}.md.j2")
        self.problems += check_card(card, self.library, self.rules, locator)
        self.used.update(cited(card))
        address = Address(View.URGENT, section=kind)
        self.drawing.screen(address, file)
        self.drawing.screen(replace(address, region="GB"), file)

    def _page(self, page: Page, locator: Locator, largest: int) -> None:
        without = page
        if page.audience is Audience.PROFESSIONAL:
            without = self.screens.desk.renderer.page(
                page.topic, page.level, page.audience, page.locale, doses=False
            )
        checked = check_page(page, without, self.library, self.rules, locator)
        self.problems += check_safety(page, self.library, locator)
        self.told[page.template.removeprefix("topics/").removesuffix(".md.j2")] = frozenset(
            page.facts
        )
        self._figures(checked, largest)

    def _figures(self, checked: Checked, largest: int) -> None:
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
