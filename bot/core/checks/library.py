"""The library as a whole: facts, sources, topics and what they point at."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from bot.core.library import Library, Topic, line_of
from bot.core.model import Audience, Level
from bot.core.render import Page
from bot.errors import Problem

_MOST_DAYS = {"low": 366, "medium": 366, "high": 184}
Pages = dict[tuple[Level, Audience], Page]


def check_library(library: Library, words: set[str]) -> Iterator[Problem]:
    """Yield faults of facts, sources and glossary; `words` are the entries that pages mark."""
    sources_file = library.directory / "sources.toml"
    needed: set[str] = set()
    for name, fact in library.facts.items():
        needed.update(fact.sources)
        file = library.fact_files[name]
        for source in fact.sources:
            if source not in library.sources:
                what = f"{name} names a source {source!r} that is not there"
                cure = "add it to sources.toml, or mend the id"
                yield Problem(file, _line(file, f"[{name}]"), "fact-source", what, cure)
        if not fact.sources:
            what, cure = f"{name} has no source", "add one; a fact without a source is none"
            yield Problem(file, _line(file, f"[{name}]"), "fact-source", what, cure)
    for name in sorted(library.sources.keys() - needed):
        cure = "cite it in a fact, or take it out"
        what = f"no fact uses {name}"
        yield Problem(sources_file, _line(sources_file, f"[{name}]"), "unused", what, cure, True)
    glossary = library.directory / "glossary.toml"
    for name in sorted(library.words.keys() - words):
        cure = f"mark its first use in a page: [...](word:{name}), or take it out"
        yield Problem(glossary, _line(glossary, f"[{name}]"), "word", f"no page uses {name}", cure)


def check_topic(library: Library, topic: Topic, today: date) -> Iterator[Problem]:
    """Yield faults of one `topic.toml` and of the set of its files."""
    file = topic.directory / "topic.toml"
    entry = topic.file
    for level in Level:
        if f"{level}.md.j2" not in topic.variants:
            name = topic.directory / f"{level}.md.j2"
            yield Problem(name, 0, "variant", "is missing", "write it; every topic has 3 levels")
    own = any(".caregiver." in name for name in topic.variants)
    if not own and not entry.same_for_caregivers:
        cure = "write <level>.caregiver.md.j2, or say in same_for_caregivers why not"
        yield Problem(file, 0, "caregiver", "caregivers have no file of their own", cure)
    yield from _pointers(library, topic)
    yield from _review(topic, today)


def _pointers(library: Library, topic: Topic) -> Iterator[Problem]:
    file, entry = topic.directory / "topic.toml", topic.file
    for slug in entry.related:
        if slug not in library.topics:
            cure = f"use one of: {', '.join(sorted(library.topics))}"
            yield Problem(file, _line(file, "related"), "related", f"no topic {slug!r}", cure)
    if not (library.directory / "disclaimers" / f"{entry.disclaimer}.md.j2").exists():
        what = f"no disclaimer {entry.disclaimer!r}"
        cure = "use the name of a file in disclaimers/"
        yield Problem(file, _line(file, "disclaimer"), "related", what, cure)
    seeds = library.seeds
    for slug in (name for names in entry.seeds.values() for name in names):
        if slug not in seeds:
            what, cure = f"no seed claim {slug!r}", "use an id of seeds.toml"
            yield Problem(file, _line(file, slug), "related", what, cure)


def _review(topic: Topic, today: date) -> Iterator[Problem]:
    file, entry, review = topic.directory / "topic.toml", topic.file, topic.file.review
    line = _line(file, "[review]")
    if not review.written <= review.due:
        what = "the next check is due before the page was written"
        yield Problem(file, line, "review", what, "mend the days")
    elif (review.due - (review.reviewed or review.written)).days > _MOST_DAYS[entry.risk]:
        cure = "bring `due` nearer: 12 months at most, 6 for high risk"
        yield Problem(file, line, "review", "the next check is too far off", cure)
    if review.written > today:
        yield Problem(file, line, "review", "was written in the future", "mend `written`")
    if review.status == "approved" and not (review.role and review.reviewed):
        what = "is approved by nobody"
        cure = "give `role` and `reviewed`, or set status back to submitted"
        yield Problem(file, line, "review", what, cure)


def check_levels(library: Library, topic: Topic, pages: Pages) -> Iterator[Problem]:
    """Yield where the levels of a topic do not rest on the same facts, or part ids wander."""
    for audience in (Audience.GENERAL, Audience.CAREGIVER):
        levels = [pages[level, audience] for level in Level if (level, audience) in pages]
        for plainer, *fuller in (levels[i:] for i in range(len(levels) - 1)):
            file = topic.directory / Path(plainer.template).name
            told = set[str]().union(*(page.facts for page in fuller))
            for fact in plainer.facts:
                if fact not in told:
                    cure = f"say it in {fuller[-1].template} too, or leave it out here"
                    what = f"{fact} is in no fuller level"
                    yield Problem(file, _line(file, fact), "levels-agree", what, cure)
            ids = {part.id for page in fuller for part in page.parts}
            for part in plainer.parts:
                if part.id not in ids:
                    cure = "use an id of the fuller levels, so that More detail stays in place"
                    what = f"no fuller level has [#{part.id}]"
                    line = _line(file, f"[#{part.id}]")
                    yield Problem(file, line, "part-id", what, cure)
            for fact in fuller[-1].facts:
                known = library.facts.get(fact)
                if known and known.keep and fact not in plainer.facts:
                    cure = f"add a sentence that cites it: {known.note[:60]}"
                    yield Problem(file, 0, "keep", f"{fact} must not be dropped", cure)


def unused_facts(library: Library, used: Iterable[str]) -> Iterator[Problem]:
    """Yield a warning for each fact no page leans on."""
    reasons = library.directory / "facts" / "UNUSED.md"
    excused = set(re.findall(r"\b[A-Z]+-\d+\b", reasons.read_text())) if reasons.exists() else ()
    for name in sorted(library.facts.keys() - set(used)):
        if name not in excused:
            file = library.fact_files[name]
            cure = "cite it in a page, or give a reason in facts/UNUSED.md"
            line = _line(file, f"[{name}]")
            yield Problem(file, line, "unused", f"no page uses {name}", cure, True)


def _line(file: Path, needle: str) -> int:
    return line_of(file.read_text("utf-8"), needle) if file.exists() else 0
