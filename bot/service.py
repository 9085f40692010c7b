"""One turn of a chat: what is stored about the reader, the core's answer, its effects.

A database that does not answer never stops a reader: reading and triage go on, and only a
choice that could not be kept, or a deletion that could not be done, is told.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Protocol, TypeVar, Unpack

import structlog

from bot.core.address import Address, View
from bot.core.conversation import Conversation
from bot.core.model import (
    Action,
    Attach,
    Audience,
    Command,
    Count,
    Export,
    Forget,
    Held,
    InGroup,
    Keep,
    Level,
    Reader,
    Say,
    StorageFailed,
    Tap,
    TooFast,
    Turn,
)
from bot.core.words import Words
from bot.errors import StorageError
from bot.limits import Limits
from bot.store.readers import Changes, Stored

# Triage waits for the stored language only this long, in seconds: a card in English now beats
# one in the reader's language later.
READER_PATIENCE = 1.5
# And a page waits this long for a choice to be kept; then it is shown, and the reader told.
KEEPING_PATIENCE = 5.0
# Telegram sends no longer message; whatever comes is cut before anything looks at it.
MAX_WORDS = 4096
# Kinds of events that wait for the database; while it is away, memory must not grow.
MAX_KINDS = 2000
_OTHER = ("other", "")

log = structlog.get_logger()
E = TypeVar("E", Audience, Level)


class ReaderStore(Protocol):
    """What the service asks of a store; each may raise StorageError."""

    async def reader(self, telegram_id: int) -> Stored | None: ...
    async def keep(self, telegram_id: int, **changes: Unpack[Changes]) -> Stored: ...
    async def forget(self, telegram_id: int) -> int: ...
    async def count(self, counts: Mapping[tuple[str, str], int]) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """A turn whose effects are done, and the file to send with it, if any."""

    turn: Turn
    export: bytes | None = None


class Service:
    """Answers people, known only by their Telegram id, which goes nowhere but the store."""

    def __init__(
        self, conversation: Conversation, store: ReaderStore, limits: Limits | None = None
    ) -> None:
        self._conversation = conversation
        self._store = store
        self._limits = Limits() if limits is None else limits
        self._counts: Counter[tuple[str, str]] = Counter()

    def use(self, conversation: Conversation) -> None:
        """Answer from other content from now on; a turn that has begun ends with the old."""
        self._conversation = conversation

    def words(self, locale: str) -> Words:
        """Return the words of the chat's surface in a language, in the source's if unknown."""
        return self._conversation.screens.desk.words(Address(View.MENU, locale=locale))

    def version(self) -> object:
        """Return what shared turns are drawn from: while it stays equal, so do they."""
        return (self._conversation, self._conversation.screens.desk.today())

    async def answer(
        self,
        telegram_id: int,
        language_code: str | None,
        action: Action,
        *,
        known: Turn | None = None,
    ) -> Answer:
        """Return the answer to an action, its effects done, whatever the database does.

        `known` is the shared turn of this very action, screens left out, from an earlier answer:
        then nothing is drawn, unless something is to be said beside it.

        A reader in a great hurry gets no answer to words for a moment, and choices are not
        kept; danger is always answered, and pages can always be read.
        """
        action, stranger = _cut(action), Reader(language_code=language_code)
        if self._withheld(telegram_id, stranger, action):
            in_group = isinstance(action, InGroup)  # where nobody is told anything twice
            return Answer(Turn() if in_group else self._too_fast(telegram_id, stranger))
        reader = stranger
        if known is None and self._conversation.needs_reader(action):
            reader = await self._reader(telegram_id, language_code)
        turn = known or self._conversation.respond(reader, action)
        if isinstance(action, Tap) and _stores(turn) and not self._limits.take(telegram_id):
            told = self._too_fast(telegram_id, reader)
            turn = turn if turn.screens else self._conversation.respond(reader, action)
            shown = () if _exports(turn) else turn.screens
            return Answer(Turn((*shown, *told.screens), edit=turn.edit and bool(shown)))
        try:
            async with asyncio.timeout(KEEPING_PATIENCE):
                await self._apply(telegram_id, turn)
        except (StorageError, TimeoutError):
            log.warning("storage_failed", action=type(action).__name__)
            failed = self._conversation.respond(reader, StorageFailed())
            turn = turn if turn.screens else self._conversation.respond(reader, action)
            # The page the reader asked for is still theirs; what was not stored is told after it.
            shown = () if any(isinstance(e, Forget) for e in turn.effects) else turn.screens
            edit = turn.edit and bool(shown)
            return Answer(Turn((*shown, *failed.screens), edit=edit, urgent=turn.urgent))
        return Answer(turn, _export(reader.held) if _exports(turn) and reader.held else None)

    async def flush(self) -> None:
        """Write the counters collected since the last time; keep them when that fails."""
        waiting, self._counts = self._counts, Counter()
        written = False
        try:
            await self._store.count(waiting)
            written = True
        except StorageError:
            log.warning("storage_failed", action="flush")
        finally:
            if not written:
                for kind, n in waiting.items():
                    self._count(kind, n)

    def _withheld(self, telegram_id: int, stranger: Reader, action: Action) -> bool:
        """Tell whether words of a hasty reader stay without answer; danger is looked for first."""
        if not isinstance(action, Say | Command | Attach | InGroup):
            return False
        if self._limits.take(telegram_id):
            return False
        # Without the database, which costs most.
        return not _urgent(self._conversation.respond(stranger, action))

    def _too_fast(self, telegram_id: int, reader: Reader) -> Turn:
        """Return the request to slow down, or silence if it was made just now."""
        self._count(("too_fast", ""))
        if not self._limits.remind(telegram_id):
            return Turn()
        return self._conversation.respond(reader, TooFast())

    def _count(self, kind: tuple[str, str], n: int = 1) -> None:
        known = kind in self._counts or len(self._counts) < MAX_KINDS
        self._counts[kind if known else _OTHER] += n

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
                visit=stored.visit,
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
                    self._count((event, detail))
                case Export():
                    pass


def _cut(action: Action) -> Action:
    match action:
        case Say(text=text) if len(text) > MAX_WORDS:
            return Say(text[:MAX_WORDS])
        case Command(argument=argument) if len(argument) > MAX_WORDS:
            return replace(action, argument=argument[:MAX_WORDS])
        case _:
            return action


def _urgent(turn: Turn) -> bool:
    """Tell whether a turn answers danger, or opens the urgent page by command or in words."""
    return turn.urgent or any(
        isinstance(effect, Count) and effect.event == View.URGENT.name.lower()
        for effect in turn.effects
    )


def _stores(turn: Turn) -> bool:
    # Forgetting is left out: it is a right, and without a row it costs next to nothing.
    return any(isinstance(effect, Keep | Export) for effect in turn.effects)


def _exports(turn: Turn) -> bool:
    return any(isinstance(effect, Export) for effect in turn.effects)


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
    if keep.visit is not None:
        changes["visit"] = keep.visit or None
    return changes


def _member(kind: type[E], value: str | None) -> E | None:
    try:
        return kind(value) if value else None
    except ValueError:
        return None


def _export(held: Held) -> bytes:
    return json.dumps(asdict(held), default=str, ensure_ascii=False, indent=2).encode()
