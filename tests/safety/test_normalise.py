import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.safety.normalise import clauses, normalise

PAIRS = (
    ("I CAN’T breathe", "i cant breathe"),
    ("Hééélp", "heelp"),
    ("heeeeeelp", "heelp"),
    ("оvеrdоsе", "overdose"),
    ("помoгите", "nomorute помогите"),
    ("su!cide k1ll 0verdose", "suicide kill overdose"),
    ("k*ll", "kll"),
    ("k.i.l.l m y s e l f", "killmyself"),
    ("i e", "i e"),
    ("20mg, 2.5 mg, B12", "20 mg 2 mg b12"),
    ("o\u200bver\u00addose", "overdose"),
    ("Z͑͗a͢l͠g͡o", "zalgo"),
    ("ｏｖｅｒｄｏｓｅ 𝐨𝐯𝐞𝐫", "overdose over"),
    ("ёлка, й, Й́", "елка й й"),
    ("أُغمي عليه ٢٠ حبّة", "اغمي عليه 20 حبه"),
    ("مُـــساعدة", "مساعده"),
    ("Überdosis, weiß, corazón, Ação", "uberdosis weiss corazon acao"),
    ("self-harm/over-dose", "self harm over dose"),
    ("🆘", "sos"),
    ("", ""),
    ("?!… \u200b", ""),
)


@pytest.mark.parametrize(("typed", "folded"), PAIRS)
def test_what_people_type_becomes_one_spelling(typed: str, folded: str) -> None:
    assert normalise(typed) == folded


def test_sentences_and_clauses_are_kept_apart() -> None:
    assert clauses("No, he fell. He won't wake!\nHelp") == [
        [["no"], ["he", "fell"]],
        [["he", "wont", "wake"]],
        [["help"]],
    ]


@given(st.text(max_size=300))
def test_folding_twice_changes_no_word_of_a_plain_text(text: str) -> None:
    once = normalise(text)
    assert once == " ".join(once.split())
    assert len(normalise(once)) <= 2 * len(once) + 1


@pytest.mark.parametrize("hostile", ["ﷺ", "㌔", "e\u0301", "漢", "аb ", "a.b."])
def test_text_never_grows_much(hostile: str) -> None:
    text = (hostile * 4096)[:4096]
    assert len(normalise(text)) <= 3 * len(text)
