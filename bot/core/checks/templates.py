"""What may stand in a template, read from its syntax tree, before anything is rendered."""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

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
_GETTEXT = {"gettext", "ngettext", "pgettext", "npgettext", "_"}
_VARIABLES = {
    "topics": set[str](),
    "disclaimers": set[str](),
    "layouts": {"role", "reviewed", "written", "due"},
    "messages": {"reading", "level", "region", "contact", "language", "available"},
    "urgent": {"emergency_line", "crisis_line", "poison_line", "number", "country"},
}
_MARKS = re.compile(r":::[ \t]*[a-z-]*|\[#[a-z0-9-]*\]|\]\(word:[a-z0-9-]+\)|&[a-z]+;")


def check_templates(env: Environment, directory: Path) -> Iterator[Problem]:
    """Yield what is wrong with the templates below `directory`, without rendering them."""
    for file in sorted(directory.glob("**/*.md.j2")):
        try:
            tree = env.parse(file.read_text("utf-8"))
        except UnicodeDecodeError as error:
            what = f"is not UTF-8 ({error.reason})"
            yield Problem(file, 0, "template", what, "save the file as UTF-8")
            continue
        except TemplateSyntaxError as error:
            cure = "close every {% block %} and {% trans %}; content/README.md shows a page"
            yield Problem(file, error.lineno, "template", str(error.message), cure)
            continue
        yield from _logic(tree, file)
        yield from _variables(tree, file, directory)
        yield from _untranslated(tree, file)
        yield from _doses_block(tree, file)


def _logic(tree: nodes.Template, file: Path) -> Iterator[Problem]:
    cure = "write a file for this level or audience instead"
    for node in tree.find_all(_LOGIC):
        what = f"{type(node).__name__.lower()} is logic"
        yield Problem(file, node.lineno, "no-logic", what, cure)
    for call in tree.find_all(nodes.Call):
        if not (isinstance(call.node, nodes.Name) and call.node.name in _GETTEXT):
            yield Problem(file, call.lineno, "no-logic", "a call is logic", cure)


def _variables(tree: nodes.Template, file: Path, directory: Path) -> Iterator[Problem]:
    folder = file.relative_to(directory).parts[0]
    allowed = _VARIABLES.get(folder, set())
    for name in sorted(meta.find_undeclared_variables(tree) - allowed - _GETTEXT):
        line = next((n.lineno for n in tree.find_all(nodes.Name) if n.name == name), 0)
        cure = f"use one of: {', '.join(sorted(allowed)) or 'none in this folder'}"
        yield Problem(file, line, "unknown-variable", f"there is no {name!r} here", cure)


def _untranslated(tree: nodes.Template, file: Path) -> Iterator[Problem]:
    extends = next(tree.find_all(nodes.Extends), None) is not None
    for data in tree.find_all(nodes.TemplateData):
        for offset, line in enumerate(_MARKS.sub("", data.data).split("\n")):
            if any(char.isalpha() for char in line):
                shown = line.strip()[:40]
                cure = "put it inside {% trans %} ... {% endtrans %}"
                if extends and data in tree.body:
                    cure = "put it inside a {% block %}, and there inside {% trans %}"
                yield Problem(
                    file, data.lineno + offset, "untranslated", f"{shown!r} stands bare", cure
                )


def _doses_block(tree: nodes.Template, file: Path) -> Iterator[Problem]:
    if file.parent.name == "layouts" or ".professional." in file.name:
        return
    for block in tree.find_all(nodes.Block):
        if block.name == "doses":
            cure = "move it to a *.professional.md.j2 file"
            yield Problem(file, block.lineno, "dose", "a doses block is for professionals", cure)
