"""Whom to call in which country: emergency, poison advice and crisis lines."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.errors import ContentError, Problem

_CHECKED = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_REGION = re.compile(r"[A-Z]{2}")
_MONTHS = 12


class Confidence(StrEnum):
    """How well the sources agree; `fairly-sure` is shown with "check locally"."""

    SURE = "sure"
    FAIRLY_SURE = "fairly-sure"


@dataclass(frozen=True, slots=True)
class Contact:
    """One number as it is dialled in its country; name, note and hours are English text."""

    number: str
    name: str
    note: str
    hours: str
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionContacts:
    """The numbers of one country; the first of each kind is the one to show first.

    `police` is filled where the sources name a number of its own for the police.
    """

    region: str
    name: str
    emergency: tuple[Contact, ...]
    poison: tuple[Contact, ...]
    crisis: tuple[Contact, ...]
    police: tuple[Contact, ...]
    checked: str
    line: int


class Contacts:
    """All countries of one contacts file; never answers with another country's number."""

    def __init__(
        self, path: Path, regions: Mapping[str, RegionContacts], limit_months: int
    ) -> None:
        self._path = path
        self._regions = dict(regions)
        self.limit_months = limit_months

    @classmethod
    def load(cls, path: Path) -> "Contacts":
        """Read `contacts.toml`; raises ContentError with every fault, its line and cure."""
        reader = _Reader(path)
        contacts = reader.read()
        if contacts is None or reader.problems:
            raise ContentError(reader.problems)
        return contacts

    @property
    def regions(self) -> tuple[RegionContacts, ...]:
        """All countries, by English name, for the country buttons."""
        return tuple(sorted(self._regions.values(), key=lambda one: one.name))

    def for_region(self, region: str | None) -> RegionContacts | None:
        """Return the country's numbers by ISO code of any case; None if it is not known."""
        return self._regions.get((region or "").upper())

    def problems(self, today: date) -> tuple[Problem, ...]:
        """Return one problem per country whose last check is older than the limit."""
        return tuple(
            Problem(
                self._path,
                one.line,
                "contact-age",
                f"{one.name}: last checked {one.checked}, limit {self.limit_months} months",
                "check every number against its service and set `checked` to this month",
            )
            for one in self.regions
            if _months(today) - _months(date.fromisoformat(f"{one.checked}-01"))
            > self.limit_months
        )


def _months(day: date) -> int:
    return day.year * _MONTHS + day.month


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.problems: list[Problem] = []
        self._lines: list[str] = []

    def _fault(self, line: int, what: str, cure: str) -> None:
        self.problems.append(Problem(self._path, line, "contacts", what, cure))

    def read(self) -> Contacts | None:
        try:
            text = self._path.read_text(encoding="utf-8")
            data = tomllib.loads(text)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
            found = re.search(r"line (\d+)", str(fault))
            line = int(found.group(1)) if found else 0
            self._fault(line, f"cannot be read: {fault}", "mend the file")
            return None
        self._lines = text.splitlines()
        limit = data.get("limit_months")
        if not isinstance(limit, int) or limit < 1:
            self._fault(1, "limit_months is missing", "write limit_months = 6 at the top")
            return None
        regions = {
            code: self._region(code, table) for code, table in data.get("region", {}).items()
        }
        return Contacts(self._path, regions, limit)

    def _region(self, code: str, table: Mapping[str, Any]) -> RegionContacts:
        heads = (f"[region.{code}]", f"[[region.{code}.")
        line = next((n for n, one in enumerate(self._lines, 1) if one.startswith(heads)), 0)
        if not _REGION.fullmatch(code):
            self._fault(line, f"'{code}' is no country code", "use two capitals, as in GB")
        name = table.get("name", "")
        if not name:
            self._fault(line, f"{code}: name is missing", "add the country's English name")
        checked = table.get("checked", "")
        if not _CHECKED.fullmatch(checked):
            self._fault(line, f"{code}: checked is missing", 'write checked = "2026-11"')
        read = {
            kind: tuple(self._contacts(code, line, table.get(kind, ())))
            for kind in ("emergency", "poison", "crisis", "police")
        }
        if not read["emergency"]:
            self._fault(line, f"{code}: no emergency number", "add one, or leave the country out")
        return RegionContacts(
            code,
            name,
            read["emergency"],
            read["poison"],
            read["crisis"],
            read["police"],
            checked,
            line,
        )

    def _contacts(
        self, code: str, line: int, tables: Iterable[Mapping[str, Any]]
    ) -> Iterable[Contact]:
        for table in tables:
            missing = [key for key in ("number", "confidence", "sources") if not table.get(key)]
            if missing or table["confidence"] not in set(Confidence):
                self._fault(
                    line,
                    f"{code}: an entry lacks {', '.join(missing) or 'a known confidence'}",
                    "give number, confidence (sure, fairly-sure) and sources",
                )
                continue
            yield Contact(
                table["number"],
                table.get("name", ""),
                table.get("note", ""),
                table.get("hours", ""),
                Confidence(table["confidence"]),
                tuple(table["sources"]),
            )
