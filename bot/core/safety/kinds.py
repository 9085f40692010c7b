"""The kinds of danger and of refusal: the names that rules, cards and texts share."""

from enum import StrEnum


class Kind(StrEnum):
    """What a reader may be facing, the most dangerous first."""

    UNRESPONSIVE = "unresponsive"
    BREATHING = "breathing"
    FIT = "fit"
    MIXED = "mixed"
    CHILD = "child"
    OVERDOSE = "overdose"
    ALLERGY = "allergy"
    CHEST_PAIN = "chest-pain"
    SELF_HARM = "self-harm"
    VIOLENCE = "violence"
    WITHDRAWAL = "withdrawal"
    BACK_RED_FLAG = "back-red-flag"
    DRIVING = "driving"
    PREGNANCY = "pregnancy"


class Certainty(StrEnum):
    """How sure a finding is: `clear` shows the card, `possible` asks one question."""

    CLEAR = "clear"
    POSSIBLE = "possible"


class RefusalKind(StrEnum):
    """What the bot must not answer, in the order in which the reasons are looked for."""

    PURCHASE = "purchase"
    OTHER_MEDICINE = "other-medicine"
    DOSE = "dose"
    DECISION = "decision"
    DIAGNOSIS = "diagnosis"
