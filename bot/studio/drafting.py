"""A new topic: its folder, with files that say what is to be written where.

Each place still to be written reads `(write: ...)`, which the rule `unwritten` refuses, so that
`make check` lists what is left to do.
"""

import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Final

from bot.core.address import MAX_TOPIC
from bot.core.library import Library
from bot.core.model import Level
from bot.errors import ConfigError
from bot.studio.edits import RefusedError, literal
from bot.studio.reviewing import MONTHS, latest_due

_DRAFTS = Path(__file__).parent / "drafts"
_SLUG = re.compile(rf"(?=.{{1,{MAX_TOPIC}}}$)[a-z0-9]+(-[a-z0-9]+)*")
_PURPOSE: Final = {
    Level.SIMPLE: "For everybody, in the plainest words; each fact stands at a fuller level too.",
    Level.STANDARD: "A little more than the simple page, each hard word explained.",
    Level.DETAILED: "The full picture for patients and caregivers, without doses.",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a topic before it is written."""

    slug: str
    title: str
    button: str
    group: str
    risk: str
    owner: str


def new_topic(content: Path, library: Library, draft: Draft, today: date) -> tuple[Path, ...]:
    """Make the folder of a topic and return its files.

    ConfigError for a slug, group or risk there cannot be; RefusedError where the topic exists.
    """
    _fits(library, draft)
    folder = content / "topics" / draft.slug
    if folder.exists():
        raise RefusedError(f"{folder} exists already; nothing was changed")
    orders = [t.file.order for t in library.topics.values() if t.file.group == draft.group]
    values = {
        "title": literal(draft.title or _spelled(draft.slug)),
        "button": literal(draft.button or _spelled(draft.slug)),
        "group": draft.group,
        "order": max(orders, default=0) + 1,
        "risk": draft.risk,
        "owner": literal(draft.owner),
        "written": today,
        "due": latest_due(today, draft.risk),
    }
    with tempfile.TemporaryDirectory() as beside:
        made = Path(beside, draft.slug)
        made.mkdir()
        (made / "topic.toml").write_text(_filled("topic.toml", values), "utf-8")
        for level, purpose in _PURPOSE.items():
            page = _filled("page.md.j2", {"purpose": purpose})
            (made / f"{level}.md.j2").write_text(page, "utf-8")
        shutil.copytree(made, folder)
    return tuple(sorted(folder.iterdir()))


def _fits(library: Library, draft: Draft) -> None:
    if not _SLUG.fullmatch(draft.slug):
        rule = f"at most {MAX_TOPIC} of a-z, 0-9 and single hyphens, as in nerve-pain"
        raise ConfigError(f"{draft.slug!r} is no name for a topic: {rule}")
    if draft.group not in library.groups:
        known = ", ".join(library.groups)
        raise ConfigError(f"there is no group {draft.group!r}; use one of: {known}")
    if draft.risk not in MONTHS:
        raise ConfigError(f"there is no risk {draft.risk!r}; use one of: {', '.join(MONTHS)}")


def _filled(name: str, values: dict[str, object]) -> str:
    return Template((_DRAFTS / name).read_text("utf-8")).substitute(values)


def _spelled(slug: str) -> str:
    return slug.replace("-", " ").capitalize()
