"""The texts that templates hand to gettext, read from their syntax trees.

The trees come from the environment that renders pages, so a text extracted here is, to the
letter, the text asked for there.
"""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError, nodes

from bot.core.files import restoring
from bot.core.i18n import SOURCE_LOCALE, Catalog
from bot.core.render import Snapshot, environment
from bot.core.translations import Key
from bot.errors import ContentError, Problem

_FUNCTIONS: Mapping[str, tuple[int, int]] = {
    # name: how many texts, and how many of them are context
    "gettext": (1, 0),
    "_": (1, 0),
    "ngettext": (2, 0),
    "pgettext": (2, 1),
    "npgettext": (3, 1),
}
_TREES = 16


class Message(NamedTuple):
    """A text of a template, with the line it starts at."""

    key: Key
    plural: str
    line: int


class Templates:
    """The templates below one content folder."""

    def __init__(self, directory: Path, files: Snapshot | None = None) -> None:
        """Take the folder; `files` are its templates where they have been read already."""
        self.directory = directory
        self._env: Environment = environment(
            files or Snapshot(directory), Catalog(SOURCE_LOCALE, SOURCE_LOCALE)
        )
        self.rendered = cache(self._rendered)
        # Trees are large, and what was found in one is kept.
        self._tree = lru_cache(maxsize=_TREES)(self._parse)

    def names(self) -> tuple[str, ...]:
        """Return every template, hidden folders included, in a stable order."""
        files = self.directory.rglob("*.md.j2")
        return tuple(sorted(file.relative_to(self.directory).as_posix() for file in files))

    def messages(self, name: str) -> Iterator[Message]:
        """Yield the texts that stand in one file, from top to bottom.

        Raises ContentError for a template that cannot be parsed, and for a text that is not
        written out (gettext could never find it again).
        """
        for call in self._tree(name).find_all(nodes.Call):
            if self._is_gettext(call):
                yield self._message(call, name)

    def _rendered(self, name: str) -> frozenset[Key]:
        """Return the keys that rendering this template asks for.

        Blocks that a child replaces are left out. Raises ContentError where a parent or an
        include is missing or not written out.
        """
        chain = tuple(self._chain(name))
        blocks: dict[str, list[nodes.Block]] = {}
        for _, tree in chain:
            for block in tree.find_all(nodes.Block):
                blocks.setdefault(block.name, []).append(block)
        return frozenset(self._walk(chain[-1][1], blocks, (), chain[-1][0]))

    def _walk(
        self,
        node: nodes.Node,
        blocks: Mapping[str, list[nodes.Block]],
        inherited: tuple[nodes.Block, ...],
        name: str,
    ) -> Iterator[Key]:
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Block):
                own, *inherits = blocks[child.name]
                yield from self._walk(own, blocks, tuple(inherits), name)
                continue
            if isinstance(child, nodes.Include):
                for included in self._named(child.template, child.lineno, name):
                    yield from self.rendered(included)
            if isinstance(child, nodes.Call) and self._is_gettext(child):
                yield self._message(child, name).key
            if _is_super(child) and inherited:
                yield from self._walk(inherited[0], blocks, inherited[1:], name)
            yield from self._walk(child, blocks, inherited, name)

    def _chain(self, name: str) -> Iterator[tuple[str, nodes.Template]]:
        """Yield a template and those it extends, the nearest first."""
        seen: list[str] = []
        while name not in seen:
            seen.append(name)
            tree = self._tree(name)
            yield name, tree
            parent = next(tree.find_all(nodes.Extends), None)
            if parent is None:
                return
            name = self._named(parent.template, parent.lineno, name)[0]
        what, cure = f"extends itself through {', '.join(seen)}", "name another template"
        raise ContentError([Problem(self.directory / name, 0, "template", what, cure)])

    def _named(self, node: nodes.Node, line: int, name: str) -> tuple[str, ...]:
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            return (node.value,)
        what = "takes in a template whose name is not written out"
        cure = "write the name in quotes; what a page says could not be known otherwise"
        raise ContentError([Problem(self.directory / name, line, "template", what, cure)])

    def _parse(self, name: str) -> nodes.Template:
        file = self.directory / name
        loader = self._env.loader
        assert loader is not None  # noqa: S101 - `render.environment` always sets one
        try:
            source, _, _ = loader.get_source(self._env, name)
            return self._env.parse(source, name, str(file))
        except TemplateSyntaxError as error:
            cure = "close every {% block %} and {% trans %}; content/README.md shows a page"
            problem = Problem(file, error.lineno, "template", str(error.message), cure)
        except TemplateNotFound:
            cure = f"add it, or mend its name; {restoring(file)}"
            problem = Problem(file, 0, "template", "is missing", cure)
        raise ContentError([problem])

    def _message(self, call: nodes.Call, name: str) -> Message:
        texts, contexts = _FUNCTIONS[_called(call)]
        found = [
            arg.value
            for arg in call.args[:texts]
            if isinstance(arg, nodes.Const) and isinstance(arg.value, str)
        ]
        if len(found) == texts and all(text.strip() for text in found[contexts:]):
            context = found[0] if contexts else ""
            source, *plural = found[contexts:]
            return Message(Key(context, source), plural[0] if plural else "", call.lineno)
        what = "asks for a translation of a text that is empty or not written out"
        cure = "write the words between {% trans %} and {% endtrans %}"
        raise ContentError([Problem(self.directory / name, call.lineno, "trans", what, cure)])

    @staticmethod
    def _is_gettext(call: nodes.Call) -> bool:
        return _called(call) in _FUNCTIONS


def _called(call: nodes.Call) -> str:
    return call.node.name if isinstance(call.node, nodes.Name) else ""


def _is_super(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Call) and _called(node) == "super"
