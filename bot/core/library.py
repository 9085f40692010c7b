"""What content maintainers write, read from files into values.

`load_library` reads everything under `content/` but the prose itself (`render` does that) and
reports every fault at once, as Problems with file, line, rule and cure.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.core.address import MAX_TOPIC
from bot.core.extras import Extras, load_extras
from bot.core.files import Entry, Reading, line_of
from bot.core.model import Audience, Level
from bot.core.reviews import Approval, Review, approvals_in, approved, fingerprint
from bot.errors import ContentError, Problem

SourceType = Literal[
    "guideline",
    "label",
    "trial",
    "review",
    "animal study",
    "observational study",
    "leaflet",
    "article",
    "law",
    "regulator",
    "reference work",
    "official page",
]
Certainty = Literal[
    "guideline",
    "label",
    "review",
    "trial",
    "observational",
    "animal",
    "law",
    "leaflet",
    "expert",
    "consistent",
    "regulator",
    "definition",
    "practical",
    "low",
]
_REVISION = 8
_VARIANT = re.compile(r"(simple|standard|detailed)(?:\.(patient|caregiver|professional))?\.md\.j2")


class Source(Entry):
    """A document that facts rest on, and how it was seen by whoever wrote the fact down.

    `replaced_by` is the id of the source that came in its place.
    """

    type: SourceType
    who: str
    title: str
    year: int | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    also: tuple[str, ...] = ()
    doi: str | None = None
    seen: Literal["excerpt", "secondary", "copy", "file", "memory"]
    checked: str
    via: str | None = None
    note: str | None = None
    retracted: bool = False
    replaced_by: str | None = None


class Numbers(Entry):
    """Counts per 100 people in two groups, with how many were followed for how long."""

    outcome: str
    group: str
    per_100: float | None = None
    per_100_high: float | None = None
    extra_per_100: float | None = None
    extra_per_100_high: float | None = None
    comparison: str | None = None
    comparison_per_100: float | None = None
    people: int | None = None
    follow_up: str | None = None
    caveat: str | None = None


class Fact(Entry):
    """A medical statement in note form; every sentence that says it cites its id."""

    note: str
    audiences: tuple[Literal["patient", "caregiver", "professional"], ...]
    certainty: Certainty
    strength: str | None = None
    region: tuple[str, ...] = ("all",)
    sources: tuple[str, ...]
    checked: Literal["seen", "memory", "mixed"]
    numbers: tuple[Numbers, ...] = ()
    plain: str | None = None
    keep: bool = False
    conflicts: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    dose: bool = False
    withdrawn: bool = False


class TopicFile(Entry):
    """`topic.toml` as written by a maintainer; `form` is a text to copy and fill in."""

    title: Annotated[str, Field(max_length=40)]
    button: Annotated[str, Field(max_length=20)]
    group: str
    order: int
    disclaimer: str = "general"
    related: tuple[str, ...] = ()
    risk: Literal["low", "medium", "high"] = "medium"
    same_for_caregivers: str = ""
    form: Annotated[str, Field(max_length=256)] = ""
    review: Review
    seeds: Mapping[str, tuple[str, ...]] = {}


class Word(Entry):
    """A glossary entry: the term, and what it means at each level."""

    term: str
    simple: str
    standard: str | None = None
    detailed: str | None = None
    facts: tuple[str, ...] = ()

    def meaning(self, level: Level) -> str:
        """Return the meaning for `level`, the next plainer one where that level has none."""
        fuller = self.standard or self.simple
        if level is Level.DETAILED:
            return self.detailed or fuller
        return fuller if level is Level.STANDARD else self.simple


class Group(Entry):
    """A heading of the menu."""

    title: str
    button: Annotated[str, Field(max_length=28)]
    order: int


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """A question readers bring, with the templates that answer it.

    `revision` is the start of its `reviews.fingerprint`: it names what was read.
    """

    slug: str
    file: TopicFile
    directory: Path
    variants: frozenset[str]
    revision: str

    def template(self, level: Level, audience: Audience) -> str | None:
        """Return the template for this reader: the audience's own before the general one."""
        for name in (f"{level}.{audience}.md.j2", f"{level}.md.j2"):
            if name in self.variants:
                return f"topics/{self.slug}/{name}"
        return None


@dataclass(frozen=True, slots=True)
class Library:
    """All content but the prose: topics in menu order, facts, sources, words and labels."""

    directory: Path
    topics: Mapping[str, Topic]
    groups: Mapping[str, Group]
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    words: Mapping[str, Word]
    labels: Mapping[str, Mapping[str, str]]
    fact_files: Mapping[str, Path]
    seeds: frozenset[str]
    urgent_labels: Mapping[str, Mapping[str, str]]
    extras: Extras

    @property
    def retired(self) -> frozenset[str]:
        """The slugs of the topics that are served no more."""
        return frozenset(
            slug for slug, topic in self.topics.items() if topic.file.review.status == "retired"
        )

    def in_group(self, group: str) -> tuple[Topic, ...]:
        """Return the topics of a menu group in order, but not those that were retired."""
        topics = (
            topic
            for topic in self.topics.values()
            if topic.file.group == group and topic.file.review.status != "retired"
        )
        return tuple(sorted(topics, key=lambda topic: topic.file.order))


def load_library(directory: Path) -> Library:
    """Read the content folder; ContentError lists every file that is missing or malformed."""
    reading = Reading()
    facts: dict[str, Fact] = {}
    fact_files: dict[str, Path] = {}
    for file in sorted((directory / "facts").glob("*.toml")):
        for name, fact in reading.entries(Fact, file).items():
            if name in facts:
                what = f"{name} is already in {fact_files[name].name}"
                reading.problems.append(
                    Problem(file, 0, "duplicate-fact", what, "give one of them a new id")
                )
            facts[name] = fact
            fact_files[name] = file
    groups = reading.entries(Group, directory / "groups.toml")
    approvals = approvals_in(directory, reading)
    topics = _topics(directory, reading, groups, approvals)
    library = Library(
        directory=directory,
        topics=topics,
        groups=dict(sorted(groups.items(), key=lambda item: item[1].order)),
        facts=facts,
        sources=reading.entries(Source, directory / "sources.toml"),
        words=reading.entries(Word, directory / "glossary.toml"),
        labels=load_labels(directory / "labels.toml", reading),
        fact_files=fact_files,
        seeds=_seed_claims(reading.table(directory / "seeds.toml")),
        urgent_labels=load_labels(directory / "urgent" / "labels.toml", reading),
        extras=load_extras(directory, reading, approvals),
    )
    if reading.problems:
        raise ContentError(reading.problems)
    return library


def _seed_claims(table: Mapping[str, Any]) -> frozenset[str]:
    claims = table.get("claim")
    listed = claims if isinstance(claims, list) else ()
    return frozenset(str(claim.get("id")) for claim in listed if isinstance(claim, Mapping))


def load_labels(file: Path, reading: Reading) -> dict[str, dict[str, str]]:
    """Read a file of tables of texts; its faults go to `reading`."""
    labels = reading.table(file)
    for name, table in labels.items():
        texts = table if isinstance(table, Mapping) else {name: table}
        for key, text in texts.items():
            if texts is not table or not isinstance(text, str):
                line = line_of(file.read_text("utf-8"), key)
                cure = 'write [table], and below it key = "text"'
                reading.problems.append(Problem(file, line, "schema", f"{key} is no text", cure))
    return labels


def _topics(
    directory: Path,
    reading: Reading,
    groups: Mapping[str, Group],
    approvals: Mapping[str, Sequence[Approval]],
) -> dict[str, Topic]:
    folders = sorted((directory / "topics").glob("*/"))
    found = (load_topic(folder, reading, groups, approvals) for folder in folders)
    return in_menu_order({topic.slug: topic for topic in found if topic})


def in_menu_order(topics: Mapping[str, Topic]) -> dict[str, Topic]:
    """Return topics by slug, in the order of their menus."""
    return dict(sorted(topics.items(), key=lambda item: (item[1].file.group, item[1].file.order)))


def load_topic(
    folder: Path,
    reading: Reading,
    groups: Mapping[str, Group],
    approvals: Mapping[str, Sequence[Approval]],
) -> Topic | None:
    """Read one folder of topics/; None, and its faults in `reading`, where it is no topic."""
    file, slug = folder / "topic.toml", folder.name
    names = {path.name for path in folder.glob("*.md.j2")}
    if not names and not file.exists():
        return None
    if not re.fullmatch(rf"[a-z0-9-]{{1,{MAX_TOPIC}}}", slug):
        cure = f"use at most {MAX_TOPIC} of a-z, 0-9 and -"
        reading.problems.append(Problem(file, 0, "slug", f"{slug!r} is no slug", cure))
    faults = len(reading.problems)
    table = reading.table(file)
    entry = reading.entry(TopicFile, table, file, "") if len(reading.problems) == faults else None
    if entry is None:
        return None
    if entry.group not in groups:
        cure = f"use one of {', '.join(groups)}, or add it to groups.toml"
        line = line_of(file.read_text("utf-8"), "group")
        reading.problems.append(Problem(file, line, "group", f"no group {entry.group!r}", cure))
    for name in sorted(names):
        if not _VARIANT.fullmatch(name):
            cure = "name it <level>.md.j2 or <level>.<audience>.md.j2"
            reading.problems.append(
                Problem(folder / name, 0, "variant", "is no variant name", cure)
            )
    reviews, given = folder.parent.parent / "reviews.toml", approvals.get(slug, ())
    review = approved(entry.review, folder, reviews, given, reading)
    entry = entry.model_copy(update={"review": review})
    return Topic(slug, entry, folder, frozenset(names), fingerprint(folder)[:_REVISION])
