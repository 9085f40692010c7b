"""The library as a whole: facts, sources, glossary, and what nothing leads to."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.core.checks.locate import line_in, line_of_id
from bot.core.checks.sources import check_replacements
from bot.core.files import Reading
from bot.core.library import Library
from bot.core.matching import load_questions
from bot.core.reviews import approvals_in, fingerprint, place_of
from bot.errors import ConfigError, ContentError, Problem


def check_facts(library: Library) -> Iterator[Problem]:
    """Yield faults of facts: sources and other facts they name, and sources nobody needs."""
    needed: set[str] = set()
    for name, fact in library.facts.items():
        needed.update(fact.sources)
        file = library.fact_files[name]
        line = line_in(file, f"[{name}]")
        for source in fact.sources:
            if source not in library.sources:
                what = f"{name} names a source {source!r} that is not there"
                cure = "add it to sources.toml, or mend the id"
                yield Problem(file, line, "fact-source", what, cure)
        if not fact.sources:
            what, cure = f"{name} has no source", "add one; a fact without a source is none"
            yield Problem(file, line, "fact-source", what, cure)
        for other in (*fact.conflicts, *fact.see):
            if other not in library.facts:
                what, cure = f"{name} points at {other}, which is not there", "mend the id"
                yield Problem(file, line, "fact-link", what, cure)
            elif other in fact.conflicts and name not in library.facts[other].conflicts:
                cure = f'add "{name}" to `conflicts` of {other}'
                what = f"{name} conflicts with {other}, but not the other way"
                yield Problem(file, line, "fact-link", what, cure)
    file = library.directory / "sources.toml"
    yield from check_replacements(library)
    for name in sorted(library.sources.keys() - needed):
        what, cure = f"no fact uses {name}", "cite it in a fact, or take it out"
        yield Problem(file, line_in(file, f"[{name}]"), "unused", what, cure, True)


def check_glossary(library: Library, marked: set[str]) -> Iterator[Problem]:
    """Yield faults of the glossary; `marked` are the entries that pages point at."""
    file = library.directory / "glossary.toml"
    for name, word in library.words.items():
        line = line_in(file, f"[{name}]")
        if name not in marked:
            cure = f"mark its first use in a page: [...](word:{name}), or take it out"
            yield Problem(file, line, "word", f"no page uses {name}", cure)
        for fact in word.facts:
            if fact not in library.facts or library.facts[fact].withdrawn:
                what = f"{name}: there is no fact {fact}, or it has been withdrawn"
                yield Problem(file, line, "fact", what, "cite a fact that stands")


def unused_facts(library: Library, used: Iterable[str]) -> Iterator[Problem]:
    """Yield a warning for each fact no page leans on."""
    reasons = library.directory / "facts" / "UNUSED.md"
    excused = set(re.findall(r"\b[A-Z]+-\d+\b", reasons.read_text())) if reasons.exists() else ()
    for name in sorted(library.facts.keys() - set(used)):
        if name not in excused:
            file = library.fact_files[name]
            cure = "cite it in a page, or give a reason in facts/UNUSED.md"
            what = f"no page uses {name}"
            yield Problem(file, line_in(file, f"[{name}]"), "unused", what, cure, True)


def unreachable(library: Library) -> Iterator[Problem]:
    """Yield a warning for each topic that no other topic leads to."""
    led_to = {
        slug
        for topic in library.topics.values()
        for slug in topic.file.related
        if slug != topic.slug
    }
    for slug, topic in library.topics.items():
        if slug not in led_to | library.retired:
            file = topic.directory / "topic.toml"
            cure = f"name {slug!r} in `related` of a topic that readers come from"
            yield Problem(file, 0, "reachable", "no other topic leads here", cure, True)


def outdated_approvals(library: Library) -> Iterator[Problem]:
    """Yield a warning for each page whose approvals all are of an earlier text: for the newest."""
    file = library.directory / "reviews.toml"
    for page, approvals in approvals_in(library.directory, Reading()).items():
        newest = max(approvals, key=lambda approval: approval.reviewed)
        told = f"the review of {newest.reviewed} of {page}"
        line = line_in(file, newest.content)
        try:
            text = fingerprint(place_of(library.directory, page))
        except ConfigError:
            what = f"{told} is of a page that is not there"
            yield Problem(file, line, "review", what, "mend `page`, or take the entry out", True)
            continue
        if page not in library.retired and text not in {one.content for one in approvals}:
            what = f"{told} no longer holds: the text was changed"
            cure = "ask for a new one, or take the entry out"
            yield Problem(file, line, "review", what, cure, True)


def check_questions(library: Library, file: Path) -> Iterator[Problem]:
    """Yield faults of one language's example questions, which lead typed text to topics."""
    try:
        questions = load_questions(file)
    except ContentError as error:
        yield from error.problems
        return
    for slug in sorted(questions.keys() - library.topics.keys()):
        cure = "write the topic, or take the questions out"
        line = line_of_id(file, slug)
        yield Problem(file, line, "questions", f"there is no topic {slug!r}", cure, True)
    for slug in sorted(library.topics.keys() - questions.keys()):
        what, cure = f"{slug} has no example questions", "add some, as people would type them"
        yield Problem(file, 0, "questions", what, cure, True)
