"""What can be told on this machine alone: keys, database, disk, clock, content."""

import os
import shutil
import stat
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.about import About
from bot.config import Settings, previous_key, secret_key
from bot.core.checks import check_all
from bot.core.safety.triage import Triage
from bot.doctor.checks import Check, fine, problem
from bot.errors import ConfigError, StorageError
from bot.store import schema
from bot.store.engine import database_url, is_sqlite, sqlite_file

# Bytes: room for the database's write-ahead log and for one rewriting of a large table.
LITTLE_ROOM = 200 * 1024 * 1024


def check_key(settings: Settings) -> Check:
    """Tell whether there is a key that can stand for readers, and nobody else can read it."""
    try:
        secret_key(settings)
        previous = previous_key(settings)
    except ConfigError as fault:
        return problem("key", str(fault), "")
    file = settings.secret_key_file
    if settings.secret_key is None and file.stat().st_mode & stat.S_IROTH:
        return problem("key", f"everybody on this machine may read {file}", f"chmod 600 {file}")
    moving = "; rows move over from the previous one" if previous else ""
    return fine("key", f"present, and long and mixed enough{moving}")


def check_contact(settings: Settings) -> Check:
    """Tell whether readers are told whom to write to."""
    if settings.contact is None:
        what = "readers are not told whom to write to about their data"
        return problem("contact", what, "set BOT_CONTACT to an e-mail or postal address")
    return fine("contact", "readers are told whom to write to")


def check_database(settings: Settings) -> Check:
    """Tell whether the database answers and has the shape this version needs."""
    began = time.perf_counter()
    try:
        url = database_url(settings.database_url)
        schema.check(settings.database_url)
    except ConfigError as fault:
        return problem("database", str(fault), "")
    except StorageError as fault:
        cure = "start it, and look at BOT_DATABASE_URL, its rights and the network"
        return problem("database", str(fault), cure)
    took = round((time.perf_counter() - began) * 1000)
    kind = "SQLite" if is_sqlite(url) else "PostgreSQL"
    return fine("database", f"{kind} answers in {took} ms, at revision {schema.newest()}")


def check_disk(settings: Settings) -> Check:
    """Tell whether what is to be written has room, and the right to be."""
    folders = {"the cache": settings.cache_dir}
    try:
        url = database_url(settings.database_url)
        file = sqlite_file(url) if is_sqlite(url) else None
    except ConfigError:
        file = None  # said by the database's own check
    if file is not None:
        folders["the database"] = file.parent
    least = min(folders.values(), key=_room)
    if _room(least) < LITTLE_ROOM:
        left = _room(least) // 1024**2
        return problem("disk", f"{left} MB are left at {least}", "make room, or move it")
    if file is not None and not os.access(_there(file.parent), os.W_OK):
        return problem("disk", f"{file.parent} may not be written", "give this user the right to")
    return fine("disk", f"{_room(least) // 1024**2} MB are free")


def check_cache(settings: Settings) -> Check:
    """Tell whether the next start finds what this one worked out."""
    notes: list[str] = []
    Triage.load(settings.locales_dir, settings.cache_dir, notes.append)
    if not notes:
        return fine("cache", "the next start need not work out triage again")
    if len(notes) > 1:
        cure = "give this user the right to write BOT_CACHE_DIR; until then each start is slow"
        return problem("cache", "; ".join(notes), cure)
    return fine("cache", "was made now; the next start is faster")


def check_date(about: About, today: date) -> Check:
    """Tell whether it is a day on which this content can have been served."""
    written = [topic.file.review.written for topic in about.library.topics.values()]
    newest = max(written, default=today)
    if today < newest:
        what = f"this machine says {today}, but content was written on {newest}"
        return problem("date", what, "set the clock, and keep it set by NTP")
    return fine("date", f"{today}, not before the content was written")


def check_content(settings: Settings, about: About, today: date) -> Iterator[Check]:
    """Yield whether all that readers see passes its checks, and is of age."""
    report = check_all(settings.content_dir, settings.locales_dir, today)
    if report.failed:
        cure = "`python -m bot check` names file, line and cure of each"
        yield problem("content", report.summary(), cure)
    else:
        yield fine("content", f"{report.summary()}; version {about.content}")
    overdue = about.overdue(today)
    if overdue:
        what = f"overdue for review: {', '.join(overdue)}"
        yield problem("reviews", what, "have them reviewed; `python -m bot review` says how")
    else:
        yield fine("reviews", "no page is overdue")
    old, regions = about.contacts.problems(today), len(about.contacts.regions)
    if old:
        what = f"{len(old)} of {regions} countries are due ({old[0].what})"
        yield problem("contacts", what, old[0].cure)
    else:
        yield fine(
            "contacts", f"{regions} countries, the oldest checked {about.oldest_check:%Y-%m}"
        )


def _there(folder: Path) -> Path:
    """Return the folder, or the nearest one above that exists."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


def _room(folder: Path) -> int:
    return shutil.disk_usage(_there(folder)).free
