"""The `i18n` command: texts extracted, catalogs merged and checked, and what fell behind.

Where GNU `msgmerge` is installed it does the merging, as translators' own tools do; else
`bot.core.catalogs.merge` does the same in Python. What is written is the same on every run.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polib

from bot.core import catalogs
from bot.core.catalogs import SourceText, Standing
from bot.core.i18n import DOMAINS, SOURCE_LOCALE
from bot.core.library import load_library
from bot.core.translations import EDITORIAL_DAYS, Key, Translations, Worth
from bot.errors import ContentError, Problem

_PAGES_NAMED = 6
_MSGMERGE = (
    *("--previous", "--no-wrap", "--quiet", "--add-location=file"),
    *("--output-file=-",),
)


@dataclass(frozen=True, slots=True)
class Behind:
    """How far one catalog is behind its source texts."""

    locale: str
    domain: str
    texts: int
    fuzzy: int
    missing: int

    def __str__(self) -> str:
        """Return the line that the command prints."""
        done = self.texts - self.fuzzy - self.missing
        return (
            f"{self.locale} {self.domain}: {done} of {self.texts} translated, "
            f"{self.fuzzy} fuzzy, {self.missing} missing"
        )


@dataclass(frozen=True, slots=True)
class Editorial:
    """What a run took as other words for the same: how many texts, whose translations serve on.

    `until` is the last day on which they do; `late` are the fuzzy texts that are too late for it.
    """

    texts: int
    until: date
    late: int

    def report(self) -> Iterator[str]:
        """Yield the lines that the command prints."""
        serve = f": old translations serve until {self.until}" if self.texts else ""
        yield f"{self.texts} texts taken as editorial{serve}"
        if self.late:
            yield (
                f"  {self.late} fuzzy before this run: after a plain `i18n` it is too late. If "
                "that was just now, `git checkout locales` takes it back (with all that is not "
                "committed there); then run this again"
            )


@dataclass(frozen=True, slots=True)
class Update:
    """What a run found: files changed, catalogs behind, pages behind, faults."""

    changed: tuple[Path, ...]
    texts: int
    behind: tuple[Behind, ...]
    standings: tuple[Standing, ...]
    problems: tuple[Problem, ...] = field(default=())
    editorial: Editorial | None = None

    @property
    def failed(self) -> bool:
        """Whether a catalog breaks a rule."""
        return any(not problem.warning for problem in self.problems)

    def matrix(self) -> str:
        """Return the table of pages and locales."""
        return catalogs.matrix(self.standings)

    def report(self) -> Iterator[str]:
        """Yield the lines that the command prints."""
        yield f"{self.texts} texts; {len(self.changed)} files changed"
        for file in self.changed:
            yield f"  {file}"
        if self.editorial:
            yield from self.editorial.report()
        for locale in dict.fromkeys(one.locale for one in self.behind):
            yield from (str(one) for one in self.behind if one.locale == locale)
            yield from self._pages(locale)
        if not self.behind:
            yield "no language beside the source yet; locales/README.md says how to add one"

    def _pages(self, locale: str) -> Iterator[str]:
        pages = [one for one in self.standings if one.locale == locale]
        behind = [one for one in pages if not one.served]
        yield f"{locale} pages: {len(pages) - len(behind)} of {len(pages)} whole"
        for one in behind[:_PAGES_NAMED]:
            yield f"  {one.topic} {one.level} {one.audience}: {one.reason}"
        if len(behind) > _PAGES_NAMED:
            yield f"  and {len(behind) - _PAGES_NAMED} more; --matrix lists all"


def update(
    content: Path,
    locales: Path,
    today: date,
    msgmerge: str | None = None,
    *,
    editorial: bool = False,
) -> Update:
    """Bring templates and catalogs up to the content, check them, and say what fell behind.

    `msgmerge` is the program to merge with (see `find_msgmerge`), None for our own merge. With
    `editorial` what changed counts as other words for the same (see `catalogs.mark_editorial`);
    what changed more than its words is told as a problem and stays fuzzy.
    Raises ContentError, with nothing written, for content that cannot be read.
    """
    texts = catalogs.extract_texts(content)
    library = load_library(content)
    changed: list[Path] = []
    behind: list[Behind] = []
    problems: list[Problem] = []
    done: dict[str, Translations] = {}
    taken: set[Key] = set()
    templates = {domain: catalogs.catalog_template(texts, domain) for domain in DOMAINS}
    for domain, template in templates.items():
        if catalogs.write_catalog(locales / f"{domain}.pot", template):
            changed.append(locales / f"{domain}.pot")
    for locale in languages(locales):
        try:
            merging = _Merging(locales, locale, msgmerge, today if editorial else None)
            changed += merging.merge(templates)
            problems += merging.refused
            taken |= merging.taken
            done[locale] = catalogs.translations(locales, locale)
        except ContentError as error:
            problems += error.problems
            continue
        behind += (_behind(locale, domain, texts, done[locale], today) for domain in DOMAINS)
        problems += _check_locale(locales, locale)
    told = None
    if editorial:
        refused = any(problem.rule == "po-editorial" for problem in problems)
        late = 0 if taken or refused else _fuzzy(texts, done.values(), today)
        told = Editorial(len(taken), today + EDITORIAL_DAYS, late)
    return Update(
        changed=tuple(changed),
        texts=len(texts),
        behind=tuple(behind),
        standings=catalogs.coverage(library, texts, done, today),
        problems=tuple(sorted(problems)),
        editorial=told,
    )


def languages(locales: Path) -> tuple[str, ...]:
    """Return the locales beside the source: every folder with a `locale.toml`."""
    found = (file.parent.name for file in sorted(locales.glob("*/locale.toml")))
    return tuple(name for name in found if name != SOURCE_LOCALE)


def find_msgmerge() -> str | None:
    """Return where GNU msgmerge is installed, None where it is not."""
    return shutil.which("msgmerge")


@dataclass
class _Merging:
    """One locale's catalogs, brought up to new templates."""

    locales: Path
    locale: str
    msgmerge: str | None
    editorial_on: date | None
    refused: list[Problem] = field(default_factory=list)
    taken: set[Key] = field(default_factory=set)

    def merge(self, templates: dict[str, polib.POFile]) -> list[Path]:
        """Write what changed and return those files."""
        old: dict[str, polib.POFile] = {}
        for domain in DOMAINS:
            file = catalogs.catalog_file(self.locales, self.locale, domain)
            exists = file.exists()
            old[domain] = (
                catalogs.read_catalog(file) if exists else catalogs.new_catalog(self.locale)
            )
        _move(old, templates)
        changed = []
        for domain, template in templates.items():
            file = catalogs.catalog_file(self.locales, self.locale, domain)
            if self.msgmerge:
                merged = _with_msgmerge(self.msgmerge, old[domain], template)
            else:
                merged = catalogs.merge(old[domain], template)
            if self.editorial_on:
                self._mark(file, old[domain], merged, self.editorial_on)
            if catalogs.write_catalog(file, merged):
                changed.append(file)
        return changed

    def _mark(self, file: Path, old: polib.POFile, merged: polib.POFile, on: date) -> None:
        taken, refused = catalogs.mark_editorial(old, merged, on)
        self.taken.update(taken)
        for key in refused:
            what = f"{key.source[:50]!r} changed more than its words"
            cure = "run without --editorial: its translation has to be done again"
            self.refused.append(Problem(file, 0, "po-editorial", what, cure, warning=True))


def _move(old: dict[str, polib.POFile], templates: dict[str, polib.POFile]) -> None:
    """Carry the translations of texts that changed their domain into the other catalog."""
    homes = {(e.msgctxt, e.msgid): domain for domain, t in templates.items() for e in t}
    for domain in DOMAINS:
        for entry in list(old[domain]):
            key = (entry.msgctxt, entry.msgid)
            home = homes.get(key, domain)
            if home == domain or entry.obsolete:
                continue
            old[domain].remove(entry)
            if not any((e.msgctxt, e.msgid) == key and not e.obsolete for e in old[home]):
                old[home].append(entry)


def _with_msgmerge(program: str, old: polib.POFile, template: polib.POFile) -> polib.POFile:
    with tempfile.TemporaryDirectory() as folder:
        po, pot = Path(folder, "old.po"), Path(folder, "new.pot")
        catalogs.write_catalog(po, old)
        catalogs.write_catalog(pot, template)
        try:
            merged = subprocess.run(  # noqa: S603 - no part of the command is anybody's input
                [program, *_MSGMERGE, str(po), str(pot)],
                check=True,
                capture_output=True,
                encoding="utf-8",
            )
        except subprocess.CalledProcessError as error:
            what, cure = f"msgmerge refused: {error.stderr.strip()}", "mend what it names"
            raise ContentError([Problem(Path(program), 0, "po-file", what, cure)]) from None
    return catalogs.read_catalog(merged.stdout)


def _fuzzy(texts: Iterable[SourceText], done: Iterable[Translations], today: date) -> int:
    """Return how many texts are fuzzy, and no longer shown, in one language or another."""
    known = tuple(done)
    return sum(any(one.worth(t.key, today) is Worth.FUZZY for one in known) for t in texts)


def _behind(
    locale: str,
    domain: str,
    texts: tuple[SourceText, ...],
    done: Translations,
    today: date,
) -> Behind:
    worth = [done.worth(text.key, today) for text in texts if text.domain == domain]
    return Behind(
        locale=locale,
        domain=domain,
        texts=len(worth),
        fuzzy=worth.count(Worth.FUZZY) + worth.count(Worth.FROZEN),
        missing=worth.count(Worth.MISSING),
    )


def _check_locale(locales: Path, locale: str) -> Iterator[Problem]:
    try:
        rules = catalogs.load_locale_rules(locales, locale)
    except ContentError as error:
        yield from error.problems
        return
    files = [catalogs.catalog_file(locales, locale, domain) for domain in DOMAINS]
    for file in files:
        yield from catalogs.check_catalog(file, rules)
    yield from catalogs.check_domains(*files)
