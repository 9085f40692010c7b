"""Addresses: what a button carries fits Telegram's limits and comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.constants import InlineKeyboardButtonLimit

from bot.core.address import (
    MAX_ARGUMENT,
    MAX_LENGTH,
    MAX_SECTION,
    MAX_TOPIC,
    Address,
    Choice,
    View,
)
from bot.core.model import Audience, Level
from bot.errors import AddressError

SLUG = "abcdefghijklmnopqrstuvwxyz0123456789-"
addresses = st.builds(
    Address,
    view=st.sampled_from(View),
    locale=st.sampled_from(["en", "es", "pt_BR", "zh_Hans", "zh_Hans_CN", "fil"]),
    audience=st.none() | st.sampled_from(Audience),
    level=st.none() | st.sampled_from(Level),
    region=st.sampled_from(["", "GB", "US"]),
    topic=st.text(SLUG, max_size=MAX_TOPIC),
    section=st.text(SLUG, max_size=MAX_SECTION),
    argument=st.text(SLUG + "ABCXYZ", max_size=MAX_ARGUMENT),
    choice=st.sampled_from(Choice),
)


@given(addresses)
def test_every_address_comes_back_and_fits_a_button(address: Address) -> None:
    packed = address.pack()
    assert Address.unpack(packed) == address
    assert 1 <= len(packed.encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    assert MAX_LENGTH == InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    assert set(packed) <= set(SLUG + SLUG.upper() + "_-")


@given(st.text(max_size=200) | st.from_regex(r"1[a-z][-pchg][-std][-alory]_.*"))
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    try:
        address = Address.unpack(text)
    except AddressError:
        return
    assert address.pack() == text.rstrip("_")


@pytest.mark.parametrize(
    "text", ["", "1", "0ppsk", "2pps-_en", "1pps-_en_GB_a_b_c_d", "1pps-_EN", "1p?s-_en", "x" * 65]
)
def test_what_is_no_address_says_so(text: str) -> None:
    with pytest.raises(AddressError):
        Address.unpack(text)


def test_a_slug_too_long_for_a_button_is_refused_when_packed() -> None:
    with pytest.raises(AddressError, match="topic"):
        Address(View.PAGE, topic="a" * (MAX_TOPIC + 1)).pack()
