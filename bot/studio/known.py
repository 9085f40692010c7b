"""What is known of the page at hand: how hard it reads, what it rests on, how large it is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.core.address import Address
from bot.core.catalogs import page_keys
from bot.core.checks.text import cited, page_lines
from bot.core.library import Fact, Source
from bot.core.model import Audience, Document, Term
from bot.core.readability import Reading, ReadingRules
from bot.core.readability.structure import FIRST_WORDS, UNIT_WORDS, UNIT_WORDS_PROFESSIONAL
from bot.core.readability.words import clean, split_words
from bot.core.render import Page
from bot.core.translations import Worth
from bot.core.writers import plain
from bot.core.writers.web import Span, spoken
from bot.studio.snapshot import Snapshot

LONG, TOO_LONG = "long", "too-long"


@dataclass(frozen=True, slots=True)
class Rest:
    """A fact the page rests on; `fact` is None where there is no such fact."""

    name: str
    fact: Fact | None
    file: str
    sources: tuple[tuple[int, str, Source | None], ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """How much there is of something, and how much there may be."""

    name: str
    value: float
    most: float

    @property
    def over(self) -> bool:
        """Whether there is too much of it."""
        return self.value > self.most


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of the page, what a language has for it, and whether somebody fluent checked it."""

    source: str
    told: str
    worth: Worth
    checked: bool


def rests(snapshot: Snapshot, page: Page) -> tuple[Rest, ...]:
    """Return the facts of a page in order of first use, with their numbered sources."""
    numbers = {source: number for number, source in enumerate(page.sources, 1)}
    facts, sources = snapshot.library.facts, snapshot.library.sources
    found = []
    for name in dict.fromkeys((*page.facts, *cited(page.who_to_ask))):
        fact = facts.get(name)
        file = snapshot.library.fact_files[name].name if fact else ""
        rows = tuple(
            (numbers.get(source, 0), source, sources.get(source))
            for source in (fact.sources if fact else ())
        )
        found.append(Rest(name, fact, file, rows))
    return tuple(found)


def limits(page: Page, reading: Reading, rules: ReadingRules) -> tuple[Limit, ...]:
    """Return the page's words and sentences beside the most that its level allows."""
    professional = page.audience is Audience.PROFESSIONAL
    sentence = rules.sentence["detailed" if professional else page.level]
    first = sum(
        len(split_words(clean(plain.words(line)))) for line in plain.lines(page.parts[0].blocks)
    )
    most = UNIT_WORDS_PROFESSIONAL if professional else UNIT_WORDS[page.level]
    found = [Limit("Words in the page", reading.words, most)]
    if not professional:
        found.append(Limit("Words in the first message", first, FIRST_WORDS[page.level]))
    return (
        *found,
        Limit("Words in a sentence, on average", round(reading.mean_sentence, 1), sentence.mean),
        Limit("Words in the longest sentence", reading.max_sentence, sentence.longest),
    )


def sentence_marks(
    document: Document, reading: Reading, rules: ReadingRules, level: str
) -> dict[int, list[Span]]:
    """Return where the longest sentences of a page stand in the lines of one of its messages."""
    most = rules.sentence["detailed" if reading.professional else level].longest
    found: dict[int, list[Span]] = {}
    for number, line in enumerate(plain.lines(document.blocks)):
        words = spoken(line)
        for sentence in reading.longest:
            start = words.find(sentence.text)
            if start >= 0:
                kind = TOO_LONG if sentence.words > most else LONG
                found.setdefault(number, []).append(Span(start, start + len(sentence.text), kind))
    return found


def sizes(snapshot: Snapshot, address: Address) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the size of each message of a page in every language that has it whole."""
    for locale in snapshot.desk.editions.having(address, snapshot.today()):
        messages = snapshot.messages(replace(address, locale=locale))
        yield locale, tuple(message.units for message in messages)


def translated(snapshot: Snapshot, address: Address, locale: str) -> tuple[Sentence, ...]:
    """Return every text of a page in the order of the page, with what a language has for it."""
    topic, today = snapshot.desk.topic(address), snapshot.today()
    page = topic, address.reading_level, address.reading_audience
    catalog = snapshot.catalogs[locale]
    keys = frozenset(page_keys(snapshot.library, snapshot.templates, page, today))
    text = "\n".join(
        file_text for _, file_text in snapshot.source(topic.template(*page[1:]) or "")
    )
    text = " ".join(text.split())
    found = [
        Sentence(
            key.source,
            catalog.text(key.source, key.context),
            catalog.worth(key, today),
            catalog.worth(key, today) is not Worth.MISSING and catalog.is_checked(key),
        )
        for key in sorted(keys, key=lambda key: (text.find(" ".join(key.source.split())), key))
    ]
    return tuple(found)


def defined(page: Page) -> tuple[str, ...]:
    """Return the glossary entries that a page marks."""
    marked = (i.word for line in page_lines(page) for i in line if isinstance(i, Term))
    return tuple(dict.fromkeys(marked))
