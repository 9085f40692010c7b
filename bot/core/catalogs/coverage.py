"""Which pages a language has whole: topic, level and audience, each on its own.

The share of a catalog that is translated says nothing about what may be served: a page with one
sentence missing is not served in part. A page is all it shows: its template with what that
extends and includes, its title, its review state, its disclaimer, its dates, its words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.catalogs.templates import Key, Templates
from bot.core.catalogs.texts import SAFETY, SourceText
from bot.core.library import Library, Topic
from bot.core.model import Audience, Level

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
    missing: tuple[Key, ...]
    fuzzy: tuple[Key, ...]
    unsafe: int = 0

    @property
    def served(self) -> bool:
        """Whether the page comes in this locale; else it comes whole in the source language."""
        return not (self.missing or self.fuzzy or self.unsafe)

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
    locales: Mapping[str, Mapping[Key, bool]],
    today: date,
) -> tuple[Standing, ...]:
    """Return where every page stands in every locale.

    `locales` holds the translated texts of each, False for fuzzy ones (see `translated`). Where
    a text of the safety domain is missing the locale serves no page.
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
        Standing(
            topic=topic.slug,
            level=level,
            audience=audience,
            locale=locale,
            texts=len(keys),
            missing=tuple(sorted(key for key in keys if key not in done)),
            fuzzy=tuple(sorted(key for key in keys if done.get(key) is False)),
            unsafe=sum(not done.get(key, False) for key in safety),
        )
        for locale, done in locales.items()
        for (topic, level, audience), keys in asked.items()
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
    for name in _FRAME:
        yield Key("", library.labels["text"][name])
    review = topic.file.review
    yield from templates.rendered(f"layouts/status/{review.state(today)}.md.j2")
    if review.role:
        yield Key("", library.labels["role"][review.role])
    yield from templates.rendered("layouts/dates.md.j2")
    disclaimer = f"disclaimers/{topic.file.disclaimer}"
    for name in (f"{disclaimer}.{audience}.md.j2", f"{disclaimer}.md.j2"):
        if (library.directory / name).is_file():
            yield from templates.rendered(name)
            break
    for key in own:
        for name in _WORD.findall(key.source):
            if name in library.words:
                yield Key(f"word:{name}", library.words[name].term)
                yield Key("", library.words[name].meaning(level))


def matrix(standings: Iterable[Standing]) -> str:
    """Return the standings as a table: a line for each page, a column for each locale."""
    rows: dict[tuple[str, Level, Audience], dict[str, str]] = {}
    for one in standings:
        told = "served" if one.served else f"source ({one.reason})"
        rows.setdefault((one.topic, one.level, one.audience), {})[one.locale] = told
    locales = sorted({locale for row in rows.values() for locale in row})
    lines = [("topic", "level", "reader", *locales)]
    lines += [(*page, *(row[locale] for locale in locales)) for page, row in rows.items()]
    widths = [max(map(len, column)) + 2 for column in zip(*lines, strict=True)]
    return "\n".join(
        "".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
