"""What people type into the search field."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.customers.finding import name_words
from chalicelib.domain.customers.search import EmailQuery, NameQuery, PhoneQuery, read_query
from chalicelib.domain.text import within_one_edit
from tests.support.history import ASHA


@pytest.mark.parametrize(
    "typed", ["+91 98765-43210", "098765 43210", "(0)98765.43210", "९८७६५४३२१०", "0091 9876543210"]
)
def test_every_notation_of_a_phone_is_one_number(typed: str) -> None:
    query = read_query(typed, "IN")
    assert isinstance(query, PhoneQuery)
    assert query.e164 == "+919876543210"


def test_four_digits_are_the_end_of_a_number() -> None:
    assert read_query("3210", "IN") == PhoneQuery(None, "3210")


@pytest.mark.parametrize(
    ("typed", "digits"), [("098765 43210", "9876543210"), ("00432 1098", "4321098"), ("004 3210", "0043210")]
)
def test_zeros_before_a_long_number_are_for_dialling_and_those_of_a_short_one_are_its_end(
    typed: str, digits: str
) -> None:
    assert read_query(typed, None) == PhoneQuery(None, digits)


def test_an_at_sign_makes_an_email() -> None:
    assert read_query(" Asha@EXAMPLE.com ", None) == EmailQuery("asha@example.com")
    assert read_query("asha@", None) is None


def test_everything_else_is_a_name() -> None:
    assert read_query("asha RÁO", None) == NameQuery(("asha", "rao"))
    assert read_query("…", None) is None


def test_a_customer_is_found_by_the_first_eight_words_of_their_name() -> None:
    many = replace(ASHA, doc={**ASHA.doc, "given_name": "a b c d e", "family_name": "e f g h i j", "nickname": "k"})
    assert name_words(many) == tuple("abcdefgh")


@given(st.text(alphabet="abcde", min_size=5, max_size=12), st.data())
def test_one_edit_leaves_the_first_or_the_last_half(word: str, data: st.DataObject) -> None:
    """The property on which the two queries rest, for insertion, deletion, substitution and swap."""
    place = data.draw(st.integers(0, len(word) - 1))
    kind = data.draw(st.sampled_from(["insert", "delete", "substitute", "swap"]))
    edited = {
        "insert": word[:place] + "x" + word[place:],
        "delete": word[:place] + word[place + 1 :],
        "substitute": word[:place] + "x" + word[place + 1 :],
        "swap": word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    }[kind]
    if len(edited) < 5:
        return
    query = NameQuery((edited,))
    assert within_one_edit(edited, word)
    assert word.startswith(query.first_half) or word.endswith(query.last_half)
    assert query.accepts_words([word])


def test_short_words_match_by_their_beginning_only() -> None:
    assert NameQuery(("asha",)).accepts_words(["ashapurna"])
    assert not NameQuery(("ashq",)).accepts_words(["asha"])
