"""Disclaimers speak to whoever reads them: each kind of reader has words of their own."""

import re
from collections.abc import Iterator

from bot.core.checks.locate import line_in
from bot.core.library import Library
from bot.core.model import Audience
from bot.errors import Problem

RULE = "disclaimer"
_SUFFIX = ".md.j2"
# "Your local emergency number" is anybody's.
_TO_A_PATIENT = re.compile(r"\byou(?:rs|rself)?\b|\byour (?!local\b)", re.IGNORECASE)


def check_disclaimers(library: Library) -> Iterator[Problem]:
    """Yield disclaimers that lack the words for a reader, or that speak to another one.

    Professionals are never told to ask their doctor, and a text that says "you" to patients has
    another for those who care for somebody.
    """
    files = {file.name: file for file in (library.directory / "disclaimers").glob(f"*{_SUFFIX}")}
    for name, file in sorted(files.items()):
        stem, _, reader = name.removesuffix(_SUFFIX).partition(".")
        said = _TO_A_PATIENT.search(file.read_text("utf-8"))
        if reader == Audience.PROFESSIONAL and said:
            what = f"{said.group()!r} speaks to a patient, and professionals read this"
            cure = "say it in the third person"
            yield Problem(file, line_in(file, said.group()), RULE, what, cure)
        if reader:
            continue
        wanted = [Audience.PROFESSIONAL, *([Audience.CAREGIVER] if said else [])]
        for audience in wanted:
            own = f"{stem}.{audience}{_SUFFIX}"
            if own not in files:
                what = f"{audience}s would read words for patients"
                yield Problem(file, 1, RULE, what, f"write disclaimers/{own}")
