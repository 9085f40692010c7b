"""What may stand in a template, read from its syntax tree, before anything is rendered."""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from bot.errors import Problem

_LOGIC = (
    nodes.If,
    nodes.For,
    nodes.Filter,
    nodes.Test,
    nodes.CondExpr,
    nodes.Macro,
    nodes.CallBlock,
    nodes.FilterBlock,
    nodes.Assign,
    nodes.AssignBlock,
    nodes.Import,
    nodes.FromImport,
    nodes.Getattr,
    nodes.Getitem,
    nodes.With,
)
Nodes = tuple[nodes.Node, ...]
_GETTEXT = {"gettext", "ngettext", "pgettext", "npgettext", "_"}
_VARIABLES = {
    "topics": set[str](),
    "disclaimers": set[str](),
    "layouts": {"role", "reviewed", "written", "due"},
    "messages": {"reading", "level", "region", "contact", "language", "available", "typing"},
    "urgent": {"emergency_line", "crisis_line", "poison_line", "number", "country"},
}
_MARKS = re.compile(r":::[ \t]*[a-z-]*|\[#[a-z0-9-]*\]|\]\(word:[a-z0-9-]+\)|&[a-z]+;")

_TO_WRITE = re.compile(r"\(write:[^)]*\)")


def check_templates(env: Environment, directory: Path) -> Iterator[Problem]:
    """Yield what is wrong with the templates below `directory`, without rendering them."""
    for file in sorted(directory.glob("**/*.md.j2")):
        try:
            text = file.read_text("utf-8")
            tree = env.parse(text)
        except UnicodeDecodeError as error:
            what = f"is not UTF-8 ({error.reason})"
            yield Problem(file, 0, "template", what, "save the file as UTF-8")
            continue
        except TemplateSyntaxError as error:
            cure = "close every {% block %} and {% trans %}; content/README.md shows a page"
            yield Problem(file, error.lineno, "template", str(error.message), cure)
            continue
        found = tuple(tree.find_all(nodes.Node))
        yield from _logic(found, file)
        yield from _variables(found, file, directory)
        yield from _untranslated(tree, found, file)
        yield from unwritten(file, text)
        yield from _doses_block(found, file)


def _logic(found: Nodes, file: Path) -> Iterator[Problem]:
    cure = "write a file for this level or audience instead"
    for node in found:
        if isinstance(node, _LOGIC):
            what = f"{type(node).__name__.lower()} is logic"
            yield Problem(file, node.lineno, "no-logic", what, cure)
        elif isinstance(node, nodes.Call):
            name = node.node.name if isinstance(node.node, nodes.Name) else ""
            if name not in _GETTEXT:
                yield Problem(file, node.lineno, "no-logic", "a call is logic", cure)


def _variables(found: Nodes, file: Path, directory: Path) -> Iterator[Problem]:
    folder = file.relative_to(directory).parts[0]
    allowed = _VARIABLES.get(folder, set())
    lines: dict[str, int] = {}
    for node in found:
        if isinstance(node, nodes.Name) and node.ctx == "load":
            lines.setdefault(node.name, node.lineno)
    for name in sorted(lines.keys() - allowed - _GETTEXT):
        cure = f"use one of: {', '.join(sorted(allowed)) or 'none in this folder'}"
        what = f"there is no {name!r} here"
        yield Problem(file, lines[name], "unknown-variable", what, cure)


def _untranslated(tree: nodes.Template, found: Nodes, file: Path) -> Iterator[Problem]:
    extends = any(isinstance(node, nodes.Extends) for node in found)
    for data in found:
        if not isinstance(data, nodes.TemplateData):
            continue
        for offset, line in enumerate(_MARKS.sub("", data.data).split("\n")):
            if any(char.isalpha() for char in line):
                shown = line.strip()[:40]
                cure = "put it inside {% trans %} ... {% endtrans %}"
                if extends and data in tree.body:
                    cure = "put it inside a {% block %}, and there inside {% trans %}"
                what = f"{shown!r} stands bare"
                yield Problem(file, data.lineno + offset, "untranslated", what, cure)


def unwritten(file: Path, text: str) -> Iterator[Problem]:
    """Yield each place in a text that `bot.studio.drafting` left to be written."""
    for place in _TO_WRITE.finditer(text):
        at = 1 + text.count("\n", 0, place.start())
        yield Problem(file, at, "unwritten", place[0], "write it in place of these brackets")


def _doses_block(found: Nodes, file: Path) -> Iterator[Problem]:
    if file.parent.name == "layouts" or ".professional." in file.name:
        return
    for node in found:
        if isinstance(node, nodes.Block) and node.name == "doses":
            cure = "move it to a *.professional.md.j2 file"
            what = "a doses block is for professionals"
            yield Problem(file, node.lineno, "dose", what, cure)
