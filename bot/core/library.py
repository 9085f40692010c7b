"""What content maintainers write, read from files into values.

`load_library` reads everything under `content/` but the prose itself (`render` does that) and
reports every fault at once, as Problems with file, line, rule and cure.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.core.address import MAX_TOPIC
from bot.core.model import Audience, Level, Status
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
_VARIANT = re.compile(r"(simple|standard|detailed)(?:\.(patient|caregiver|professional))?\.md\.j2")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Entry):
    """A document that facts rest on, and how it was seen by whoever wrote the fact down."""

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


class Numbers(_Entry):
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


class Fact(_Entry):
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


class Review(_Entry):
    """Where a topic stands: nothing counts as approved without a role and a day."""

    status: Literal["submitted", "under_review", "approved", "retired"]
    written: date
    due: date
    owner: str
    role: str | None = None
    reviewed: date | None = None

    def state(self, today: date) -> Status:
        """Return the state a reader is shown on `today`: an approval past its due day lapses."""
        if self.status == "approved" and today > self.due:
            return Status.OVERDUE
        return Status(self.status)


class TopicFile(_Entry):
    """`topic.toml` as written by a maintainer."""

    title: Annotated[str, Field(max_length=60)]
    button: Annotated[str, Field(max_length=28)]
    group: str
    order: int
    disclaimer: str = "general"
    related: tuple[str, ...] = ()
    risk: Literal["low", "medium", "high"] = "medium"
    same_for_caregivers: str = ""
    review: Review
    seeds: Mapping[str, tuple[str, ...]] = {}


class Word(_Entry):
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


class Group(_Entry):
    """A heading of the menu."""

    title: str
    button: Annotated[str, Field(max_length=28)]
    order: int


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """A question readers bring, with the templates that answer it."""

    slug: str
    file: TopicFile
    directory: Path
    variants: frozenset[str]

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

    def in_group(self, group: str) -> tuple[Topic, ...]:
        """Return the topics of a menu group, in order."""
        topics = (topic for topic in self.topics.values() if topic.file.group == group)
        return tuple(sorted(topics, key=lambda topic: topic.file.order))


def line_of(text: str, needle: str) -> int:
    """Return the first line, from 1, that holds `needle`; 0 where none does."""
    for number, line in enumerate(text.splitlines(), 1):
        if needle in line:
            return number
    return 0


Model = TypeVar("Model", bound=BaseModel)


class _Reading:
    """One pass over the content folder, collecting problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def table(self, file: Path) -> dict[str, Any]:
        try:
            return tomllib.loads(file.read_text("utf-8"))
        except FileNotFoundError:
            self.problems.append(Problem(file, 0, "missing-file", "is missing", "add the file"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            found = re.search(r"line (\d+)", str(error))
            line = int(found[1]) if found else 0
            cure = "mend the TOML; strings stand in quotes, each key once"
            self.problems.append(Problem(file, line, "toml", str(error), cure))
        return {}

    def entry(self, model: type[Model], value: Any, file: Path, name: str) -> Model | None:  # noqa: ANN401 - TOML
        try:
            return model.model_validate(value)
        except ValidationError as error:
            text = file.read_text("utf-8")
            for fault in error.errors():
                where = ".".join(str(part) for part in fault["loc"])
                key = str(fault["loc"][0]) if fault["loc"] else name
                start = line_of(text, f"[{name}]") if name else 0
                inside = line_of("\n".join(text.splitlines()[start:]), key)
                line = start + inside if inside else start
                what = f"{f'{name}.' if name else ''}{where}: {fault['msg']}"
                cure = f"see `{model.__name__}` in content/README.md for the keys and values"
                self.problems.append(Problem(file, line, "schema", what, cure))
        return None

    def entries(self, model: type[Model], file: Path) -> dict[str, Model]:
        read = ((name, self.entry(model, v, file, name)) for name, v in self.table(file).items())
        return {name: entry for name, entry in read if entry is not None}


def load_library(directory: Path) -> Library:
    """Read the content folder; ContentError lists every file that is missing or malformed."""
    reading = _Reading()
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
    topics = _topics(directory, reading, groups)
    library = Library(
        directory=directory,
        topics=topics,
        groups=dict(sorted(groups.items(), key=lambda item: item[1].order)),
        facts=facts,
        sources=reading.entries(Source, directory / "sources.toml"),
        words=reading.entries(Word, directory / "glossary.toml"),
        labels=reading.table(directory / "labels.toml"),
        fact_files=fact_files,
        seeds=_seed_claims(reading.table(directory / "seeds.toml")),
        urgent_labels=reading.table(directory / "urgent" / "labels.toml"),
    )
    if reading.problems:
        raise ContentError(reading.problems)
    return library


def _seed_claims(table: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(claim.get("id")) for claim in table.get("claim", ()))


def _topics(directory: Path, reading: _Reading, groups: Mapping[str, Group]) -> dict[str, Topic]:
    topics: dict[str, Topic] = {}
    for file in sorted((directory / "topics").glob("*/topic.toml")):
        slug = file.parent.name
        if not re.fullmatch(rf"[a-z0-9-]{{1,{MAX_TOPIC}}}", slug):
            cure = f"use at most {MAX_TOPIC} of a-z, 0-9 and -"
            reading.problems.append(Problem(file, 0, "slug", f"{slug!r} is no slug", cure))
        entry = reading.entry(TopicFile, reading.table(file), file, "")
        if entry is None:
            continue
        if entry.group not in groups:
            cure = f"use one of {', '.join(groups)}, or add it to groups.toml"
            line = line_of(file.read_text("utf-8"), "group")
            reading.problems.append(
                Problem(file, line, "group", f"no group {entry.group!r}", cure)
            )
        names = {path.name for path in file.parent.glob("*.md.j2")}
        for name in sorted(names):
            if not _VARIANT.fullmatch(name):
                cure = "name it <level>.md.j2 or <level>.<audience>.md.j2"
                reading.problems.append(
                    Problem(file.parent / name, 0, "variant", "is no variant name", cure)
                )
        topics[slug] = Topic(slug, entry, file.parent, frozenset(names))
    return dict(sorted(topics.items(), key=lambda item: (item[1].file.group, item[1].file.order)))
