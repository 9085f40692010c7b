"""Which entities of a text Telegram keeps, and in which order."""

from collections.abc import Iterable

from bot.sandbox.wire import Json

STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}
PREFORMATTED = {"code", "pre"}


def settle(entities: list[Json]) -> list[Json]:
    """Return the entities in Telegram's order, without those it does not keep.

    Code keeps nothing inside it and lies in nothing but a quotation; links and quotations do
    not nest in their like; a style repeated or continued without a gap is one entity.
    """
    whole = _outermost(entity for entity in entities if entity["type"] not in STYLES)
    code = [entity for entity in whole if entity["type"] in PREFORMATTED]
    styled = [entity for entity in entities if entity["type"] in STYLES]
    for block in code:
        styled = [piece for entity in styled for piece in _around(entity, block)]
    kept = [_plain(entity) for entity in whole] + _merged(styled, whole + styled)
    return sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


def _plain(entity: Json) -> Json:
    if entity["type"] == "code":
        return {name: value for name, value in entity.items() if name != "language"}
    return entity


def _outermost(entities: Iterable[Json]) -> list[Json]:
    kept: list[Json] = []
    ordered = sorted(
        entities,
        key=lambda entity: (entity["offset"], -entity["length"], "quote" not in entity["type"]),
    )
    ends = {True: 0, False: 0}
    for entity in ordered:
        quotation = "quote" in entity["type"]
        if entity["offset"] >= ends[quotation]:
            kept.append(entity)
            ends[quotation] = entity["offset"] + entity["length"]
    return kept


def _around(entity: Json, block: Json) -> list[Json]:
    """Return what is left of `entity` when `block` is cut out of it."""
    start, end = entity["offset"], entity["offset"] + entity["length"]
    cut_start, cut_end = block["offset"], block["offset"] + block["length"]
    pieces = [(start, min(end, cut_start)), (max(start, cut_end), end)]
    if cut_end <= start or end <= cut_start:
        return [entity]
    return [{**entity, "offset": a, "length": b - a} for a, b in pieces if a < b]


def _merged(entities: list[Json], others: list[Json]) -> list[Json]:
    """Join a style that goes on without a gap, where nothing else begins or ends at the seam."""
    last: dict[str, Json] = {}
    done: list[Json] = []
    for entity in sorted(entities, key=lambda entity: entity["offset"]):
        before = last.get(entity["type"])
        end = before["offset"] + before["length"] if before is not None else -1
        if before is not None and entity["offset"] + entity["length"] <= end:
            continue
        if before is not None and entity["offset"] == end and not _bounded(end, entity, others):
            before["length"] += entity["length"]
        else:
            last[entity["type"]] = dict(entity)
            done.append(last[entity["type"]])
    return done


def _bounded(seam: int, entity: Json, others: list[Json]) -> bool:
    return any(
        seam in (other["offset"], other["offset"] + other["length"])
        for other in others
        if other["type"] != entity["type"]
    )
