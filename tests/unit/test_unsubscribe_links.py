"""Tokens of unsubscribe links: read back exactly, and forged in every way that comes to mind."""

import base64
import hashlib
import hmac
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import ids
from chalicelib.domain.consents.links import CHANNELS, Link, read_unsubscribe_token, unsubscribe_token
from chalicelib.domain.consents.links import PURPOSES as LETTERS
from chalicelib.domain.consents.model import ConsentChannel, Purpose

KEY = bytes(range(32))
ASHA = "cus_01k0000000000000000000000a"
TOKEN = unsubscribe_token(KEY, ASHA, "email", "birthday")


@pytest.mark.parametrize("channel", get_args(ConsentChannel))
@pytest.mark.parametrize("purpose", get_args(Purpose))
def test_every_kind_of_message_has_its_link(channel: ConsentChannel, purpose: Purpose) -> None:
    token = unsubscribe_token(KEY, ASHA, channel, purpose)
    assert len(token) == 50
    assert read_unsubscribe_token(KEY, token) == Link(ASHA, channel, purpose)


def test_every_channel_and_purpose_has_a_letter() -> None:
    assert set(CHANNELS.values()) == set(get_args(ConsentChannel))
    assert set(LETTERS.values()) == set(get_args(Purpose))


def test_links_of_years_ago_are_still_read() -> None:
    """The layout is a promise: this one was made on the first day."""
    assert read_unsubscribe_token(KEY, "eb01k0000000000000000000000aNJbl9m-sU92CU_a-M8rJXw") == Link(
        ASHA, "email", "birthday"
    )


@pytest.mark.parametrize("position", range(len(TOKEN)))
def test_no_character_can_be_another(position: int) -> None:
    for other in "aA0-_~ %é\n":
        if other != TOKEN[position]:
            assert read_unsubscribe_token(KEY, TOKEN[:position] + other + TOKEN[position + 1 :]) is None


def test_no_bit_of_the_signature_can_be_another() -> None:
    """Also those that the encoding would throw away: a link has one spelling."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    accepted = [last for last in alphabet if read_unsubscribe_token(KEY, TOKEN[:-1] + last)]
    assert accepted == [TOKEN[-1]]


@pytest.mark.parametrize(
    "token",
    [
        "",
        TOKEN[:-1],
        TOKEN + "=",
        TOKEN + "A",
        f" {TOKEN}",
        f"{TOKEN}\n",
        TOKEN.upper(),
        TOKEN[:28],
        TOKEN[28:],
        TOKEN * 200,
        "x" * 10_240,
        "٠" * 50,
        "e" + "\u212a" * 49,
        "\ud800" * 50,
        "eb01k0000000000000000000000a" + "\x00" * 22,
    ],
)
def test_what_is_no_token(token: str) -> None:
    assert read_unsubscribe_token(KEY, token) is None


def test_another_key_signs_other_links() -> None:
    assert read_unsubscribe_token(bytes(32), TOKEN) is None


def test_a_signature_is_for_one_customer_channel_and_purpose() -> None:
    others = (
        unsubscribe_token(KEY, "cus_01k0000000000000000000000b", "email", "birthday"),
        unsubscribe_token(KEY, ASHA, "sms", "birthday"),
        unsubscribe_token(KEY, ASHA, "email", "care"),
    )
    for other in others:
        assert read_unsubscribe_token(KEY, TOKEN[:28] + other[28:]) is None


def test_a_signature_made_for_something_else_is_none() -> None:
    """The key signs cursors as well; without the name of its use one could pass for the other."""
    digest = hmac.new(KEY, TOKEN[:28].encode(), hashlib.sha256).digest()[:16]
    assert read_unsubscribe_token(KEY, TOKEN[:28] + base64.urlsafe_b64encode(digest).decode()[:22]) is None


@given(st.text(max_size=80))
def test_any_text_is_none(text: str) -> None:
    assert read_unsubscribe_token(KEY, text) is None


@given(st.text(alphabet=ids.ALPHABET, min_size=26, max_size=26))
def test_all_customers(body: str) -> None:
    link = read_unsubscribe_token(KEY, unsubscribe_token(KEY, f"cus_{body}", "push", "care"))
    assert link == Link(f"cus_{body}", "push", "care")
