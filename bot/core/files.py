"""TOML as maintainers write it, checked against a model; all faults are collected."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import Problem

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_HEADINGS: Final = {
    "Fact": "Facts and sources",
    "Source": "Facts and sources",
    "TopicFile": "A topic",
    "Comparison": "Beside the pages",
    "VisitList": "Beside the pages",
    "Quiz": "Beside the pages",
}
"""Model -> the heading of content/README.md under which its keys stand."""


class Entry(BaseModel):
    """A table of a content file: unknown keys are faults, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def line_of(text: str, needle: str) -> int:
    """Return the first line, from 1, that holds `needle`; 0 where none does."""
    for number, line in enumerate(text.splitlines(), 1):
        if needle in line:
            return number
    return 0


def restoring(file: Path) -> str:
    """Return the rest of a cure for a file that is not there, which git may still have.

    The studio reads a copy, whose paths are those of the project from `content` on.
    """
    parts = file.parts
    start = max((n for n, part in enumerate(parts) if part == "content"), default=0)
    return f"if it was deleted by mistake: git restore {Path(*parts[start:])}"


def _cure(model: type[BaseModel], fault: "ErrorDetails") -> str:
    kind: Any = model
    for key in fault["loc"]:
        known = getattr(kind, "model_fields", {}).get(key)
        kind = known.annotation if known else None
    if fault["type"] == "missing" and kind is date:
        name = fault["loc"][-1]
        day = "2027-05-21" if name == "due" else "2026-11-21"
        return f"add `{name} = {day}`, with the day that is right"
    heading = _HEADINGS.get(model.__name__)
    if heading is None:
        return "compare it with the other entries of its kind, and what its file says at the top"
    return f'see "{heading}" in content/README.md for the keys and values'


Model = TypeVar("Model", bound=BaseModel)


class Reading:
    """One pass over the content folder, collecting problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def table(self, file: Path) -> dict[str, Any]:
        try:
            return tomllib.loads(file.read_text("utf-8"))
        except FileNotFoundError:
            cure = f"add the file; {restoring(file)}"
            self.problems.append(Problem(file, 0, "missing-file", "is missing", cure))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            found = re.search(r"line (\d+)", str(error))
            line = int(found[1]) if found else 0
            cure = "mend the TOML; strings stand in quotes, each key once"
            self.problems.append(Problem(file, line, "toml", str(error), cure))
        return {}

    def entry(self, model: type[Model], value: Any, file: Path, name: str) -> Model | None:  # noqa: ANN401 - TOML
        try:
            return model.model_validate(value)
        except ValidationError as error:
            text = file.read_text("utf-8")
            for fault in error.errors():
                where = ".".join(str(part) for part in fault["loc"])
                key = str(fault["loc"][0]) if fault["loc"] else name
                start = line_of(text, f"[{name}]") if name else 0
                inside = line_of("\n".join(text.splitlines()[start:]), key)
                line = start + inside if inside else start
                what = f"{f'{name}.' if name else ''}{where}: {fault['msg']}"
                cure = _cure(model, fault)
                self.problems.append(Problem(file, line, "schema", what, cure))
        return None

    def entries(self, model: type[Model], file: Path) -> dict[str, Model]:
        read = ((name, self.entry(model, v, file, name)) for name, v in self.table(file).items())
        return {name: entry for name, entry in read if entry is not None}
