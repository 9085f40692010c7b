"""The newest content that can be shown, what is wrong with newer files, and what a save changed.

One thread watches the folders. What it finds is told to whoever `listen`s; drawing happens in the
threads that ask for pages.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import structlog
import watchfiles

from bot.core.address import Address
from bot.core.library import Topic
from bot.core.model import Audience
from bot.core.provenance import Use
from bot.errors import AddressError, ContentError, Problem
from bot.studio import checking
from bot.studio.bubbles import lines
from bot.studio.checking import PageCheck, TopicCheck
from bot.studio.differences import Difference, compare
from bot.studio.rereading import only_topics, topics_of
from bot.studio.revisions import Revisions
from bot.studio.snapshot import Message, Snapshot
from bot.studio.trees import Tree

log = structlog.get_logger()

# Several saves within this time are one; both in milliseconds.
_DEBOUNCE, _STEP = 200, 30
# Seconds without a save or a page drawn before the other pages are checked.
_QUIET = 1.0
_LOOKED_AT = 6


@dataclass(frozen=True, slots=True)
class Changed:
    """The lines of a message that a save changed; `readers` are all those who see just that."""

    address: Address
    heading: str
    differences: tuple[Difference, ...]
    readers: tuple[Audience, ...]

    @property
    def count(self) -> int:
        """Return how many lines differ."""
        return len(self.differences)


@dataclass(frozen=True, slots=True)
class News:
    """The last save: which files, what readers see changed, or why it is not shown."""

    files: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    problems: tuple[Problem, ...] = ()
    told: bool = field(default=True)
    """Whether it has been worked out yet what changed for readers."""


class Workbench:
    """The state behind the page; safe to use from several threads."""

    def __init__(self, content: Path, locales: Path, today: Callable[[], date]) -> None:
        """Read all content; ContentError where it cannot be read to begin with."""
        self.content, self.locales, self.today = content, locales, today
        self.revisions = Revisions(content, locales, today)
        self._tree = Tree.of(content, locales)
        self.snapshot = Snapshot(self._tree, today)
        self.news = News()
        self._unproved: set[str] = set()
        self.version = 0
        self._checks: dict[str, TopicCheck] = {}
        self._stale = set(self.snapshot.library.topics)
        self._listeners: set[Callable[[], None]] = set()
        self._seen: OrderedDict[str, Address] = OrderedDict()
        self._busy = time.monotonic()
        self._updating = threading.Lock()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._watch, name="studio-watch", daemon=True),
            threading.Thread(target=self._check, name="studio-check", daemon=True),
        ]

    def start(self) -> None:
        """Begin to watch the folders and to check all pages."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both; returns when they have ended."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have `listener` called, from another thread, whenever there is news; return the end."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def looking(self, address: Address) -> None:
        """Note that somebody looks at a screen: it is drawn first after a save."""
        self._busy = time.monotonic()
        with suppress(AddressError):
            packed = address.pack()
            self._seen[packed] = address
            self._seen.move_to_end(packed)
            while len(self._seen) > _LOOKED_AT:
                self._seen.popitem(last=False)

    def update(self) -> None:
        """Read what changed on disk: it is shown if all of it can be, else told why not."""
        with self._updating:
            self._busy = time.monotonic()
            tree = self._tree.next()
            if not tree.changed:
                return
            # What a broken save left unproved is proved together with what mends it.
            self._unproved |= tree.changed
            self._tree, before = tree, self.snapshot
            files, slugs = tuple(sorted(self._unproved)), topics_of(self._unproved)
            alone = only_topics(files)
            try:
                after = before.next(tree)
                after.prove(slugs, tuple(self._seen.values()), alone=alone)
            except ContentError as error:
                self._tell(News(files, problems=error.problems))
                return
            self.snapshot = after
            self._unproved = set()
            self._stale |= slugs if alone else set(after.library.topics)
            self._tell(News(files, told=False))
            self._tell(News(files, _merged(self._changes(before, after, files))))

    def checked(self, topic: Topic) -> TopicCheck | None:
        """Return what is known of a topic's faults so far; None before it was looked at."""
        return self._checks.get(topic.slug)

    def page_check(self, address: Address) -> PageCheck:
        """Check the page at hand now. ContentError where it cannot be shown."""
        return checking.check_one(self.snapshot, address)

    def unchecked(self) -> int:
        """Return how many topics changed since their pages were checked."""
        return len(self._stale & self.snapshot.library.topics.keys())

    def uses(self, fact: str, *, wait: bool = False) -> tuple[Use, ...]:
        """Return the sentences that rest on a fact, in the topics looked at so far.

        With `wait` the others are looked at first.
        """
        found: list[Use] = []
        for topic in self.snapshot.library.topics.values():
            check = self._checks.get(topic.slug)
            used = check.uses if check else ()
            if wait and (check is None or topic.slug in self._stale):
                used = checking.uses_in(self.snapshot, topic)
            found += (use for use in used if use.fact == fact)
        return tuple(found)

    def _changes(
        self, before: Snapshot, after: Snapshot, files: Iterable[str]
    ) -> Iterable[Changed]:
        """Yield every message whose words differ: of topics that changed, else of what is seen."""
        slugs = topics_of(files)
        there = before.library.topics.keys() & after.library.topics.keys()
        addresses = [a for slug in slugs & there for a in after.pages(after.library.topics[slug])]
        if not slugs:
            addresses = [a for a in self._seen.values() if a.topic in there]
        for address in addresses:
            old = {m.section: m for m in before.messages(address)}
            for message in after.messages(address):
                gone = old.pop(message.section, None)
                told = [_lines(gone) if gone else [], _lines(message)]
                if found := compare(*told).differences:
                    yield _changed(message, found)
            for gone in old.values():
                yield _changed(gone, compare(_lines(gone), []).differences)

    def _tell(self, news: News) -> None:
        self.news = news
        self.version += 1
        for listener in tuple(self._listeners):
            listener()

    def _watch(self) -> None:
        folders = (self.content, self.locales)
        for _ in watchfiles.watch(
            *folders,
            debounce=_DEBOUNCE,
            step=_STEP,
            stop_event=self._stop,
            raise_interrupt=False,
        ):
            try:
                self.update()
            except Exception:
                # The watching must outlive whatever one odd state of the files does.
                log.exception("studio_update_failed")

    def _check(self) -> None:
        """Check the pages that changed, one at a time, when nobody waits for anything else."""
        while not self._stop.wait(0.2):
            snapshot = self.snapshot
            for topic in snapshot.library.topics.values():
                if topic.slug not in self._stale:
                    continue
                self._stale.discard(topic.slug)
                pages: list[PageCheck] = []
                for page in checking.check_topic_pages(snapshot, topic):
                    pages.append(page)
                    if not self._quiet():
                        return
                whole = checking.check_whole_topic(snapshot, topic)
                if not self._quiet():
                    return
                used = checking.uses_in(snapshot, topic)
                self._checks[topic.slug] = TopicCheck(whole, tuple(pages), used)
                if self.snapshot is not snapshot:
                    break

    def _quiet(self) -> bool:
        """Wait until nobody waits for a page; False when told to stop."""
        while time.monotonic() - self._busy < _QUIET:
            if self._stop.wait(0.1):
                return False
        return not self._stop.is_set()


def _changed(message: Message, differences: tuple[Difference, ...]) -> Changed:
    readers = (message.address.reading_audience,)
    return Changed(message.address, message.heading, differences, readers)


def _merged(changes: Iterable[Changed]) -> tuple[Changed, ...]:
    """Return the changes with those that different readers see alike told once."""
    found: dict[tuple[object, ...], Changed] = {}
    for change in changes:
        address = change.address
        key = address.topic, address.reading_level, address.locale, change.differences
        first = found.setdefault(key, change)
        if change is not first:
            # The parts of a page share what frames them: a reader of several is told once.
            readers = dict.fromkeys((*first.readers, *change.readers))
            found[key] = replace(first, readers=tuple(readers))
    return tuple(found.values())


def _lines(message: Message) -> list[str]:
    return [line.strip() for line in lines(message.screen.document)]
