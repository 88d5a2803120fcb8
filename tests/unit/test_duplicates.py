"""How likely two customers are one person, and which are compared at all."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.duplicates.blocking import keys_of
from chalicelib.domain.duplicates.entering import MOST_SHOWN, candidates
from chalicelib.domain.duplicates.model import Pair, customers_of, pair_id, told
from chalicelib.domain.duplicates.reasons import REASONS
from chalicelib.domain.duplicates.scoring import LIKELY, compare
from chalicelib.domain.duplicates.sounds import Alike, names_alike, sound, words_alike
from chalicelib.domain.duplicates.traits import Traits, as_json, from_json, traits
from chalicelib.domain.errors import NotFound
from chalicelib.domain.text import words
from tests.support.history import ASHA
from tests.unit.golden_pairs import GOLDEN, LOOK, OTHER, SAME, Golden

RANGES = {SAME: range(90, 101), LOOK: range(LIKELY, 90), OTHER: range(LIKELY)}
ONE, TWO = "cus_01hf0000000000000000000001", "cus_01hf0000000000000000000002"


def of(fields: dict[str, Any], customer_id: str = "") -> Traits:
    """The traits of these fields."""
    rest = {name: value for name, value in fields.items() if name not in ("phones", "emails")}
    return traits(rest, customer_id, fields.get("phones", ()), fields.get("emails", ()))


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.what)
def test_golden_pairs(golden: Golden) -> None:
    verdict = compare(of(golden.one), of(golden.other))
    assert verdict.score in RANGES[golden.answer], verdict
    assert verdict.reasons or golden.answer == OTHER


@pytest.mark.parametrize("golden", [each for each in GOLDEN if each.answer != OTHER], ids=lambda golden: golden.what)
def test_who_may_be_one_person_is_compared(golden: Golden) -> None:
    assert set(keys_of(of(golden.one))) & set(keys_of(of(golden.other)))


WORDS = """Asha Aasha Usha Lakshmi Laxmi Rao Roy Shah Sharma Sarma Mohammed Muhammad O'Brien Obrien
Zaveri Jhaveri आशा شيرين
王 伟 A R Ravi Reva Venkatesan Venkatesen Jr Sr Σίσυφος 🙂 İpek ß"""
NAMES = st.sampled_from(WORDS.split()) | st.text(max_size=8)
FULL = st.lists(NAMES, max_size=3).map(" ".join)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "given_name": FULL,
    "family_name": FULL,
    "nickname": st.just("") | NAMES,
    "company": st.sampled_from(("", "Ratna Gems", "Moti")),
    "title": st.sampled_from((None, "Mr", "Mrs", "Dr")),
    "gender": st.sampled_from((None, "f", "male", "x")),
    "phones": st.lists(st.sampled_from(("+911", "+912", "+913")), max_size=2, unique=True),
    "emails": st.lists(st.sampled_from(("a@x.example", "b@x.example")), max_size=2, unique=True),
    "birthday": st.sampled_from(
        (None, "1990-03-15", "1990-03-16", "1960-03-15", "--03-15", "1990-05-04", "1990-04-05")
    ),
    "addresses": st.lists(
        st.fixed_dictionaries(
            {"line1": st.sampled_from((None, "1 Hill Road")), "city": st.sampled_from((None, "Pune"))},
        ),
        max_size=2,
    ),
}
DOCS = st.fixed_dictionaries(FIELDS)
PEOPLE = DOCS.map(of)


def _second(one: dict[str, Any], other: dict[str, Any], shared: set[str]) -> tuple[Traits, Traits]:
    return of(one), of({**other, **{name: one[name] for name in shared}})


PAIRS = st.builds(_second, DOCS, DOCS, st.sets(st.sampled_from(sorted(FIELDS))))


@given(PAIRS)
def test_the_order_of_the_two_does_not_matter(pair: tuple[Traits, Traits]) -> None:
    one, other = pair
    assert compare(one, other) == compare(other, one)


@given(PAIRS)
def test_a_score_has_its_reasons_in_words(pair: tuple[Traits, Traits]) -> None:
    verdict = compare(*pair)
    assert 0 <= verdict.score <= 100
    assert verdict.score == 0 or verdict.reasons
    assert set(verdict.reasons).isdisjoint(verdict.against)
    assert all(reason["text"] for reason in told((*verdict.reasons, *verdict.against)))


@settings(max_examples=400)
@given(PAIRS)
def test_no_likely_pair_is_missed_for_want_of_a_key(pair: tuple[Traits, Traits]) -> None:
    """A birthday without its year apart, which counts with a whole name that sounds alike only."""
    verdict = compare(*pair)
    if verdict.score >= LIKELY and "same_day_of_birth" not in verdict.reasons:
        assert set(keys_of(pair[0])) & set(keys_of(pair[1])), verdict


@pytest.mark.parametrize(
    ("birthday", "other"),
    [
        ("1990-03-15", "1990-03-16"),
        ("1990-03-15", "1990-03-25"),
        ("1990-03-15", "1990-08-15"),
        ("1990-03-15", "1980-03-15"),
        ("1990-03-04", "1990-04-03"),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_slip_in_the_birthday_keeps_nobody_apart(birthday: str, other: str, *, swapped: bool) -> None:
    names = {"given_name": "Asha", "family_name": "Sharma"}
    turned = {"given_name": "Sharma", "family_name": "Asha"} if swapped else names
    pair = of({**names, "birthday": birthday}), of({**turned, "birthday": other})
    assert compare(*pair).score >= LIKELY
    assert set(keys_of(pair[0])) & set(keys_of(pair[1]))


@given(PEOPLE)
def test_traits_pass_through_a_file(one: Traits) -> None:
    assert from_json(as_json(one)) == one


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_has_a_sound_and_compares(one: str, other: str) -> None:
    left, right = words(one), words(other)
    assert all(sound(word) for word in (*left, *right))
    assert names_alike(left, right) == names_alike(right, left)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("asha", "asha", Alike.SAME),
        ("lakshmi", "laxmi", Alike.SOUND),
        ("zaveri", "jhaveri", Alike.SOUND),
        ("sunita", "sunitha", Alike.LETTER),
        ("rao", "roy", Alike.DIFFERENT),
        ("amit", "anit", Alike.DIFFERENT),
        ("ravi", "reva", Alike.DIFFERENT),
        ("a", "asha", Alike.INITIAL),
        ("r", "asha", Alike.DIFFERENT),
        ("आशा", "asha", None),
        ("王", "伟", Alike.DIFFERENT),
        ("عبدالله", "عبدالاه", Alike.LETTER),
    ],
)
def test_words(one: str, other: str, how: Alike | None) -> None:
    assert words_alike(one, other) is how


def test_a_pair_has_one_id_whoever_is_named_first_and_nobody_is_a_pair_with_themselves() -> None:
    assert pair_id(ONE, TWO) == pair_id(TWO, ONE)
    assert customers_of(pair_id(TWO, ONE)) == (ONE, TWO)
    for wrong in (
        pair_id(ONE, ONE),
        "dup_",
        ONE,
        f"dup_{TWO[4:]}{ONE[4:]}",
        f"{pair_id(ONE, TWO)}0",
        f"dup_{'!' * 26}{TWO[4:]}",
    ):
        with pytest.raises(NotFound):
            customers_of(wrong)


def test_of_a_long_name_the_first_words_are_compared() -> None:
    long = of({"given_name": " ".join("abcdefgh"), "family_name": "rao"})
    assert (long.given, long.family) == (tuple("abcdef"), ("rao",))


def test_who_enters_a_customer_is_shown_the_likeliest() -> None:
    ids = [f"cus_{number:026d}" for number in range(MOST_SHOWN + 2)]
    alike = [replace(ASHA, id=each, doc={**ASHA.doc, "family_name": "Rao"}) for each in ids]
    shown = candidates(of({"given_name": "Asha", "family_name": "Rao"}), reversed(alike), {ids[0]})
    assert [customer.id for _, customer in shown] == ids[1 : MOST_SHOWN + 1]


def test_a_pair_is_what_it_was() -> None:
    pair = Pair(pair_id(ONE, TWO), 97, ("same_phone",), ("other_gender",), "2026-11-22T00:00:00.000Z", "dpr_1")
    assert Pair.read(pair.kept()) == pair


def test_a_reason_of_an_earlier_version_is_left_out() -> None:
    assert told(("same_phone", "same_shoe_size")) == [{"code": "same_phone", "text": "same phone"}]
    assert all(reason.text[0].islower() for reason in REASONS.values())
