"""Which pages a language has whole: topic, level and audience, each on its own.

The share of a catalog that is translated says nothing about what may be served: a page with one
sentence missing is not served in part. A page is all it shows: its template with what that
extends and includes, its title, its review state, its disclaimer, its dates, its words.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.core.catalogs.templates import Templates
from bot.core.catalogs.texts import SAFETY, SourceText
from bot.core.library import Library, Topic
from bot.core.model import Audience, Level, Status
from bot.core.translations import Key, Translations, Worth

_WORD = re.compile(r"\]\(word:([a-z0-9-]+)\)")
_FRAME = ("part", "who_to_ask")


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether one page may be served in one locale, and if not, why."""

    topic: str
    level: Level
    audience: Audience
    locale: str
    texts: int
    missing: tuple[Key, ...] = ()
    fuzzy: tuple[Key, ...] = ()
    frozen: tuple[Key, ...] = ()
    unsafe: int = 0

    @property
    def served(self) -> bool:
        """Whether the page comes in this locale; else it comes whole in the source language."""
        return not (self.missing or self.fuzzy or self.unsafe)

    @property
    def told(self) -> str:
        """Return `served`, `frozen` or `source`, with the reason."""
        if not self.served:
            return f"source ({self.reason})"
        return f"frozen ({len(self.frozen)} texts)" if self.frozen else "served"

    @property
    def reason(self) -> str:
        """Say why it is not served; empty where it is."""
        parts = (
            f"{len(self.missing)} missing" if self.missing else "",
            f"{len(self.fuzzy)} fuzzy" if self.fuzzy else "",
            f"{self.unsafe} of the safety texts missing or fuzzy" if self.unsafe else "",
        )
        return ", ".join(part for part in parts if part)


def coverage(
    library: Library,
    texts: Iterable[SourceText],
    locales: Mapping[str, Translations],
    today: date,
) -> tuple[Standing, ...]:
    """Return where every page stands in every locale.

    Where a text of the safety domain is missing the locale serves no page.
    """
    safety = [text.key for text in texts if text.domain == SAFETY]
    templates = Templates(library.directory)
    pages = [
        (topic, level, audience)
        for topic in library.topics.values()
        for level in Level
        for audience in Audience
        if topic.template(level, audience)
    ]
    asked = {page: frozenset(page_keys(library, templates, page, today)) for page in pages}
    return tuple(
        replace(
            stand(page, keys, locale, done, today),
            unsafe=sum(done.worth(key, today) is not Worth.WHOLE for key in safety),
        )
        for locale, done in locales.items()
        for page, keys in asked.items()
    )


def stand(
    page: tuple[Topic, Level, Audience],
    keys: Collection[Key],
    locale: str,
    done: Translations,
    today: date,
) -> Standing:
    """Return where a page with these texts stands in a locale on `today`."""
    worth: dict[Worth, list[Key]] = {worth: [] for worth in Worth}
    for key in sorted(keys):
        worth[done.worth(key, today)].append(key)
    topic, level, audience = page
    return Standing(
        topic=topic.slug,
        level=level,
        audience=audience,
        locale=locale,
        texts=len(keys),
        missing=tuple(worth[Worth.MISSING]),
        fuzzy=tuple(worth[Worth.FUZZY]),
        frozen=tuple(worth[Worth.FROZEN]),
    )


def page_keys(
    library: Library,
    templates: Templates,
    page: tuple[Topic, Level, Audience],
    today: date,
) -> Iterator[Key]:
    """Yield every text that the parts of a page and its words show, buttons apart."""
    topic, level, audience = page
    template = topic.template(level, audience)
    own = templates.rendered(template) if template else frozenset[Key]()
    yield from own
    yield Key(f"{topic.slug}:title", topic.file.title)
    file = topic.file
    if file.form:
        yield Key(f"{topic.slug}:form", file.form)
    yield from frame_keys(library, templates, file.review.state(today), file.disclaimer, audience)
    if file.review.role:
        yield Key("", library.labels["role"][file.review.role])
    for key in own:
        for name in _WORD.findall(key.source):
            if name in library.words:
                yield Key(f"word:{name}", library.words[name].term)
                yield Key("", library.words[name].meaning(level))


def frame_keys(
    library: Library, templates: Templates, state: Status, disclaimer: str, audience: Audience
) -> Iterator[Key]:
    """Yield every text that the frame around medical words shows."""
    for name in _FRAME:
        yield Key("", library.labels["text"][name])
    yield from templates.rendered(f"layouts/status/{state}.md.j2")
    yield from templates.rendered("layouts/dates.md.j2")
    for name in (f"disclaimers/{disclaimer}.{audience}.md.j2", f"disclaimers/{disclaimer}.md.j2"):
        if (library.directory / name).is_file():
            yield from templates.rendered(name)
            break


def matrix(standings: Iterable[Standing]) -> str:
    """Return the standings as a table: a line for each page, a column for each locale."""
    rows: dict[tuple[str, Level, Audience], dict[str, str]] = {}
    for one in standings:
        rows.setdefault((one.topic, one.level, one.audience), {})[one.locale] = one.told
    locales = sorted({locale for row in rows.values() for locale in row})
    lines = [("topic", "level", "reader", *locales)]
    lines += [(*page, *(row[locale] for locale in locales)) for page, row in rows.items()]
    widths = [max(map(len, column)) + 2 for column in zip(*lines, strict=True)]
    return "\n".join(
        "".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
