"""From the text of a call to the text of a message: cleaned, trimmed, with all its entities."""

import re

from bot.sandbox.entities import EntityError, parse_html, utf16_length
from bot.sandbox.nesting import settle
from bot.sandbox.wire import Json, Params, bad_request

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_SOURCE_BYTES = 1 << 15
CONTROLS = {code: " " for code in range(32) if code not in (10, 13)}
DROPPED = dict.fromkeys([13, *range(0x2028, 0x202F), 0x333, 0x33F, 0x30A])
BLANK = re.compile("[\\s\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\xa0]*")
DOMAIN = (
    r"(?:[\w-]+\.)+(?:com|org|net|edu|gov|info|int|io|me|app|dev|uk|de|fr|es|it|nl|eu|us|au|ca)"
)
FOUND = (
    (
        "bot_command",
        r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}+(?:@[A-Za-z0-9_]{3,32}+)?(?![\w/<>@])",
    ),
    ("email", r"(?<![\w.+-])[\w.+-]{1,64}+@" + DOMAIN + r"(?![\w-])"),
    ("url", r"https?://[^\s<>\"'«»]*[^\s<>\"'«».,;:!?)\]}]"),
    ("url", r"(?<![\w@.:/-])" + DOMAIN + r"(?![\w-])(?:/[^\s<>\"'«»]*[^\s<>\"'«».,;:!?)\]}])?"),
    ("mention", r"(?<!\w)@[A-Za-z0-9_]{2,32}+(?!\w)"),
    ("hashtag", r"(?<!\w)#(?=\w*[^\W\d])\w{1,256}+(?![\w#])"),
)
PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in FOUND)


def clean(text: str) -> str:
    """Return the text as Telegram keeps it: no control characters, no bidi overrides, trimmed."""
    return text.translate(CONTROLS).translate(DROPPED).strip(" \n")


def is_blank(text: str) -> bool:
    """Return whether nothing visible is left of the text."""
    return BLANK.fullmatch(text) is not None


def formatted(params: Params, name: str, entities_name: str) -> tuple[str, list[Json]]:
    """Return text and entities of the parameter `name`, parsed as its `parse_mode` asks.

    Refuses what Telegram refuses: broken markup, unknown parse modes, text that is blank.
    Lengths are not checked here: messages and captions differ in them.
    """
    source = params.text(name)
    if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        raise bad_request("Text is too long")
    mode = params.text("parse_mode").lower()
    if mode in {"", "none"}:
        text, entities = source, _given(params, entities_name)
    elif mode == "html":
        try:
            text, entities = parse_html(source)
        except EntityError as error:
            raise bad_request(f"Can't parse entities: {error}") from None
    elif mode in {"markdown", "markdownv2"}:
        # The bot writes HTML; a sandbox that guessed at Markdown would hide a mistake.
        raise bad_request("Can't parse entities: the sandbox reads HTML only")
    else:
        raise bad_request("Unsupported parse_mode")
    return trimmed(text, entities)


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Return text and entities cleaned, trimmed at both ends and completed by those found."""
    if any(code in text for code in map(chr, DROPPED)):
        text, entities = _without_dropped(text, entities)
    text = text.translate(CONTROLS)
    body = text.rstrip(" \n")
    first = min((entity["offset"] for entity in entities), default=len(body))
    lead = len(body[:first]) - len(body[:first].lstrip(" \n"))
    body = body[lead:]
    end = utf16_length(body)
    kept = []
    for entity in entities:
        start = entity["offset"] - lead
        length = min(entity["length"], end - start)
        if length > 0:
            kept.append({**entity, "offset": start, "length": length})
    return body, settle(kept + _detected(body, kept))


def plain(text: str) -> tuple[str, list[Json]]:
    """Return what a person typed as a message keeps it: cleaned text and found entities."""
    return trimmed(clean(text), [])


def _without_dropped(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    units = text.encode("utf-16-le", "surrogatepass")
    before = [0]
    for at in range(0, len(units), 2):
        before.append(before[-1] + (int.from_bytes(units[at : at + 2], "little") in DROPPED))
    moved = []
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        offset = start - before[min(start, len(before) - 1)]
        length = end - before[min(end, len(before) - 1)] - offset
        if length > 0:
            moved.append({**entity, "offset": offset, "length": length})
    return text.translate(DROPPED), moved


def _given(params: Params, name: str) -> list[Json]:
    value = params.json(name, "message entities")
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request("Can't parse entities: expected an Array of MessageEntity")
    for entity in value:
        if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
            raise bad_request("Can't parse MessageEntity: expected an Object")
        if not all(isinstance(entity.get(key), int) for key in ("offset", "length")):
            raise bad_request(
                "Can't parse MessageEntity: offset and length must be of type Number"
            )
    return settle([dict(entity) for entity in value])


def _detected(text: str, given: list[Json]) -> list[Json]:
    """Return links, commands and the like that Telegram finds by itself, outside `given`."""
    taken = [
        range(entity["offset"], entity["offset"] + entity["length"])
        for entity in given
        if entity["type"] in {"text_link", "code", "pre"}
    ]
    found = []
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            span = range(start, start + utf16_length(match.group()))
            if not any(span.start < other.stop and other.start < span.stop for other in taken):
                taken.append(span)
                found.append({"type": kind, "offset": span.start, "length": len(span)})
    return found
