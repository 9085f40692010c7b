"""The one place where the parts are put together; everything else is handed what it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import structlog

from bot.about import About, content_version
from bot.config import Settings
from bot.core.conversation import Conversation
from bot.core.i18n import Catalogs, load_catalogs
from bot.core.library import Library, load_library
from bot.core.matching import Index, load_questions
from bot.core.model import Status
from bot.core.safety.contacts import Contacts
from bot.core.safety.triage import Triage
from bot.core.screens import Options, Screens
from bot.core.words import Words, words_for

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Content:
    """Everything read from content/ and locales/, whole and checked to be readable."""

    library: Library
    catalogs: Catalogs
    contacts: Contacts
    triage: Triage
    questions: dict[str, Index]

    def languages(self) -> tuple[Words, ...]:
        """Return the surface's words in every offered language."""
        return tuple(words_for(self.library, catalog) for catalog in self.catalogs)


def today() -> date:
    """Return the day it is in UTC."""
    return datetime.now(UTC).date()


def load_content(settings: Settings) -> Content:
    """Read all content; ContentError lists every file that cannot be read."""
    catalogs = load_catalogs(settings.locales_dir, settings.cache_dir)
    library = load_library(settings.content_dir)
    return Content(
        library=library,
        catalogs=catalogs,
        contacts=Contacts.load(settings.content_dir / "urgent" / "contacts.toml"),
        triage=Triage.load(settings.locales_dir, settings.cache_dir, _note_cache),
        questions={
            catalog.locale: Index(_questions(settings, catalog.locale, library))
            for catalog in catalogs
            if catalog.typed
        },
    )


def _note_cache(why: str) -> None:
    log.info("triage_learns_anew", why=why)


def _questions(settings: Settings, locale: str, library: Library) -> dict[str, tuple[str, ...]]:
    """Return the example questions of the topics there are; a locale may have none yet."""
    file: Path = settings.locales_dir / locale / "questions.toml"
    found = load_questions(file) if file.exists() else {}
    return {slug: texts for slug, texts in found.items() if slug in library.topics}


def about(content: Content, settings: Settings) -> About:
    """Return what operators ask for: the content's version, review states, contact table."""
    version = content_version(settings.content_dir, settings.locales_dir)
    locales = tuple(catalog.locale for catalog in content.catalogs)
    return About(version, content.library, content.contacts, locales)


def conversation(
    content: Content, settings: Settings, clock: Callable[[], date] = today
) -> Conversation:
    """Return the bot's side of the chat for this content, as the operator's settings want it."""
    options = Options(
        today=clock,
        contact=settings.contact or "",
        min_status=Status(settings.min_status),
        doses=settings.doses,
    )
    screens = Screens(content.library, content.catalogs, content.contacts, options)
    return Conversation(screens, content.triage, content.questions)
