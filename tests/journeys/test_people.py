"""What people do, told as they would tell it; the core answers, nothing else is running."""

import re
from collections.abc import Callable

import pytest

from bot import bootstrap
from bot.bootstrap import Content
from bot.config import Settings
from bot.core.model import Count, Export, Forget, Keep
from tests.conftest import TODAY, Chat

People = Callable[..., Chat]


def test_a_first_time_patient_reads_about_nerve_pain_in_three_taps(chat: People) -> None:
    ana = chat().send("/start")
    assert "Which best describes you?" in ana.text
    assert len(ana.text) <= 600
    ana.tap("I take it or may take it").tap("Your pain").tap("Nerve pain")
    assert ana.taps == 3
    assert "Not yet checked" in ana.text
    assert "Part 1 of" in ana.text
    assert "ask your doctor or a pharmacist" in ana.text
    assert not re.search(r"\d+\s*mg", ana.text)
    part = ana.tap("Next part").text
    fuller = ana.tap("More detail").text
    assert fuller != part
    assert "Part 2 of" in fuller
    assert ana.tap("Simpler").text == part


def test_a_caregiver_reads_of_the_person_they_care_for(chat: People) -> None:
    kim = chat().send("/start").tap("I care for someone")
    assert "You care for someone" in kim.text
    theirs = kim.tap("Your pain").tap("Nerve pain").text.split("\n\n")
    ana = chat().send("/start").tap("I take it or may take it")
    mine = ana.tap("Your pain").tap("Nerve pain").text.split("\n\n")
    assert theirs[:2] == mine[:2], "the same page"
    assert theirs[4:] != mine[4:], "in other words"
    assert "together" in theirs[-1]
    assert kim.reader.level == "simple"


def test_a_professional_finds_doses_with_sources_and_sends_the_patient_version(
    chat: People,
) -> None:
    noor = chat().send("/start").tap("I am a health worker").tap("Your pain").tap("Nerve pain")
    assert noor.reader.level == "detailed"
    while "Doses" not in noor.text.split("\n\n"):
        noor.tap("Next part")
    assert re.search(r"\d+ mg", noor.text)
    assert "written without clinical review" in noor.text
    noor.tap("Sources")
    assert "[1] " in noor.text
    assert re.search(r"(Guideline|Review of studies|Official medicine label)\. ", noor.text)
    noor.tap("Back to the page").tap("Version for patients")
    assert not re.search(r"\d+\s*mg", noor.text)


def test_who_skips_reads_everything(chat: People) -> None:
    sam = chat().send("/start").tap("Skip, just reading").tap("Your pain").tap("Nerve pain")
    assert "Part 1 of" in sam.text


def test_audience_and_level_change_from_any_page_and_come_back_to_the_same_part(
    chat: People,
) -> None:
    ana = chat().send("/start").tap("I take it or may take it").tap("Your pain").tap("Nerve pain")
    heading = ana.tap("Next part").text.split("\n\n")[3]
    before = ana.taps
    ana.tap("Change how it reads").tap("I care for someone")
    assert ana.taps - before == 2
    assert heading in ana.text
    assert ana.reader.audience == "caregiver"


@pytest.mark.parametrize(
    "data", ["", "1ppsk", "page:nerve-pain:2", "1pps-_en__gone-topic_2", "💊" * 16, "x" * 64]
)
def test_a_stale_or_forged_button_opens_the_menu(chat: People, data: str) -> None:
    ana = chat().tap_data(data)
    assert "older version" in ana.text
    assert "Your pain" in ana.buttons


def test_a_button_from_a_part_that_is_gone_opens_the_page_at_its_top(chat: People) -> None:
    ana = chat().tap_data("1pps-_en__nerve-pain_no-such-part")
    assert "Part 1 of" in ana.text


def test_a_deep_link_opens_its_page_and_a_bad_one_the_start(chat: People) -> None:
    assert "nerve pain" in chat().send("/start 1ppt-_en__nerve-pain").text.lower()
    assert "Which best describes you?" in chat().send("/start 1ppt-_en__nowhere").text
    assert "Which best describes you?" in chat().send("/start garbage").text


def test_forgetting_asks_once_then_leaves_nothing(chat: People) -> None:
    ana = chat().send("/start").tap("I take it or may take it").send("/mydata")
    assert "Who reads" in ana.text
    ana.send("/forget").tap("Yes, forget me now")
    assert Forget() in ana.effects
    assert "there is none left" in ana.text
    assert "Nothing" in ana.send("/mydata").text


def test_who_asks_for_a_copy_gets_one_only_where_something_is_held(chat: People) -> None:
    ana = chat().send("/start").tap("I take it or may take it").send("/mydata")
    assert Export() in ana.tap("Send me a copy").effects
    sam = chat().send("/export")
    assert Export() not in sam.effects


def test_only_a_choice_is_kept(chat: People) -> None:
    ana = chat().send("/start")
    assert not any(isinstance(effect, Keep) for effect in ana.effects)
    ana.tap("Skip, just reading")
    assert any(isinstance(effect, Keep) for effect in ana.effects)
    ana.tap("Your pain").tap("Nerve pain").tap("Next part").tap("Sources")
    assert all(isinstance(effect, Count) for effect in ana.effects)


@pytest.mark.parametrize(
    "command",
    ["/language", "/settings", "/privacy", "/mydata", "/forget", "/help", "/menu", "/urgent"],
)
def test_every_command_works_before_any_choice_and_on_a_page(chat: People, command: str) -> None:
    fresh = chat().send(command)
    reading = chat().send("/start").tap("Skip, just reading").tap("Your pain").tap("Nerve pain")
    reading.send(command)
    for person in (fresh, reading):
        assert person.buttons
        assert "older version" not in person.text


@pytest.mark.parametrize(("words", "there"), [("menu", "Tap a topic"), ("Help me use this!", "")])
def test_commands_can_be_said_in_words(chat: People, words: str, there: str) -> None:
    ana = chat().send(words)
    assert there in ana.text
    assert "older version" not in ana.text


def test_a_photo_gets_a_kind_fixed_answer(chat: People) -> None:
    ana = chat().send_photo()
    assert "only read typed words" in ana.text
    assert "Urgent help" in ana.buttons


def test_an_emergency_typed_before_the_audience_question_gets_the_card(chat: People) -> None:
    kim = chat().send("help my mother took all her pills and i cant wake her")
    assert re.search(r"[Cc]all", kim.text.split("\n")[0])
    assert "emergency number" in kim.text
    assert kim.effects[0] == Count("urgent_clear", kim.effects[0].detail)  # type: ignore[union-attr]


def test_an_emergency_interrupts_forgetting_and_follows_a_command(chat: People) -> None:
    kim = chat().send("/start").tap("I care for someone").send("/forget")
    assert "all" in kim.send("she stopped breathing").text
    assert "all" in chat().send("/start she is not breathing please help").text.split("\n")[0]


def test_an_idiom_is_no_emergency(chat: People) -> None:
    ana = chat().send("this pain is killing me, does diazepam help nerve pain?")
    assert not any(isinstance(e, Count) and e.event == "urgent_clear" for e in ana.effects)


def test_a_dose_for_me_is_refused_with_who_can_answer(chat: People) -> None:
    ana = chat().send("how many mg should I take")
    assert Count("refused", "dose") in ana.effects
    assert re.search(r"pharmacist|doctor|prescri", ana.text)
    assert "mg" not in ana.text


def test_a_clear_question_opens_its_page_and_can_be_taken_back(chat: People) -> None:
    ana = chat().send("what are the side effects of valium")
    assert "Part 1 of" in ana.text
    assert "side effects" in ana.text.lower()
    assert "Not what I meant" in ana.buttons


def test_words_without_sense_are_answered_with_what_the_chat_covers(chat: People) -> None:
    ana = chat().send("qwxz zzkjh vvbn")
    assert "It covers diazepam for pain" in ana.text
    assert "Urgent help" in ana.buttons


def test_a_client_in_a_language_that_is_not_offered_reads_english(chat: People) -> None:
    assert "Which best describes you?" in chat("xx-klingon").send("/start").text
    assert "Which best describes you?" in chat(None).send("/start").text


def test_an_operator_can_leave_all_dose_figures_out(content: Content, settings: Settings) -> None:
    without = settings.model_copy(update={"doses": False})
    noor = Chat(bootstrap.conversation(content, without, lambda: TODAY))
    noor.send("/start").tap("I am a health worker").tap("Your pain").tap("Nerve pain")
    read = noor.text
    while "Next part" in noor.buttons:
        read += noor.tap("Next part").text
    assert "Doses" not in read.split("\n\n")
    assert not re.search(r"\d+ mg", read)
