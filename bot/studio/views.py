"""What each page of the studio shows; the templates hold the words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from markupsafe import Markup

from bot.core.address import Address, View
from bot.core.i18n import SOURCE_LOCALE
from bot.core.model import Audience, Document
from bot.core.provenance import Use
from bot.core.reviews import place_of
from bot.core.writers import classic, plain, web
from bot.core.writers.web import spoken
from bot.errors import AddressError, ConfigError, ContentError, Problem
from bot.studio import known, reviewing
from bot.studio.asking import Answer, ask, reader_of
from bot.studio.charts import Dot, Strip, steps, strips
from bot.studio.checking import PageCheck
from bot.studio.differences import compare
from bot.studio.overview import SIGNS, SORTS, STANDINGS, Filter, Overview
from bot.studio.picking import AUDIENCES, LEVELS, Pickers, address_in, fact_url, page_url
from bot.studio.sharing import deep_link
from bot.studio.snapshot import Message, Snapshot
from bot.studio.workbench import Workbench

Query = Mapping[str, str]
Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message drawn: its HTML, its language, its buttons and its size."""

    message: Message
    html: Markup
    rows: Markup
    lang: str
    direction: str


def bubble(message: Message, marks: web.Marks | None = None, *, keys: bool = True) -> Bubble:
    """Draw a message with parts of its lines marked, with its buttons unless `keys` is off."""
    document = message.screen.document
    html = web.write(document, marks, fact_url)
    rows = web.write_rows(message.screen.rows if keys else (), page_url)
    return Bubble(message, html, rows, document.locale.replace("_", "-"), document.direction)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of a file, with the faults that stand on it."""

    number: int
    text: str
    problems: tuple[Problem, ...]

    @property
    def kind(self) -> str:
        """Return `error`, `warning` or nothing, as the worst of its faults is."""
        if not self.problems:
            return ""
        return "warning" if all(problem.warning for problem in self.problems) else "error"


class Views:
    """Every page of the studio, as what its template is given."""

    def __init__(self, bench: Workbench, cache: Path | None) -> None:
        self.bench = bench
        self._cache = cache

    def page(self, query: Query) -> Shown:
        """Show one screen as the reader gets it, its source, and what is known of it."""
        snapshot = self.bench.snapshot
        address = address_in(query, snapshot)
        self.bench.looking(address)
        shown: Shown = {
            "pickers": Pickers(snapshot, address, query.get("state", "")),
            "address": address,
            "whole": query.get("whole") == "1",
            "at": address.pack(),
            "bubbles": [],
            "parts": [],
        }
        if address.view is not View.PAGE:
            screen = snapshot.draw(address)
            units = classic.units(classic.write(screen.document))
            message = Message(address.section, "", address, screen, units)
            return shown | {"bubbles": [bubble(message)], "known": None}
        messages = snapshot.messages(address)
        index = next((i for i, m in enumerate(messages) if m.section == address.section), 0)
        wanted = messages if shown["whole"] else messages[index : index + 1]
        topic = snapshot.desk.topic(address)
        if not snapshot.desk.serves(topic):
            return shown | {"bubbles": [bubble(m) for m in wanted], "known": None, "topic": topic}
        check = self.bench.page_check(address)
        rules = snapshot.rules(check.locale)
        marks: list[web.Marks] = [
            known.sentence_marks(m.screen.document, check.reading, rules, check.level)
            if check.reading and rules
            else {}
            for m in wanted
        ]
        return shown | {
            "bubbles": [
                bubble(m, mark, keys=m is wanted[-1])
                for m, mark in zip(wanted, marks, strict=True)
            ],
            "parts": [(m, i == index) for i, m in enumerate(messages)],
            "known": self._known(snapshot, address, check),
            "topic": topic,
        }

    def _known(self, snapshot: Snapshot, address: Address, check: PageCheck) -> Shown:
        desk, today = snapshot.desk, snapshot.today()
        topic = desk.topic(address)
        here = replace(address, locale=check.locale)
        page = desk.page(here)
        rules = snapshot.rules(check.locale)
        locale = desk.words(address).locale
        return {
            "check": check,
            "limits": known.limits(page, check.reading, rules) if check.reading and rules else (),
            "sizes": list(known.sizes(snapshot, address)),
            "max_units": classic.MAX_UNITS,
            "rests": [
                (rest, self._elsewhere(rest.name, page.template))
                for rest in known.rests(snapshot, page)
            ],
            "words": [(name, snapshot.library.words.get(name)) for name in known.defined(page)],
            "review": topic.file.review,
            "state": topic.file.review.state(today),
            "last": self.bench.revisions.last_change(place_of(self.bench.content, topic.slug)),
            "locale": locale,
            "edition": desk.editions.of(address, today),
            "others": [
                (c, desk.editions.of(replace(address, locale=c.locale), today))
                for c in snapshot.catalogs
                if c.locale != SOURCE_LOCALE
            ],
            "translated": known.translated(snapshot, address, locale)
            if locale != SOURCE_LOCALE
            else (),
            "sources": [
                (self._shown(file), list(_source_lines(file, text, check.problems)))
                for file, text in snapshot.source(page.template)
            ],
        }

    def compare(self, query: Query) -> Shown:
        """Show two variants or two revisions of a page beside each other."""
        newest = self.bench.snapshot
        if not query:
            query = {"right_revision": ""}
            commits = self.bench.revisions.commits(most=1)
            if commits:
                query["left_revision"] = commits[0].short
        sides: list[Shown] = []
        for side in ("left", "right"):
            revision = query.get(f"{side}_revision", "").strip()
            snapshot = newest
            if revision:
                snapshot = self.bench.revisions.at(
                    self.bench.revisions.resolve(revision), newest.library
                )
            address = address_in(query, snapshot, f"{side}_")
            if not revision:
                self.bench.looking(address)
            try:
                messages = snapshot.messages(address)
            except AddressError:
                messages = ()
            sides.append(
                {
                    "side": side,
                    "revision": revision,
                    "address": address,
                    "pickers": Pickers(newest, address),
                    "messages": messages,
                    "facts": _facts(snapshot, address),
                }
            )
        texts = [[line for m in shown["messages"] for line in _lines(m)] for shown in sides]
        found = compare(*texts)
        for shown, marks in zip(sides, (found.left, found.right), strict=True):
            shown["bubbles"] = _marked(shown["messages"], marks)
        left, right = (shown.pop("facts") for shown in sides)
        return {
            "sides": sides,
            "differences": found.differences,
            "only_left": [name for name in left if name not in right],
            "only_right": [name for name in right if name not in left],
            "commits": self.bench.revisions.commits(),
        }

    def overview(self, query: Query) -> Shown:
        """Show every page in every language on one table, and two pictures."""
        wanted = Filter.of(query)
        overview = Overview(self.bench, wanted)
        snapshot = self.bench.snapshot
        return {
            "overview": overview,
            "rows": overview.rows(),
            "counts": overview.counts(),
            "wanted": wanted,
            "audiences": AUDIENCES,
            "levels": LEVELS,
            "standings": STANDINGS,
            "signs": SIGNS,
            "sorts": SORTS,
            "groups": snapshot.library.groups,
            "catalogs": list(snapshot.catalogs),
            "unchecked": self.bench.unchecked(),
            "readability": self._readability(),
            "growth": self._growth(),
        }

    def _readability(self) -> list[tuple[str, Markup, list[str]]]:
        """Return a chart for each language: the pages of each level on its formula's scale."""
        snapshot = self.bench.snapshot
        charts = []
        for catalog in snapshot.catalogs:
            rows: list[Strip] = []
            told: list[str] = []
            formula = ""
            for level, name in LEVELS.items():
                dots: list[Dot] = []
                limit: float | None = None
                for topic in snapshot.library.topics.values():
                    checks = self.bench.checked(topic)
                    for page in checks.pages if checks else ():
                        if (page.level, page.locale) != (level, catalog.locale):
                            continue
                        if page.reading is None or not page.reading.scores:
                            continue
                        score = page.reading.scores[0]
                        formula, limit = score.formula, score.limit
                        address = Address(
                            View.PAGE, page.locale, page.audience, level, topic=topic.slug
                        )
                        label = f"{topic.slug}, {AUDIENCES[page.audience]}: {score.masked:.1f}"
                        bad = score.verdict == "fail"
                        dots.append(Dot(score.masked, label, page_url(address), bad))
                if dots and limit is not None:
                    rows.append(Strip(name, dots, limit))
                    middle = sorted(dot.value for dot in dots)[len(dots) // 2]
                    told.append(f"{name}: {len(dots)} pages, median {middle:.1f}, limit {limit:g}")
            if rows:
                title = f"{catalog.name}: {formula} by level"
                charts.append((title, strips(title, rows), told))
        return charts

    def _growth(self) -> Markup:
        head = self.bench.revisions.head()
        return steps("Page files over time", self.bench.revisions.growth(head) if head else ())

    def review(self, query: Query) -> Shown:
        """Show what can be done with a page: review, check, retire, link."""
        snapshot = self.bench.snapshot
        page = query.get("page", "") or next(iter(snapshot.library.topics), "compare")
        review = reviewing.review_of(snapshot.library, page)
        risk = reviewing.risk_of(snapshot.library, page)
        today = snapshot.today()
        topics = snapshot.library.topics
        address = Address(View.PAGE, SOURCE_LOCALE, topic=page) if page in topics else None
        return {
            "page": page,
            "pages": reviewing.pages_of(snapshot.library),
            "review": review,
            "risk": risk,
            "state": review.state(today),
            "last": self.bench.revisions.last_change(place_of(self.bench.content, page)),
            "roles": snapshot.library.labels.get("role", {}),
            "today": today,
            "due": reviewing.latest_due(today, risk),
            "topics": topics,
            "is_topic": page in topics,
            "page_url": page_url(address) if address else "",
            "query": query,
        }

    def share(self, query: Query) -> Shown:
        """Show the deep link to a page, and its QR code."""
        snapshot = self.bench.snapshot
        address = address_in(query, snapshot)
        bot = query.get("bot", "")
        link, fault = "", ""
        if bot:
            try:
                link = deep_link(bot, address)
            except ConfigError as error:
                fault = str(error)
        return {
            "pickers": Pickers(snapshot, address),
            "address": address,
            "at": address.pack(),
            "bot": bot,
            "link": link,
            "fault": fault,
        }

    def ask(self, query: Query) -> Shown:
        """Show what a typed question gets, and why."""
        snapshot = self.bench.snapshot
        text = query.get("text", "").strip()
        audience = Audience(query.get("audience") or Audience.GENERAL)
        locale = query.get("locale", SOURCE_LOCALE)
        here = Address(View.MENU, snapshot.catalogs[locale].locale, audience)
        answer: Answer | None = None
        if text:
            reader = reader_of(audience, here.locale)
            answer = ask(snapshot, self.bench.locales, self._cache, text, reader)
        return {
            "text": text,
            "pickers": Pickers(snapshot, here),
            "answer": answer,
            "topics": snapshot.library.topics,
            "bubbles": [
                bubble(Message("", "", here, screen, _units(screen.document)))
                for screen in (answer.screens if answer else ())
            ],
        }

    def fact(self, query: Query) -> Shown:
        """Show a fact, its sources, and every sentence that leans on it in the source language."""
        snapshot = self.bench.snapshot
        name = query.get("name", "")
        fact = snapshot.library.facts.get(name)
        if fact is None:
            raise AddressError(f"there is no fact {name!r}; ids stand in content/facts/*.toml")
        used: dict[str, list[Use]] = {}
        for use in self.bench.uses(name, wait=True):
            used.setdefault(use.template, []).append(use)
        return {
            "name": name,
            "fact": fact,
            "file": snapshot.library.fact_files[name].name,
            "sources": [(s, snapshot.library.sources.get(s)) for s in fact.sources],
            "used": [
                (template, self._link(snapshot, template), said) for template, said in used.items()
            ],
        }

    def _link(self, snapshot: Snapshot, template: str) -> str:
        slug = template.split("/")[1]
        topic = snapshot.library.topics[slug]
        for address in snapshot.pages(topic):
            if topic.template(address.reading_level, address.reading_audience) == template:
                return page_url(address, whole="1")
        return ""

    def _elsewhere(self, fact: str, template: str) -> int:
        """Return how many other texts rest on a fact, as far as they have been looked at."""
        return len({use.template for use in self.bench.uses(fact)} - {template})

    def _shown(self, file: Path) -> str:
        for folder in (self.bench.content, self.bench.locales):
            if file.is_relative_to(folder):
                return str(Path(folder.name) / file.relative_to(folder))
        return str(file)

    def problem_place(self, problem: Problem) -> str:
        """Return the file and line of a fault as a maintainer would type them."""
        line = f":{problem.line}" if problem.line else ""
        return f"{self._shown(problem.file)}{line}"


def _units(document: Document) -> int:
    return classic.units(classic.write(document))


def _lines(message: Message) -> list[str]:
    return [spoken(line) for line in plain.lines(message.screen.document.blocks)]


def _facts(snapshot: Snapshot, address: Address) -> tuple[str, ...]:
    try:
        topic = snapshot.desk.topic(address)
        return snapshot.desk.page(address).facts if snapshot.desk.serves(topic) else ()
    except (AddressError, ContentError):
        return ()


def _marked(messages: tuple[Message, ...], marks: web.Marks) -> list[Bubble]:
    """Draw messages with marks that count the lines of all of them together."""
    found, first = [], 0
    for message in messages:
        count = len(_lines(message))
        own = {n - first: spans for n, spans in marks.items() if first <= n < first + count}
        found.append(bubble(message, own))
        first += count
    return found


def _source_lines(file: Path, text: str, problems: tuple[Problem, ...]) -> list[SourceLine]:
    here = [problem for problem in problems if problem.file == file]
    return [
        SourceLine(number, line, tuple(p for p in here if p.line == number))
        for number, line in enumerate(text.splitlines(), 1)
    ]


def day_in(text: str, what: str) -> date:
    """Return a day typed into a form; ConfigError for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{what}: give a day as 2027-01-31") from None
