"""Comparing options, questions for a visit, and checking oneself, as people do them."""

import re
from collections.abc import Callable

from bot.core.address import Address, View
from bot.core.conversation import Conversation
from bot.core.model import Copy, Count, Keep, Share
from tests.conftest import Chat

People = Callable[..., Chat]


def _patient(chat: People) -> Chat:
    return chat().send("/start").tap("I take it or may take it")


def test_a_patient_compares_two_options_for_a_new_sore_back(chat: People) -> None:
    ana = _patient(chat).tap("Other options").tap("Compare options").tap("New back pain")
    ana.tap("Diazepam")
    assert "Compare these" not in ana.buttons, "one option is nothing to compare"
    ana.tap("Anti-inflammatories")
    assert "Chosen: Diazepam" in ana.text
    ana.tap("Compare these")
    for row in ("Does it help this pain?", "How sure are we?", "How soon?"):
        cells = ana.text.partition(row)[2].split("\n\n")[1]
        assert [line.split(":")[0] for line in cells.splitlines()] == [
            "- Diazepam",
            "- Anti-inflammatories",
        ]
    assert "Not yet checked" in ana.text
    ana.tap("Next part")
    assert "Serious problems" in ana.text
    assert "Can the body come to depend on it?" in ana.text
    ana.tap("Next part")
    assert "What not to mix it with" in ana.text
    assert "Next part" not in ana.buttons
    assert "[1] " in ana.tap("Sources").text
    ana.tap("Back to comparing")
    assert "Does it help this pain?" in ana.text


def test_a_fourth_option_waits_until_one_is_taken_away(chat: People) -> None:
    ana = _patient(chat).tap("Other options").tap("Compare options").tap("Nerve pain")
    for option in ("Duloxetine", "Amitriptyline", "Diazepam"):
        ana.tap(option)
    assert "Creams and patches" not in ana.buttons
    assert "Creams and patches" in ana.tap("✓ Duloxetine").buttons


def test_what_is_not_known_is_said(chat: People) -> None:
    ana = _patient(chat).tap("Other options").tap("Compare options").tap("Nerve pain")
    ana.tap("Creams and patches").tap("Amitriptyline").tap("Compare these")
    assert "Not known. Our sources do not say." in ana.text
    fuller = ana.tap("More detail").text
    assert "Not known. Our" not in fuller
    assert "Not known: the sources of this comparison do not say." in fuller


def test_a_page_about_an_option_leads_to_the_comparison_with_it_chosen(chat: People) -> None:
    ana = _patient(chat).tap("Other options").tap("Duloxetine")
    while "Compare options" not in ana.buttons:
        ana.tap("Next part")
    ana.tap("Compare options").tap("Nerve pain")
    assert "Chosen: Duloxetine" in ana.text


def test_no_cell_holds_a_dose_or_speaks_of_one_reader_only(conversation: Conversation) -> None:
    comparison = conversation.screens.desk.library.extras.comparison
    assert comparison
    for rows in comparison.cells.values():
        for by_pain in rows.values():
            for cell in by_pain.values():
                assert not re.search(r"\d\s*mg|\byour?\b", f"{cell.plain} {cell.full}")


def test_a_patient_ticks_questions_sees_the_list_and_copies_it(chat: People) -> None:
    ana = _patient(chat).tap("Getting ready").tap("Questions to ask").tap("About the treatment")
    ana.tap("What is it for?").tap("For how long?")
    assert "Chosen: What is this treatment for in my case" in ana.text
    assert "Chosen: What could I try first" not in ana.text
    ana.tap("More questions").tap("About risks").tap("Over 65, or a fall").tap("My list")
    asked = [line for line in ana.text.splitlines() if line.startswith("- ")]
    assert len(asked) == 3
    copies = [button for button in ana.screens[-1].buttons() if isinstance(button, Copy)]
    assert "\n".join(copy.text for copy in copies).splitlines() == asked
    assert ana.effects == (Count("visit", "list"),), "what was ticked is kept nowhere"
    assert "Your list is empty" in ana.tap("Start a new list").text


def test_a_tick_is_taken_away_again(chat: People) -> None:
    ana = _patient(chat).tap("Getting ready").tap("Questions to ask").tap("About the treatment")
    assert "Chosen: " not in ana.tap("What is it for?").tap("✓ What is it for?").text


def test_ten_questions_are_enough_for_one_visit(chat: People) -> None:
    ana = _patient(chat).tap("Getting ready").tap("Questions to ask").tap("About the treatment")
    for label in [b for b in ana.buttons if b.endswith("?")]:
        ana.tap(label)
    ana.tap("More questions").tap("About risks")
    for label in ("My other medicines", "My other illnesses", "Over 65, or a fall"):
        ana.tap(label)
    assert "You have chosen 10 questions" in ana.text
    assert "Driving, work, children" not in ana.buttons
    assert "✓ My other illnesses" in ana.buttons


def test_a_caregiver_asks_for_the_person_they_care_for(chat: People) -> None:
    kim = chat().send("/start").tap("I care for someone").tap("Getting ready")
    kim.tap("Questions to ask").tap("About risks")
    assert "all else they take" in kim.text
    kim.tap("More questions").tap("For caregivers")
    assert "Which signs do we look out for at home?" in kim.text
    assert "No alcohol" in kim.tap("More questions").tap("Checklist for home").text
    assert (
        "For caregivers" not in _patient(chat).tap("Getting ready").tap("Questions to ask").buttons
    )


def test_a_page_leads_to_its_questions_and_back(chat: People) -> None:
    ana = _patient(chat).tap("About diazepam").tap("Coming off diazepam")
    while "Questions to ask" not in ana.buttons:
        ana.tap("Next part")
    ana.tap("Questions to ask")
    assert "do not stop it suddenly" in ana.text
    assert "Part 1 of" in ana.tap("Back to the page").text


def test_either_answer_is_explained_and_stored_nowhere(chat: People) -> None:
    for answer, verdict in (("True", "Not quite."), ("False", "Yes, that is right.")):
        ana = _patient(chat).tap("About diazepam").tap("What not to mix")
        while "Check yourself" not in ana.buttons:
            ana.tap("Next part")
        before = ana.reader
        ana.tap("Check yourself").tap(answer)
        assert verdict in ana.text
        assert "The answer: False." in ana.text
        assert "Even one drink can be risky [1]." in ana.text
        assert "\n[1] Official page. " in ana.text
        assert ana.effects == (Count("quiz", "mixing"),)
        assert ana.reader == before


def test_a_forged_choice_shows_what_it_can(conversation: Conversation) -> None:
    odd = ("zzzzzz", "------", "ZZ", "0", "ddddd", "dnrgua")
    for argument in odd:
        for view in (View.COMPARE, View.VISIT, View.QUIZ):
            for section in ("", "back", "back-9", "back-s9", "list", "main", "s-main", "s-", "-"):
                address = Address(view, topic="mixing", section=section, argument=argument)
                assert conversation.screens.draw(address).rows


def test_a_caregiver_reads_a_page_out_a_line_at_a_time(chat: People) -> None:
    kim = chat().send("/start").tap("I care for someone").tap("Your pain").tap("Nerve pain")
    kim.tap("Read it to them")
    lines = kim.text.split("\n\n")[4:-1]
    assert len(lines) > 5
    assert all(len(line.split()) <= 25 for line in lines), "one idea to a line"
    assert not re.search(r"\[\d", kim.text), "nobody reads out numbers of sources"
    assert "you" in kim.text.lower()
    assert "the person you care for" not in "".join(lines)
    assert "Not yet checked" in kim.text
    while "Next part" in kim.buttons:
        kim.tap("Next part")
    assert "WHO TO ASK" in kim.text.upper()
    assert "Part " in kim.tap("Back to the page").text
    assert "Read it to them" not in chat().send("/start 1ppt-_en__nerve-pain").buttons


def test_a_page_is_passed_on_without_a_trace_of_who_does_it(chat: People) -> None:
    noor = chat().send("/start").tap("I am a health worker").tap("Your pain").tap("Nerve pain")
    while "Next part" in noor.buttons:
        noor.tap("Next part")
    noor.tap("Share this page")
    assert re.search(r"Version of this page: [0-9a-f]{8}\b", noor.text)
    found = noor.screens[-1].buttons()
    share, *others = [button for button in found if isinstance(button, Share)]
    assert all(other.address.locale != "en" for other in others), "whoever reads another language"
    assert share.address.pack() == "1p-s-_en__nerve-pain", "the plain page, for anybody"
    assert "Does diazepam help nerve pain?" in share.text
    assert "Not yet checked" in share.text
    (citation,) = [b for b in noor.screens[-1].buttons() if isinstance(b, Copy)]
    assert re.fullmatch(
        r"Clearleaf\. Does .*\? \(Full detail\)\. Version [0-9a-f]{8}, .* 2026\. Not yet .*",
        citation.text,
    )
    assert "Part 1 of" in noor.send(f"/start {share.address.pack()}").text


def _at_the_end(who: Chat) -> Chat:
    while "Next part" in who.buttons:
        who.tap("Next part")
    return who


def test_a_reader_says_that_a_page_helped_and_only_that_is_counted(chat: People) -> None:
    ana = _at_the_end(_patient(chat).tap("Your pain").tap("Nerve pain")).tap("This helped")
    assert "not who gave it" in ana.text
    (counted,) = ana.effects
    assert isinstance(counted, Count)
    assert counted.event == "feedback_yes"
    assert re.fullmatch(r"nerve-pain\.simple\.en\.[0-9a-f]{8}", counted.detail)
    assert "Part " in ana.tap("Back to the page").text


def test_a_reader_says_why_a_page_did_not_help(chat: People) -> None:
    ana = _at_the_end(_patient(chat).tap("Your pain").tap("Nerve pain"))
    ana.tap("This did not help")
    assert not ana.effects, "a no without a reason is not counted yet"
    reasons = ["Too hard to read", "Not my question", "Out of date", "Something is wrong"]
    assert ana.buttons[:4] == reasons
    ana.tap("Something is wrong")
    (counted,) = ana.effects
    assert isinstance(counted, Count)
    assert counted.event == "feedback_wrong"
    assert "which page it is, not who you are" in ana.text
    forged = Address(View.FEEDBACK, topic="nerve-pain", argument="any").pack()
    assert chat().tap_data(forged).effects == ()


def test_a_list_of_questions_is_kept_only_when_asked_for_and_sent_without_a_name(
    chat: People,
) -> None:
    ana = _patient(chat).tap("Getting ready").tap("Questions to ask").tap("About the treatment")
    ana.tap(ana.buttons[0]).tap(ana.buttons[1])
    assert not any(isinstance(effect, Keep) for effect in ana.effects)
    ana.tap("My list")
    (share,) = [button for button in ana.screens[-1].buttons() if isinstance(button, Share)]
    assert share.address.audience is None
    listed = [line for line in ana.text.splitlines() if line.startswith("- ")]
    assert len(listed) == 2
    ana.tap("Keep this list")
    assert any(isinstance(effect, Keep) and effect.visit for effect in ana.effects)
    assert "Your list is kept" in ana.text
    ana.send("/mydata")
    assert "Questions for a visit: 2" in ana.text
    assert [line for line in ana.tap("My list").text.splitlines() if line[:2] == "- "] == listed
    bo = chat().send(f"/start {share.address.pack()}")
    assert [line for line in bo.text.splitlines() if line[:2] == "- "] == listed
    assert "Questions for a visit" not in bo.send("/mydata").text


def test_who_comes_off_it_copies_a_form_for_each_day(chat: People) -> None:
    ana = _at_the_end(chat().send("/start 1pps-_en__stopping"))
    (form,) = [button for button in ana.screens[-1].buttons() if isinstance(button, Copy)]
    assert form.label == "Copy a daily form"
    assert form.text.splitlines()[0] == "Date:"
    assert all(line.endswith(":") for line in form.text.splitlines())
