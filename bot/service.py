"""One turn of a chat: what is stored about the reader, the core's answer, its effects.

A database that does not answer never stops a reader: reading and triage go on, and only a
choice that could not be kept, or a deletion that could not be done, is told.
"""

import asyncio
import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Protocol, TypeVar, Unpack

import structlog

from bot.core.conversation import Conversation
from bot.core.model import (
    Action,
    Audience,
    Count,
    Export,
    Forget,
    Held,
    Keep,
    Level,
    Reader,
    StorageFailed,
    Turn,
)
from bot.errors import StorageError
from bot.store.readers import Changes, Stored

# Triage waits for the stored language only this long, in seconds: a card in English now beats
# one in the reader's language later.
READER_PATIENCE = 1.5

log = structlog.get_logger()
E = TypeVar("E", Audience, Level)


class ReaderStore(Protocol):
    """What the service asks of a store; each may raise StorageError."""

    async def reader(self, telegram_id: int) -> Stored | None: ...
    async def keep(self, telegram_id: int, **changes: Unpack[Changes]) -> Stored: ...
    async def forget(self, telegram_id: int) -> int: ...
    async def count(self, event: str, detail: str = "", n: int = 1) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A turn whose effects are done, and the file to send with it, if any."""

    turn: Turn
    export: bytes | None = None


class Service:
    """Answers people, known only by their Telegram id, which goes nowhere but the store."""

    def __init__(self, conversation: Conversation, store: ReaderStore) -> None:
        self._conversation = conversation
        self._store = store
        self._counts: Counter[tuple[str, str]] = Counter()

    async def answer(self, telegram_id: int, language_code: str | None, action: Action) -> Answer:
        """Return the answer to an action, its effects done, whatever the database does."""
        reader = Reader(language_code=language_code)
        if self._conversation.needs_reader(action):
            reader = await self._reader(telegram_id, language_code)
        turn = self._conversation.respond(reader, action)
        try:
            await self._apply(telegram_id, turn)
        except StorageError:
            log.warning("storage_failed", action=type(action).__name__)
            failed = self._conversation.respond(reader, StorageFailed())
            # The page the reader asked for is still theirs; what was not stored is told after it.
            shown = () if any(isinstance(e, Forget) for e in turn.effects) else turn.screens
            edit = turn.edit and bool(shown)
            return Answer(Turn((*shown, *failed.screens), edit=edit, urgent=turn.urgent))
        wants_file = any(isinstance(effect, Export) for effect in turn.effects)
        return Answer(turn, _export(reader.held) if wants_file and reader.held else None)

    async def flush(self) -> None:
        """Write the counters collected since the last time; keep them when that fails."""
        waiting, self._counts = self._counts, Counter()
        for (event, detail), n in waiting.items():
            try:
                await self._store.count(event, detail, n)
            except StorageError:
                self._counts[event, detail] += n

    async def _reader(self, telegram_id: int, language_code: str | None) -> Reader:
        try:
            async with asyncio.timeout(READER_PATIENCE):
                stored = await self._store.reader(telegram_id)
        except (StorageError, TimeoutError):
            log.warning("storage_failed", action="reader")
            stored = None
        if stored is None:
            return Reader(language_code=language_code)
        return Reader(
            language_code=language_code,
            audience=_member(Audience, stored.audience),
            level=_member(Level, stored.level),
            locale=stored.locale,
            region=stored.region,
            remember=stored.remember,
            held=Held(
                audience=stored.audience,
                level=stored.level,
                locale=stored.locale,
                region=stored.region,
                view=stored.view,
                remember=stored.remember,
                last_used=stored.last_used,
                expires=stored.expires_at.date(),
            ),
        )

    async def _apply(self, telegram_id: int, turn: Turn) -> None:
        for effect in turn.effects:
            match effect:
                case Keep():
                    await self._store.keep(telegram_id, **_changes(effect))
                case Forget():
                    await self._store.forget(telegram_id)
                case Count(event=event, detail=detail):
                    self._counts[event, detail] += 1
                case Export():
                    pass


def _changes(keep: Keep) -> Changes:
    changes: Changes = {}
    if keep.audience is not None:
        changes["audience"] = keep.audience.value
    if keep.level is not None:
        changes["level"] = keep.level.value
    if keep.locale is not None:
        changes["locale"] = keep.locale
    if keep.region is not None:
        changes["region"] = keep.region or None
    if keep.remember is not None:
        changes["remember"] = keep.remember
    return changes


def _member(kind: type[E], value: str | None) -> E | None:
    try:
        return kind(value) if value else None
    except ValueError:
        return None


def _export(held: Held) -> bytes:
    return json.dumps(asdict(held), default=str, ensure_ascii=False, indent=2).encode()
