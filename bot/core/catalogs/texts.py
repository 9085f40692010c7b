"""Every text a reader can see, with where it stands and the context it is asked in.

The contexts are those of `bot.core.words` and `bot.core.screens`; a test walks the running bot
and compares.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.core.catalogs.templates import Templates
from bot.core.extras import Comparison, Extras, Option, Pain, QuestionSet
from bot.core.library import Library, load_library
from bot.core.safety.contacts import Contact, Contacts
from bot.core.translations import Key
from bot.core.words import BUTTON_CONTEXT
from bot.errors import ContentError, Problem

SAFETY, MESSAGES = "safety", "messages"
_SAFETY_FOLDERS = ("urgent/", "disclaimers/", "messages/refusal/", "messages/urgent/")

_BUTTON = "A button: at most 20 characters, 28 where it stands alone in its row."
_TITLE = "A page's title, the reader's question: at most 40 characters."
_FORM = "A form to copy and fill in: at most 256 characters, a line for each thing to note."
_TERM = "A word of the glossary, as it stands in the pages."
_SPOKEN = (
    "What people type for this command, split at commas. Do not translate: write what people "
    "type in your language."
)
_CHAT_PAGE = "A word of the demo's chat page: short, as messengers word it in your language."
_COUNTRY = "A country."
_ASKED = (
    "A question that the reader takes along to a doctor or pharmacist: at most 150 characters."
)
_HOURS = "When a service answers its telephone."
_NUMBER_NOTE = "Stands in brackets behind a telephone number."
SERVICE = "The name of a service, behind its number: keep names, translate descriptions."
_PERCENT = "Write %% for a per cent sign."


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text in the source language as a translator meets it.

    `files` are relative to the folder that holds content/; `notes` are for translators.
    """

    key: Key
    domain: str
    files: tuple[str, ...]
    notes: tuple[str, ...] = ()
    plural: str = ""
    formatted: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    key: Key
    file: str
    note: str = ""
    plural: str = ""


def extract_texts(content: Path) -> tuple[SourceText, ...]:
    """Return every text below the content folder once, in an order that only content changes.

    Raises ContentError listing each file that cannot be read or parsed; none is passed over.
    """
    library = load_library(content)
    contacts = Contacts.load(content / "urgent" / "contacts.toml")
    found: list[_Found] = []
    problems: list[Problem] = []
    templates = Templates(content)
    for name in templates.names():
        try:
            found += _of_template(templates, name)
        except ContentError as error:
            problems += error.problems
    found += _of_library(library)
    found += _of_extras(library.extras)
    found += _of_contacts(contacts)
    grouped = _grouped(found)
    problems += _plurals_agree(grouped, content)
    if problems:
        raise ContentError(problems)
    return tuple(_merged(key, same, content.name) for key, same in grouped.items())


def _of_template(templates: Templates, name: str) -> Iterator[_Found]:
    for message in templates.messages(name):
        note = _PERCENT if "%%" in message.key.source else ""
        yield _Found(message.key, name, note, message.plural)


def _of_library(library: Library) -> Iterator[_Found]:
    for slug, topic in library.topics.items():
        file = f"topics/{slug}/topic.toml"
        yield _Found(Key(f"{slug}:title", topic.file.title), file, _TITLE)
        yield _Found(Key(BUTTON_CONTEXT, topic.file.button), file, _BUTTON)
        yield _Found(Key(f"{slug}:form", topic.file.form), file, _FORM)
    for group in library.groups.values():
        yield _Found(Key("", group.title), "groups.toml")
        yield _Found(Key(BUTTON_CONTEXT, group.button), "groups.toml", _BUTTON)
    for table, labels in library.labels.items():
        context = BUTTON_CONTEXT if table == "button" else ""
        note = {"button": _BUTTON, "spoken": _SPOKEN, "sandbox": _CHAT_PAGE}.get(table, "")
        for text in labels.values():
            yield _Found(Key(context, text), "labels.toml", note)
    for name, word in library.words.items():
        yield _Found(Key(f"word:{name}", word.term), "glossary.toml", _TERM)
        for meaning in (word.simple, word.standard, word.detailed):
            yield _Found(Key("", meaning or ""), "glossary.toml")
    for table, labels in library.urgent_labels.items():
        context, note = ("", "") if table == "text" else (BUTTON_CONTEXT, _BUTTON)
        for text in labels.values():
            yield _Found(Key(context, text), "urgent/labels.toml", note)


def keys_beside(extras: Extras) -> Iterator[Key]:
    """Yield every text of what stands beside the pages."""
    for found in _of_extras(extras):
        if found.key.source:
            yield found.key


def _of_extras(extras: Extras) -> Iterator[_Found]:
    if (comparison := extras.comparison) is not None:
        file = "compare.toml"
        yield _Found(Key("", comparison.title), file)
        yield from (_Found(Key("", text), file) for text in _cells(comparison))
        for row in comparison.rows.values():
            yield _Found(Key("", row.title), file)
        yield from _buttons((*comparison.pains.values(), *comparison.options.values()), file)
    if (visit := extras.visit) is not None:
        file = "visit.toml"
        notes = (one.note for one in visit.sets.values())
        for text in (visit.title, *visit.groups.values(), *notes):
            yield _Found(Key("", text), file)
        yield from _buttons(visit.sets.values(), file)
        for ask in visit.questions.values():
            yield _Found(Key(BUTTON_CONTEXT, ask.button), file, _BUTTON)
            yield _Found(Key("", ask.text), file, _ASKED)
            yield _Found(Key("", ask.caregiver), file, _ASKED)
    if (quiz := extras.quiz) is not None:
        yield _Found(Key("", quiz.title), "quiz.toml")
        for item in quiz.questions.values():
            yield _Found(Key("", item.ask), "quiz.toml")
            for answer in item.answers:
                yield _Found(Key(BUTTON_CONTEXT, answer), "quiz.toml", _BUTTON)
            yield _Found(Key("", item.because), "quiz.toml")


def _cells(comparison: Comparison) -> Iterator[str]:
    yield from (comparison.not_known.plain, comparison.not_known.full)
    for rows in comparison.cells.values():
        for kinds in rows.values():
            for cell in kinds.values():
                yield from () if cell.unknown else (cell.plain, cell.full)


def _buttons(entries: Iterable[Pain | Option | QuestionSet], file: str) -> Iterator[_Found]:
    for entry in entries:
        yield _Found(Key("", entry.title), file)
        yield _Found(Key(BUTTON_CONTEXT, entry.button), file, _BUTTON)


def _of_contacts(contacts: Contacts) -> Iterator[_Found]:
    file = "urgent/contacts.toml"
    for region in contacts.regions:
        yield _Found(Key("", region.name), file, _COUNTRY)
        one: Contact
        for one in (*region.emergency, *region.poison, *region.crisis, *region.police):
            yield _Found(Key("", one.name), file, SERVICE)
            yield _Found(Key("", one.hours), file, _HOURS)
            yield _Found(Key("", one.note), file, _NUMBER_NOTE)


def _grouped(found: Iterable[_Found]) -> dict[Key, list[_Found]]:
    grouped: dict[Key, list[_Found]] = {}
    # Sorting is stable: inside a file the texts keep the order they are read in.
    for one in sorted(found, key=lambda one: one.file):
        if one.key.source:
            grouped.setdefault(one.key, []).append(one)
    return grouped


def _plurals_agree(grouped: dict[Key, list[_Found]], content: Path) -> Iterator[Problem]:
    for key, same in grouped.items():
        if len({one.plural for one in same}) > 1:
            what = f"{key.source[:40]!r} stands here with another plural than in {same[0].file}"
            cure = "use the same plural, or other words"
            yield Problem(content / same[-1].file, 0, "trans", what, cure)


def _merged(key: Key, same: list[_Found], folder: str) -> SourceText:
    files = tuple(sorted({f"{folder}/{one.file}" for one in same}))
    safe = any(one.file.startswith(_SAFETY_FOLDERS) for one in same)
    in_template = any(one.file.endswith(".j2") for one in same)
    return SourceText(
        key=key,
        domain=SAFETY if safe else MESSAGES,
        files=files,
        notes=tuple(dict.fromkeys(one.note for one in same if one.note)),
        plural=same[0].plural,
        formatted="%(" in key.source or (in_template and "%%" in key.source),
    )
