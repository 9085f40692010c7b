"""TOML as maintainers write it, checked against a model; all faults are collected."""

import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import Problem


class Entry(BaseModel):
    """A table of a content file: unknown keys are faults, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def line_of(text: str, needle: str) -> int:
    """Return the first line, from 1, that holds `needle`; 0 where none does."""
    for number, line in enumerate(text.splitlines(), 1):
        if needle in line:
            return number
    return 0


Model = TypeVar("Model", bound=BaseModel)


class Reading:
    """One pass over the content folder, collecting problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def table(self, file: Path) -> dict[str, Any]:
        try:
            return tomllib.loads(file.read_text("utf-8"))
        except FileNotFoundError:
            self.problems.append(Problem(file, 0, "missing-file", "is missing", "add the file"))
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
                cure = f"see `{model.__name__}` in content/README.md for the keys and values"
                self.problems.append(Problem(file, line, "schema", what, cure))
        return None

    def entries(self, model: type[Model], file: Path) -> dict[str, Model]:
        read = ((name, self.entry(model, v, file, name)) for name, v in self.table(file).items())
        return {name: entry for name, entry in read if entry is not None}
