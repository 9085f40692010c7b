"""Safety: what a message may mean in an emergency, and whom to call."""

from bot.core.safety.contacts import Contact, Contacts, RegionContacts
from bot.core.safety.kinds import Certainty, Kind, RefusalKind
from bot.core.safety.normalise import normalise
from bot.core.safety.triage import Finding, Judgement, Refusal, Triage

__all__ = [
    "Certainty",
    "Contact",
    "Contacts",
    "Finding",
    "Judgement",
    "Kind",
    "Refusal",
    "RefusalKind",
    "RegionContacts",
    "Triage",
    "normalise",
]
