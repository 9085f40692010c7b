"""Pages as another language shows them: how hard they read, how large they are, what is whole."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.core.address import Address, View
from bot.core.catalogs import load_locale_rules
from bot.core.checks.drawn import Drawing
from bot.core.checks.locate import Locator, Source
from bot.core.checks.pages import check_translation
from bot.core.i18n import DOMAINS, Catalog
from bot.core.model import Audience, Level
from bot.core.readability import load_rules
from bot.core.render import Page
from bot.errors import Problem


class TranslatedPages:
    """All pages of one language, checked by `problems`; afterwards `told` sums them up."""

    def __init__(self, drawing: Drawing, catalog: Catalog, locales: Path, today: date) -> None:
        self._drawing = drawing
        self._desk = drawing.screens.desk
        self._locale = catalog.locale
        self._today = today
        self._rules = load_rules(locales / catalog.locale / "reading.toml")
        self._units = load_locale_rules(locales, catalog.locale).units
        folder = locales / catalog.locale / "LC_MESSAGES"
        self._locator = Locator(Source(folder / f"{name}.po", None) for name in reversed(DOMAINS))
        self._standing: Counter[str] = Counter()

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the pages that this language has whole."""
        for topic in self._desk.library.topics.values():
            if topic.file.review.status == "retired":
                continue
            for level in Level:
                for audience in Audience:
                    if topic.template(level, audience) is None:
                        continue
                    address = Address(
                        View.PAGE, self._locale, audience=audience, level=level, topic=topic.slug
                    )
                    yield from self._page(
                        address, own=f"{level}.{audience}.md.j2" in topic.variants
                    )

    def told(self) -> str:
        """Return one line: how many pages are served, frozen, or come in the source language."""
        total = sum(self._standing.values())
        parts = ", ".join(
            f"{self._standing[name]} {name}" for name in ("served", "frozen", "source")
        )
        return f"{self._locale}: {total} pages: {parts}"

    def _page(self, address: Address, *, own: bool) -> Iterator[Problem]:
        edition = self._desk.editions.of(address, self._today)
        if edition.locale != self._locale:
            self._standing["source"] += 1
            return
        self._standing["frozen" if edition.frozen else "served"] += 1
        page = self._desk.page(address)
        self._drawing.page(address, page, self._locator.file)
        if own or page.audience is Audience.GENERAL:
            without = self._without_doses(page)
            library = self._desk.library
            yield from check_translation(
                page, without, library, self._rules, self._locator, units=self._units
            ).problems

    def _without_doses(self, page: Page) -> Page:
        if page.audience is not Audience.PROFESSIONAL:
            return page
        return self._desk.renderer.page(
            page.topic, page.level, page.audience, page.locale, doses=False
        )
