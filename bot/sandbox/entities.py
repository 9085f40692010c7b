"""Telegram's HTML parse mode: marked-up text in, plain text and entities out.

Offsets and lengths of entities count UTF-16 units; the offsets in refusals count bytes, as
Telegram's do. The rules are those of the open server, for the classic tags: every start tag
must be closed, in order; only `lt gt amp quot` and numeric references are decoded, any other
ampersand stays as it stands.
"""

import re
from dataclasses import dataclass, field

from bot.sandbox.links import checked_link
from bot.sandbox.nesting import settle
from bot.sandbox.wire import Json

KIND = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#(?:x([0-9A-Fa-f]*)|([0-9]*))|([A-Za-z]*));?", re.ASCII)
LONGEST_REFERENCE = 10
LAST_CODE_POINT = 0x10FFFF
SPACE = " \t\r\n\v\0"
END = "\0"


class EntityError(ValueError):
    """The markup is not what Telegram accepts; the text is Telegram's own reason."""


def utf16_length(text: str) -> int:
    """Return the length of `text` in UTF-16 units, the measure of every Telegram limit."""
    return len(text) + sum(1 for character in text if character > "\uffff")


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    starts: int


@dataclass(slots=True)
class _Parser:
    source: str
    pos: int = 0
    out: list[str] = field(default_factory=list)
    offset: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def run(self) -> tuple[str, list[Json]]:
        while self.pos < len(self.source):
            character = self.source[self.pos]
            if character == "<":
                if self.at(self.pos + 1) == "/":
                    self.end_tag()
                else:
                    self.start_tag()
            elif character == "&":
                self.emit(self.reference())
            else:
                self.pos += 1
                self.emit(character)
        if self.stack:
            tag = self.stack[-1].tag
            raise EntityError(f'Can\'t find end tag corresponding to start tag "{tag}"')
        text = "".join(self.out)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise EntityError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return text, self.entities

    def at(self, pos: int) -> str:
        return self.source[pos] if pos < len(self.source) else END

    def emit(self, text: str) -> None:
        self.out.append(text)
        self.offset += utf16_length(text)

    def bytes_before(self, pos: int) -> int:
        return len(self.source[:pos].encode("utf-8", "surrogatepass"))

    def skip_space(self) -> None:
        while self.pos < len(self.source) and self.at(self.pos) in SPACE:
            self.pos += 1

    def take_until(self, stops: str) -> str:
        start = self.pos
        while self.at(self.pos) not in stops:
            self.pos += 1
        return self.source[start : self.pos]

    def reference(self) -> str:
        """Return the character the reference at `pos` stands for; `&` itself if for none."""
        match = REFERENCE.match(self.source, self.pos)
        decoded = _decode(match) if match else None
        if match is None or decoded is None:
            self.pos += 1
            return "&"
        self.pos = match.end()
        return decoded

    def start_tag(self) -> None:
        begin = self.pos
        self.pos += 1
        tag = self.take_until(SPACE + ">").lower()
        if self.at(self.pos) == END:
            raise EntityError(f"Unclosed start tag at byte offset {self.bytes_before(begin)}")
        if tag not in KIND:
            raise EntityError(
                f'Unsupported start tag "{tag}" at byte offset {self.bytes_before(begin)}'
            )
        attributes = self.attributes(tag, begin)
        self.pos += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise EntityError(
                'Tag "span" must have class "tg-spoiler" at byte offset '
                f"{self.bytes_before(begin)}"
            )
        self.stack.append(_Open(tag, attributes, self.offset, len(self.out)))

    def attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        unclosed = f'Unclosed start tag "{tag}" at byte offset {self.bytes_before(begin)}'
        while True:
            self.skip_space()
            if self.at(self.pos) == ">":
                return found
            name = self.take_until(SPACE + "=>/\"'")
            if not name:
                raise EntityError(
                    f'Empty attribute name in the tag "{tag}" at byte offset '
                    f"{self.bytes_before(begin)}"
                )
            self.skip_space()
            if self.at(self.pos) != "=":
                if self.at(self.pos) == END:
                    raise EntityError(unclosed)
                found[name] = ""
                continue
            self.pos += 1
            self.skip_space()
            if self.at(self.pos) == END:
                raise EntityError(unclosed)
            found[name] = self.attribute_value()
            if self.at(self.pos) == END:
                raise EntityError(f"Unclosed start tag at byte offset {self.bytes_before(begin)}")

    def attribute_value(self) -> str:
        quote = self.at(self.pos)
        begin = self.pos
        if quote not in "'\"":
            match = re.compile(r"[A-Za-z0-9.-]*").match(self.source, self.pos)
            self.pos = match.end() if match else self.pos
            if self.at(self.pos) not in SPACE + ">":
                raise EntityError(
                    f"Unexpected end of name token at byte offset {self.bytes_before(begin)}"
                )
            return self.source[begin : self.pos].lower()
        self.pos += 1
        value: list[str] = []
        while self.at(self.pos) not in (quote, END):
            if self.at(self.pos) == "&":
                value.append(self.reference())
            else:
                value.append(self.at(self.pos))
                self.pos += 1
        if self.at(self.pos) == quote:
            self.pos += 1
        return "".join(value)

    def end_tag(self) -> None:
        begin = self.pos
        at = self.bytes_before(begin)
        if not self.stack:
            raise EntityError(f"Unexpected end tag at byte offset {at}")
        self.pos += 2
        name = self.take_until(SPACE + ">").lower()
        self.skip_space()
        if self.at(self.pos) != ">":
            raise EntityError(f"Unclosed end tag at byte offset {at}")
        self.pos += 1
        opened = self.stack[-1]
        if name and name != opened.tag:
            raise EntityError(
                f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", '
                f'found "</{name}>"'
            )
        self.stack.pop()
        if self.offset > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        entity: Json = {
            "type": KIND[opened.tag],
            "offset": opened.offset,
            "length": self.offset - opened.offset,
        }
        if opened.tag == "a":
            url = checked_link(opened.attributes.get("href") or "".join(self.out[opened.starts :]))
            if url is None:
                return
            entity["url"] = url
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "code" and opened.attributes.get("class", "").startswith("language-"):
            entity["language"] = opened.attributes["class"].removeprefix("language-")
        elif opened.tag == "pre" and self.entities:
            inner = self.entities[-1]
            if inner["type"] == "code" and inner.get("language") and _same(inner, entity):
                entity["language"] = self.entities.pop()["language"]
        self.entities.append(entity)


def _same(one: Json, other: Json) -> bool:
    return bool(one["offset"] == other["offset"] and one["length"] == other["length"])


def _decode(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return NAMED.get(name)
    digits = int(hexadecimal or "0", 16) if hexadecimal is not None else int(decimal or "0")
    length = len(match.group().rstrip(";"))
    return chr(digits) if 0 < digits < LAST_CODE_POINT and length < LONGEST_REFERENCE else None


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Return plain text and its entities, or raise EntityError with Telegram's reason."""
    text, entities = _Parser(source).run()
    return text, settle(entities)
