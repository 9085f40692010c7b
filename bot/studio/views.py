"""What each page of the studio shows; the templates hold the words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.core.address import Address, View
from bot.core.i18n import SOURCE_LOCALE
from bot.core.library import Topic
from bot.core.model import Audience
from bot.core.provenance import Use
from bot.core.render import Page
from bot.core.reviews import place_of
from bot.core.safety.rules import FILE_NAME
from bot.core.screens.feedback import REASONS
from bot.core.writers import classic, web
from bot.errors import AddressError, ConfigError, ContentError, Problem
from bot.studio import known, restoring, reviewing, trying
from bot.studio.asking import Answer, ask, reader_of
from bot.studio.bubbles import bubble, lines, marked, source_lines, units
from bot.studio.checking import PageCheck
from bot.studio.differences import compare
from bot.studio.edits import RefusedError
from bot.studio.overview import SIGNS, SORTS, STANDINGS, Filter, Overview
from bot.studio.picking import AUDIENCES, LEVELS, Pickers, address_in, page_url
from bot.studio.pictures import growth, readability
from bot.studio.readership import Source, in_order, nobody
from bot.studio.sharing import deep_link
from bot.studio.snapshot import Message, Snapshot
from bot.studio.workbench import Workbench

Query = Mapping[str, str]
Shown = dict[str, Any]


class Views:
    """Every page of the studio, as what its template is given."""

    def __init__(self, bench: Workbench, cache: Path | None, readers: Source = nobody) -> None:
        self.bench = bench
        self._cache = cache
        self._readers = readers

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
            message = Message(address.section, "", address, screen, units(screen.document))
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
            "readers": self._said(topic, page, locale),
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
                (self._shown(file), list(source_lines(file, text, check.problems)))
                for file, text in snapshot.source(page.template)
            ],
        }

    def _said(self, topic: Topic, page: Page, locale: str) -> Shown:
        """Return what readers said of a page at its level, revision by revision."""
        readers = self._readers()
        ratings = readers.of(topic.slug, page.level, locale)
        days: dict[str, date] = {}
        if any(rating.revision != topic.revision for rating in ratings):
            place = place_of(self.bench.content, topic.slug)
            for commit, text in self.bench.revisions.fingerprints(place):
                days[text[: len(topic.revision)]] = commit.day
        order = (topic.revision, *days)
        return {
            "told": readers.told,
            "views": readers.views.get(topic.slug, ""),
            "rows": [
                (rating, rating.revision == topic.revision, days.get(rating.revision))
                for rating in in_order(ratings, order)
            ],
            "reasons": REASONS,
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
        texts = [
            [line for m in shown["messages"] for line in lines(m.screen.document)]
            for shown in sides
        ]
        found = compare(*texts)
        for shown, marks in zip(sides, (found.left, found.right), strict=True):
            shown["bubbles"] = marked(shown["messages"], marks)
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
        readers = self._readers()
        overview = Overview(self.bench, wanted, readers)
        snapshot = self.bench.snapshot
        return {
            "overview": overview,
            "rows": overview.rows(),
            "readers": readers,
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
            "readability": readability(self.bench),
            "growth": growth(self.bench),
        }

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
            "seen_at": page_url(address) if address else "",
            "query": query,
            "versions": restoring.versions(self.bench.content, self.bench.revisions, page),
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
                bubble(Message("", "", here, screen, units(screen.document)))
                for screen in (answer.screens if answer else ())
            ],
        }

    def rule(self, query: Query) -> Shown:
        """Show the form of a new rule of triage, and what came of trying it."""
        files = sorted(self.bench.locales.glob(f"*/{FILE_NAME}"))
        shown: Shown = {
            "query": query,
            "locales": [file.parent.name for file in files],
            "kinds": trying.KINDS,
            "reach": trying.REACH,
            "trial": None,
            "refused_rule": "",
        }
        if query.get("try"):
            try:
                draft = trying.Draft.of(query)
                shown["trial"] = trying.attempt(draft, self.bench.locales, self._cache)
            except RefusedError as error:
                shown["refused_rule"] = str(error)
        return shown

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


def _facts(snapshot: Snapshot, address: Address) -> tuple[str, ...]:
    try:
        topic = snapshot.desk.topic(address)
        return snapshot.desk.page(address).facts if snapshot.desk.serves(topic) else ()
    except (AddressError, ContentError):
        return ()


def day_in(text: str, what: str) -> date:
    """Return a day typed into a form; ConfigError for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{what}: give a day as 2027-01-31") from None
