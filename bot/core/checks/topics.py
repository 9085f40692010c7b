"""One `topic.toml` and the set of its files."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from bot.core.checks.locate import line_in, line_of_id
from bot.core.checks.templates import unwritten
from bot.core.files import restoring
from bot.core.library import Library, Topic
from bot.core.model import Level
from bot.errors import Problem

_MOST_DAYS = {"low": 366, "medium": 366, "high": 184}
_MOST_RELATED = 3


def check_topic(library: Library, topic: Topic, today: date) -> Iterator[Problem]:
    """Yield faults of one `topic.toml` and of the set of its files."""
    file = topic.directory / "topic.toml"
    for level in Level:
        if f"{level}.md.j2" not in topic.variants:
            name = topic.directory / f"{level}.md.j2"
            cure = f"write it; every topic has 3 levels; {restoring(name)}"
            yield Problem(name, 0, "variant", "is missing", cure)
    own = any(".caregiver." in name for name in topic.variants)
    if not own and not topic.file.same_for_caregivers:
        cure = "write <level>.caregiver.md.j2, or say in same_for_caregivers why not"
        yield Problem(file, 0, "caregiver", "caregivers have no file of their own", cure)
    yield from unwritten(file, file.read_text("utf-8"))
    yield from _related(library, topic)
    yield from _pointers(library, topic)
    yield from _review(topic, today)
    yield from _moved(library, topic)


def _related(library: Library, topic: Topic) -> Iterator[Problem]:
    file, related = topic.directory / "topic.toml", topic.file.related
    line = line_in(file, "related")
    for slug, times in Counter(related).items():
        other = library.topics.get(slug)
        if other is None:
            cure = f"use one of: {', '.join(sorted(library.topics))}"
            yield Problem(file, line, "related", f"no topic {slug!r}", cure)
        elif slug == topic.slug or times > 1:
            what = f"{slug!r} is the page itself, or stands twice"
            yield Problem(file, line, "related", what, "name another topic")
        elif other.file.review.status == "retired":
            what = f"{slug!r} is retired: its button leads to a stub"
            yield Problem(file, line, "related", what, "name another topic")
    if len(related) > _MOST_RELATED:
        what = f"{len(related)} topics are named"
        yield Problem(file, line, "related", what, f"keep the nearest {_MOST_RELATED}")


def _pointers(library: Library, topic: Topic) -> Iterator[Problem]:
    file, entry = topic.directory / "topic.toml", topic.file
    if not (library.directory / "disclaimers" / f"{entry.disclaimer}.md.j2").exists():
        what, cure = (
            f"no disclaimer {entry.disclaimer!r}",
            "use the name of a file in disclaimers/",
        )
        yield Problem(file, line_in(file, "disclaimer"), "related", what, cure)
    for name in (name for names in entry.seeds.values() for name in names):
        if name not in library.seeds:
            what, cure = f"no seed claim {name!r}", "use an id of seeds.toml"
            yield Problem(file, line_of_id(file, name), "related", what, cure)


def _review(topic: Topic, today: date) -> Iterator[Problem]:
    file, entry, review = topic.directory / "topic.toml", topic.file, topic.file.review
    line = line_in(file, "[review]")
    if not review.written <= review.due:
        what = "the next check is due before the page was written"
        yield Problem(file, line, "review", what, "mend the days")
    elif (review.due - review.looked_at).days > _MOST_DAYS[entry.risk]:
        cure = "bring `due` nearer: 12 months at most, 6 for high risk"
        yield Problem(file, line, "review", "the next check is too far off", cure)
    if review.looked_at > today:
        what = "was written, checked or reviewed in the future"
        yield Problem(file, line, "review", what, "mend `written` or `checked`")
    if not review.owner.strip():
        what, cure = "nobody looks after it", "give `owner`: who sees to the next check"
        yield Problem(file, line, "review", what, cure)
    if review.status == "approved" and not (review.role and review.reviewed):
        what = "is approved by nobody"
        cure = "give `role` and `reviewed`, or set status back to submitted"
        yield Problem(file, line, "review", what, cure)
    elif review.due < today:
        cure = "check the page against its sources, then move `due`"
        yield Problem(file, line, "review", f"its check was due on {review.due}", cure, True)


def moved_nowhere(library: Library) -> Iterator[Problem]:
    """Yield the faults of topics whose readers are led to a topic that does not exist."""
    for topic in library.topics.values():
        if topic.file.review.moved_to not in {None, *library.topics}:
            yield from _moved(library, topic)


def _moved(library: Library, topic: Topic) -> Iterator[Problem]:
    moved_to, file = topic.file.review.moved_to, topic.directory / "topic.toml"
    served = library.topics.keys() - library.retired - {topic.slug}
    if moved_to is not None and moved_to not in served:
        what = f"its readers are led to {moved_to!r}, which is no other topic that is served"
        cure = f"use one of: {', '.join(sorted(served))}; or take the line out"
        yield Problem(file, line_in(file, "moved_to"), "review", what, cure)
