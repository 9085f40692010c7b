"""Faults as GitHub shows them beside the lines of a pull request."""

from pathlib import Path

from bot.errors import Problem

# As GitHub's "workflow commands" spell what would end a value or a message.
_IN_A_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_A_VALUE = {**_IN_A_MESSAGE, ":": "%3A", ",": "%2C"}


def annotation(problem: Problem, root: Path) -> str:
    """Return a fault as a workflow command; its file is named from `root` where it is below."""
    file = problem.file.resolve()
    inside = file.is_relative_to(root.resolve())
    place = str(file.relative_to(root.resolve()) if inside else problem.file)
    values = [f"file={_spelled(place, _IN_A_VALUE)}"]
    values += [f"line={problem.line}"] if problem.line else []
    values.append(f"title={_spelled(problem.rule, _IN_A_VALUE)}")
    kind = "warning" if problem.warning else "error"
    told = _spelled(f"{problem.what} -> {problem.cure}", _IN_A_MESSAGE)
    return f"::{kind} {','.join(values)}::{told}"


def _spelled(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(char, char) for char in text)
