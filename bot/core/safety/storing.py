"""A plan as sections of plain tables, and back."""

from array import array
from collections.abc import Mapping
from typing import Any

from bot.core.safety.assembly import Locale, Plan, Writing
from bot.core.safety.cache import Stored
from bot.core.safety.index import Graph, Lists, PatternIndex
from bot.core.safety.kinds import Certainty, Kind, RefusalKind
from bot.core.safety.learnt import Nets
from bot.core.safety.lexicon import Vocabulary
from bot.core.safety.net import Kinds, Net
from bot.core.safety.rules import Rule
from bot.core.safety.sparse import Sparse

_PLAIN = ("name", "line", "reach", "max_words", "negatable", "framed", "weak", "kind", "certainty")
_NAMES = ("all", "none")


def stored(plan: Plan) -> Stored:
    """Return the plan as sections, without the examples that stand beside the rules."""
    index, nets, writing = plan.index, plan.nets, plan.writing
    return {
        "locales": {one.locale: _locale(one) for one in plan.locales},
        "writing": {
            "correct": writing.correct,
            "prefixes": writing.prefixes,
            "spellings": dict(writing.spellings),
        },
        "labels": {"hex": [f"{bits:x}" for bits in index.labels]},
        "names": index.names,
        "whole": index.whole,
        "meanings": index.meanings,
        "begins": index.graph.begins,
        "ways": index.graph.ways,
        "ends": index.graph.ends,
        "numbers": {"pairs": index.numbers},
        **_numbered("next", index.graph.next),
        **_numbered("later", index.graph.later),
        **_numbered("stems", index.stems),
        **_numbered("endings", index.endings),
        **_listed("exact", index.exact, index.exact_atoms),
        **_listed("squeezed", index.squeezed, index.squeezed_atoms),
        **_listed("slips", index.slips, index.slip_atoms),
        **_listed("vocabulary", plan.vocabulary.numbers, plan.vocabulary.atoms),
        **(_nets(nets) if nets else {}),
    }


def restored(sections: Stored) -> Plan:
    """Return the plan that was stored; raises KeyError, TypeError or ValueError for another."""
    reader = _Reader(sections)
    return Plan(
        tuple(_read_locale(name, one) for name, one in sections["locales"].items()),
        Writing(**sections["writing"]),
        reader.index(),
        Vocabulary(*reader.listed("vocabulary")),
        reader.nets() if "nets" in sections else None,
    )


def _locale(one: Locale) -> Mapping[str, Any]:
    rules = [
        {name: getattr(rule, name) for name in (*_PLAIN, *_NAMES, "any")} for rule in one.rules
    ]
    return {"names": [one.concepts, one.frames, one.hints], "rules": rules}


def _read_locale(locale: str, found: Mapping[str, Any]) -> Locale:
    concepts, frames, hints = map(tuple, found["names"])
    rules = (_read_rule(locale, one) for one in found["rules"])
    return Locale(locale, concepts, frames, hints, tuple(rules))


def _read_rule(locale: str, found: Mapping[str, Any]) -> Rule:
    given = dict(found)
    certainty = given["certainty"]
    return Rule(
        **given
        | {name: tuple(given[name]) for name in _NAMES}
        | {
            "locale": locale,
            "any": tuple(map(tuple, given["any"])),
            "kind": Kind(given["kind"]) if certainty else RefusalKind(given["kind"]),
            "certainty": Certainty(certainty) if certainty else None,
            "hits": (),
            "softer": (),
            "traps": (),
        }
    )


def _numbered(name: str, numbers: Mapping[Any, int]) -> dict[str, Any]:
    keys: Any = list(numbers)
    if not keys or isinstance(keys[0], int):
        keys = array("Q", keys)
    return {name: keys, f"{name} numbers": array("I", numbers.values())}


def _listed(name: str, numbers: Mapping[str, int], lists: Lists) -> dict[str, Any]:
    """Take a dictionary whose values count from 0 on, and the list that each value names."""
    return {name: list(numbers), f"{name} starts": lists.starts, f"{name} items": lists.items}


def _sparse(name: str, table: Sparse) -> dict[str, Any]:
    return {f"{name} keys": table.keys, f"{name} size": {"size": table.size}}


def _nets(nets: Nets) -> dict[str, Any]:
    hints = [f"{bits:x}" for bits in nets.hints]
    both = {"danger": nets.danger, "refusal": nets.refusal}
    about = {name: [net.bias, net.kinds.kinds] for name, net in both.items()}
    sections: dict[str, Any] = {
        "nets": {"hints": hints, "locales": nets.locales, "least": nets.least, **about},
        "held": nets.held,
    }
    for name, net in both.items():
        sections |= _sparse(name, net.table) | {f"{name} weights": net.column}
        sections |= _sparse(f"{name} kinds", net.kinds.table)
        sections[f"{name} kinds weights"] = net.kinds.rows
    return sections


class _Reader:
    """Reads sections; equal words and equal numbers become one object, to save memory."""

    def __init__(self, sections: Stored) -> None:
        self._sections = sections
        self._words: dict[str, str] = {}
        self._numbers: list[int] = []

    def _shared(self, name: str) -> list[str]:
        return [self._words.setdefault(word, word) for word in self._sections[name]]

    def _pooled(self, numbers: "array[int]") -> list[int]:
        missing = max(numbers, default=-1) + 1 - len(self._numbers)
        if missing > 0:
            self._numbers += range(len(self._numbers), len(self._numbers) + missing)
        return [self._numbers[number] for number in numbers]

    def _dict(self, name: str) -> dict[Any, int]:
        keys = self._sections[name]
        numbers = self._pooled(self._sections[f"{name} numbers"])
        shared = self._shared(name) if isinstance(keys, list) else keys
        return dict(zip(shared, numbers, strict=True))

    def listed(self, name: str) -> tuple[dict[str, int], Lists]:
        words = self._shared(name)
        numbers = self._pooled(array("I", range(len(words))))
        lists = Lists(self._sections[f"{name} starts"], self._sections[f"{name} items"])
        return dict(zip(words, numbers, strict=True)), lists

    def index(self) -> PatternIndex:
        found = self._sections
        names = self._shared("names")
        return PatternIndex(
            [int(bits, 16) for bits in found["labels"]["hex"]],
            names,
            found["whole"],
            found["meanings"],
            Graph.of(
                found["begins"],
                found["ways"],
                found["ends"],
                self._dict("next"),
                self._dict("later"),
            ),
            *self.listed("exact"),
            *self.listed("squeezed"),
            *self.listed("slips"),
            self._dict("stems"),
            self._dict("endings"),
            tuple((least, atom) for least, atom in found["numbers"]["pairs"]),
        )

    def nets(self) -> Nets:
        found = self._sections["nets"]
        return Nets(
            tuple(int(bits, 16) for bits in found["hints"]),
            tuple(found["locales"]),
            tuple(found["least"]),
            self._sections["held"],
            self._net("danger", *found["danger"]),
            self._net("refusal", *found["refusal"]),
        )

    def _net(self, name: str, bias: float, kinds: list[str]) -> Net:
        by_kind = f"{name} kinds"
        return Net(
            self._sparse(name),
            self._sections[f"{name} weights"],
            bias,
            Kinds(kinds, self._sparse(by_kind), self._sections[f"{by_kind} weights"]),
        )

    def _sparse(self, name: str) -> Sparse:
        return Sparse(self._sections[f"{name} keys"], self._sections[f"{name} size"]["size"])
