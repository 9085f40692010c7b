"""All checks in order, and the figures that operators ask for beside them."""

from dataclasses import asdict, dataclass
from datetime import date

from telegram.constants import BOT_API_VERSION

from bot import __version__
from bot.about import About, content_version
from bot.bootstrap import today
from bot.config import Settings
from bot.core.i18n import load_catalogs
from bot.core.library import load_library
from bot.core.safety.contacts import Contacts
from bot.core.words import words_for
from bot.doctor import machine
from bot.doctor.checks import Check, fine, problem
from bot.doctor.telegram import check_telegram
from bot.errors import ContentError


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, and what is served (None where content cannot be read)."""

    checks: tuple[Check, ...]
    about: About | None
    today: date

    @property
    def ok(self) -> bool:
        """Whether no problem was found."""
        return all(check.ok for check in self.checks)

    def figures(self) -> dict[str, object]:
        """Return everything as JSON would hold it."""
        told: dict[str, object] = {
            "ok": self.ok,
            "version": __version__,
            "bot_api": BOT_API_VERSION,
            "checks": [asdict(check) for check in self.checks],
        }
        if self.about is None:
            return told
        contacts = self.about.contacts
        return told | {
            "content": self.about.content,
            "languages": sorted(self.about.locales),
            "pages": {str(state): n for state, n in self.about.pages(self.today).items()},
            "overdue_pages": list(self.about.overdue(self.today)),
            "contact_table": {
                "limit_months": contacts.limit_months,
                "checked": {one.region: one.checked for one in contacts.regions},
                "overdue_regions": self.about.unchecked_regions(self.today),
            },
        }


async def examine(settings: Settings) -> Diagnosis:
    """Look at everything; nothing is changed but the cache, which may be made."""
    checks = [
        fine("version", f"{__version__}, Bot API {BOT_API_VERSION}"),
        machine.check_key(settings),
        machine.check_contact(settings),
        machine.check_database(settings),
        machine.check_disk(settings),
    ]
    day = today()
    try:
        library = load_library(settings.content_dir)
        catalogs = load_catalogs(settings.locales_dir)
        about = About(
            content_version(settings.content_dir, settings.locales_dir),
            library,
            Contacts.load(settings.content_dir / "urgent" / "contacts.toml"),
            tuple(catalog.locale for catalog in catalogs),
        )
        checks += machine.check_content(settings, about, day)
        checks.append(machine.check_cache(settings))
    except ContentError as fault:
        what = f"content cannot be read, {len(fault.problems)} problems"
        checks.append(problem("content", what, "`python -m bot check` names each"))
        return Diagnosis(tuple(checks), None, day)
    checks.append(machine.check_date(about, day))
    checks += await check_telegram(settings, [words_for(library, one) for one in catalogs])
    return Diagnosis(tuple(checks), about, day)
