"""What one message shows, and how the rules and the nets look at it together."""

from dataclasses import dataclass

from bot.core.safety.context import Compiled, Context
from bot.core.safety.kinds import Certainty, Kind, RefusalKind
from bot.core.safety.learnt import (
    OVERRULES,
    RULE,
    SPEAKS_AGAINST,
    SUPPORTS_CLEAR,
    Learnt,
    Reading,
)

_BARE = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """Danger that a rule sees in a message."""

    kind: Kind
    certainty: Certainty
    locale: str
    rule: str

    @property
    def guessed(self) -> bool:
        """Whether no rule found it: the message only resembles examples of its kind."""
        return self.rule == RULE


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that the bot must not answer."""

    kind: RefusalKind
    locale: str
    rule: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a message shows: danger, which goes first, and a request to refuse."""

    danger: Finding | None
    refusal: Refusal | None


class Look:
    """One message as the rules and the nets see it; the nets look when first asked."""

    def __init__(self, context: Context, learnt: Learnt | None) -> None:
        self.context = context
        self._learnt = learnt
        self._reading: Reading | None = None

    @property
    def supports_clear(self) -> bool:
        """Tell whether the examples bear out what a rule found to be clear.

        A bare word or two say all they can.
        """
        if self.context.scan.count <= _BARE:
            return True
        reading = self._read()
        return reading is None or reading.reaches(SUPPORTS_CLEAR)

    @property
    def speaks_against(self) -> bool:
        """Tell whether all of the message resembles harmless ones more than dangers."""
        reading = self._read()
        return reading is not None and not reading.reaches(SPEAKS_AGAINST)

    @property
    def overrules(self) -> bool:
        """Tell whether it resembles harmless ones so much that no rule of possible danger counts.

        A bare word or two say too little for that; rules of clear danger are only ever softened.
        """
        if self.context.scan.count <= _BARE:
            return False
        reading = self._read()
        return reading is not None and not reading.reaches(OVERRULES)

    def danger(self) -> Finding | None:
        """Return the danger that the message resembles."""
        reading = self._read()
        found = reading and reading.danger()
        return Finding(found[0], Certainty.POSSIBLE, found[1], RULE) if found else None

    def refusal(self) -> Refusal | None:
        """Return the refused request that the message resembles."""
        reading = self._read()
        found = reading and reading.refusal()
        return Refusal(*found, RULE) if found else None

    def _read(self) -> Reading | None:
        if self._reading is None and self._learnt is not None and self.context.scan.count:
            self._reading = self._learnt.read(self.context.scan)
        return self._reading


def find(bits: Compiled, context: Context) -> Finding | None:
    """Return what the danger rule sees in this message."""
    rule = bits.rule
    soft = False
    for at in context.fires(bits):
        if rule.certainty is Certainty.CLEAR and not context.softened(bits, at):
            return Finding(Kind(rule.kind), Certainty.CLEAR, rule.locale, rule.name)
        soft = True
        if rule.certainty is Certainty.POSSIBLE:
            break
    if not soft:
        return None
    return Finding(Kind(rule.kind), Certainty.POSSIBLE, rule.locale, rule.name)


def is_weak(bits: Compiled, context: Context) -> bool:
    """Tell whether the rule is marked weak, or holds only where its danger is a subject."""
    rule = bits.rule
    return rule.weak or (
        rule.framed and all(context.asked(bits, at) for at in context.fires(bits))
    )


def refuse(bits: Compiled) -> Refusal:
    """Return the refusal that the rule asks for."""
    return Refusal(RefusalKind(bits.rule.kind), bits.rule.locale, bits.rule.name)
