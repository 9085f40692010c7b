"""What one message shows, and how the rules and the nets look at it together."""

from dataclasses import dataclass

from bot.core.safety.context import Compiled, Context
from bot.core.safety.kinds import Certainty, Kind, RefusalKind
from bot.core.safety.learnt import (
    RESEMBLES_DANGER,
    RESEMBLES_REFUSAL,
    RULE,
    SPEAKS_AGAINST,
    SUPPORTS_CLEAR,
    Learnt,
    Resemblance,
)
from bot.core.safety.pieces import Pieces

_BARE = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """Danger that a rule sees in a message."""

    kind: Kind
    certainty: Certainty
    locale: str
    rule: str


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
        self._parts: tuple[Pieces, ...] | None = None
        self._resemblance: Resemblance | None = None

    @property
    def supports_clear(self) -> bool:
        """Tell whether the examples bear out what a rule found to be clear.

        A bare word or two say all they can.
        """
        if self._learnt is None or self.context.scan.count <= _BARE:
            return True
        return self._danger(self._learnt).score >= SUPPORTS_CLEAR

    @property
    def speaks_against(self) -> bool:
        """Tell whether the whole message resembles harmless ones more than dangers."""
        return self._learnt is not None and self._danger(self._learnt).score < SPEAKS_AGAINST

    def danger(self) -> Finding | None:
        """Return the danger that the message resembles."""
        if self._learnt is None or not self.context.scan.count:
            return None
        most = self._danger(self._learnt)
        if most.score <= RESEMBLES_DANGER:
            return None
        kind = self._learnt.danger_kind(most.pieces)
        return Finding(kind, Certainty.POSSIBLE, self._learnt.locale(most.pieces), RULE)

    def refusal(self) -> Refusal | None:
        """Return the refused request that the message resembles."""
        if self._learnt is None or not self.context.scan.count:
            return None
        most = self._learnt.refusal(self._cut(self._learnt))
        if most.score <= RESEMBLES_REFUSAL:
            return None
        kind = self._learnt.refusal_kind(most.pieces)
        return Refusal(kind, self._learnt.locale(most.pieces), RULE)

    def _danger(self, learnt: Learnt) -> Resemblance:
        if self._resemblance is None:
            self._resemblance = learnt.danger(self._cut(learnt))
        return self._resemblance

    def _cut(self, learnt: Learnt) -> tuple[Pieces, ...]:
        if self._parts is None:
            self._parts = learnt.parts(self.context.scan)
        return self._parts


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
    return bits.rule.weak or all(context.asked(bits, at) for at in context.fires(bits))


def refuse(bits: Compiled) -> Refusal:
    """Return the refusal that the rule asks for."""
    return Refusal(RefusalKind(bits.rule.kind), bits.rule.locale, bits.rule.name)
