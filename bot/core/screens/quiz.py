"""Check yourself: one question about a page, explained whichever answer is tapped.

`argument` holds the number of the answer; nothing about it is stored or counted.
"""

from dataclasses import replace

from bot.core.address import Address, View
from bot.core.markdown import parse
from bot.core.model import Block, Open, Paragraph, Screen, Text
from bot.core.screens import choices
from bot.core.screens.citations import numbered, source_lines
from bot.core.screens.desk import Desk


def quiz(desk: Desk, address: Address) -> Screen:
    """Draw the question of a topic, or what is right and why once an answer was tapped."""
    quizzes = desk.library.extras.quiz
    if quizzes is None or address.topic not in quizzes.questions:
        return choices.menu(desk, address)
    topic, words = desk.topic(address), desk.words(address)
    here = address.to(View.QUIZ)
    away = desk.grid(here, (desk.back(here), desk.menu(here)), (desk.urgent(here),))
    if not desk.shows(quizzes.review):
        stub = desk.layout.stub_extra(quizzes, words, desk.today())
        return Screen(stub, away, medical=True)
    item = quizzes.questions[address.topic]
    answers = [words.catalog.text(answer, "button") for answer in item.answers]
    question = words.catalog.text(item.ask)
    body: list[Block] = [Paragraph((Text(question, bold=True),))]
    picks: tuple[tuple[Open, ...], ...] = ()
    if address.argument in {str(number) for number in range(1, len(answers) + 1)}:
        verdict = "quiz_right" if address.argument == str(item.right) else "quiz_wrong"
        answer = words.text("quiz_answer", answer=answers[item.right - 1])
        because, names = numbered(desk, parse(words.catalog.text(item.because)))
        body += [Paragraph((Text(words.text(verdict)),)), Paragraph((Text(answer),)), *because]
        body += source_lines(desk, names, 0, words)
    else:
        picks = tuple(
            (Open(answer, replace(here, argument=str(number))),)
            for number, answer in enumerate(answers, 1)
        )
    audience, today = here.reading_audience, desk.today()
    document = desk.layout.frame_extra(
        quizzes, body, words, today, audience=audience, about=words.title(topic)
    )
    return Screen(document, (*picks, *away), medical=True)


def quiz_button(desk: Desk, here: Address) -> Open | None:
    """Return the button from a page to its question."""
    quizzes = desk.library.extras.quiz
    if quizzes is None or here.topic not in quizzes.questions:
        return None
    return desk.open(here, "quiz", View.QUIZ)
