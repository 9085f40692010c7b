"""Was this page helpful? One tap, or two with a reason; nobody is asked who they are.

`argument` is the reader's answer. What is counted is the answer, the page, its level, language
and revision, and the day: nothing of the reader.
"""

from bot.core.address import Address, View
from bot.core.model import Count, Open, Screen
from bot.core.screens import choices
from bot.core.screens.desk import Desk

HELPFUL, NOT_HELPFUL = "yes", "no"
REASONS = {"hard": "too_hard", "other": "not_my_question", "old": "out_of_date", "wrong": "wrong"}
"""What a reader may say was not helpful, and the label of its button."""


def feedback(desk: Desk, address: Address) -> Screen:
    """Draw the thanks for an answer, or the four reasons after a no."""
    if address.topic not in desk.library.topics:
        return choices.menu(desk, address)
    here = address.to(View.FEEDBACK)
    away = desk.grid(here, (desk.back(here), desk.menu(here)), (desk.urgent(here),))
    if address.argument == NOT_HELPFUL:
        reasons = (
            (desk.open(here, label, View.FEEDBACK, argument=name),)
            for name, label in REASONS.items()
        )
        return desk.screen(here, desk.message("feedback_why", here), (*reasons, *away))
    name = "feedback_wrong" if address.argument == "wrong" else "feedback_thanks"
    return desk.screen(here, desk.message(name, here), away)


def feedback_buttons(desk: Desk, here: Address) -> tuple[Open, Open]:
    """Return the two buttons at the end of a page."""
    return (
        desk.open(here, "helpful", View.FEEDBACK, argument=HELPFUL),
        desk.open(here, "not_helpful", View.FEEDBACK, argument=NOT_HELPFUL),
    )


def counted(desk: Desk, address: Address) -> Count | None:
    """Return what an answer adds to the counters; None for what is no answer yet.

    The detail is `topic.level.locale.revision`, as `bot.store.usage` reads it.
    """
    answer = address.argument
    topic = desk.library.topics.get(address.topic)
    if topic is None or answer not in (HELPFUL, *REASONS):
        return None
    detail = f"{topic.slug}.{address.reading_level}.{desk.words(address).locale}.{topic.revision}"
    return Count(f"feedback_{answer}", detail)
