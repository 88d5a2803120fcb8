"""What people ask for, as filters: what is folded, what can be nobody, what a role may ask."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain import instants
from chalicelib.domain.customers import facts
from chalicelib.domain.customers.filters import NOT_THERE, Filters, Span, Tags
from chalicelib.domain.customers.narrowing import CustomerFilter
from chalicelib.domain.customers.wanted import filters_of
from chalicelib.domain.errors import Invalid
from tests.support.fakes import shop, tag

SHOP = shop(tag("tag_vip", "VIP"), tag("tag_gold", "Gold"), tag("tag_secret", "Secret", "managers"))
SALES = frozenset(("sales",))


def wanted(**said: Any) -> Filters:
    return filters_of(CustomerFilter.model_validate(said), SHOP, SALES)


def test_without_a_filter_all_active_customers_are_meant() -> None:
    assert wanted() == Filters()
    assert not wanted().besides()


def test_what_is_written_freely_is_folded() -> None:
    found = wanted(city="PUNÉ", region="Île", gender="FEMALE", occupation="Ärztin", language="en-GB")
    assert (found.city, found.region, found.language) == ("pune", "ile", "en-gb")
    assert found.texts == {"gender": "female", "occupation": "arztin"}


def test_none_is_said_of_a_store_and_a_salesperson() -> None:
    assert wanted(home_location="none", assignee="none").texts == {"home_location": NOT_THERE, "assignee": NOT_THERE}
    assert wanted(gender="none").texts == {"gender": "none"}


def test_instants_are_compared_in_utc_with_milliseconds() -> None:
    found = wanted(created_after="2026-01-01T05:30:00+05:30", last_contact_before="2026-02-01T00:00:00.5Z")
    assert found.spans == {
        "created_at": Span("2026-01-01T00:00:00.000Z"),
        "last_contact_at": Span(None, "2026-02-01T00:00:00.500Z"),
    }


@pytest.mark.parametrize(
    "said",
    [
        {"tag": "Nothing"},
        {"tag": "Secret"},
        {"tags_all": ["VIP", "Nothing"]},
        {"tags_any": ["Nothing", "Secret"]},
        {"city": "-"},
        {"occupation": "!"},
        {"q": "-"},
        {"import_id": "exp_" + "0" * 26},
    ],
)
def test_what_nobody_can_pass(said: dict[str, Any]) -> None:
    assert wanted(**said).nobody


def test_a_tag_that_there_is_not_need_not_be_left_out() -> None:
    assert wanted(tag="vip", tags_none=["Nothing", "gold"]).tags == Tags(("tag_vip",), (), ("tag_gold",))
    assert wanted(tags_any=["Nothing", "VIP"]).tags == Tags(some=("tag_vip",))
    assert wanted(tag="vip", tags_all=["VIP", "Gold"]).tags == Tags(("tag_vip", "tag_gold"))


def test_managers_narrow_by_tags_of_their_own() -> None:
    asked = CustomerFilter(tag="Secret")
    assert filters_of(asked, SHOP, frozenset(("manager",))).tags == Tags(("tag_secret",))


@pytest.mark.parametrize(
    "said",
    [
        {"has_email": "true"},
        {"birthday_month": "3"},
        {"birthday_month": 3.0},
        {"tags_any": "VIP"},
        {"custom": {"ring": None}},
        {"custom": {"ring": {"size": 1}}},
        {"custom": {"ring": ["x"]}},
        {"custom": {"ring": "x" * 201}},
        {"custom": {"ring": "\u202e"}},
        {"custom": []},
        {"limit": 5},
        {"cursor": "x"},
        {"ids": []},
        {"custom.ring": 14},
        {"status": "everything"},
        {"created_before": "2026-01-01"},
        {"consent": "fax.birthday"},
        {"consent": "email.spam"},
        {"consent": "email"},
    ],
)
def test_a_body_is_taken_as_it_is_or_not_at_all(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CustomerFilter.model_validate(said)


@pytest.mark.parametrize(
    ("role", "said", "pointers"),
    [
        ("inventory", {"q": "Asha", "tag": "VIP", "has_email": True}, ["/has_email", "/tag"]),
        ("inventory", {"consent": "email.care"}, ["/consent"]),
        ("analyst", {"tag": "VIP", "has_phone": True, "custom": {"a": 1}}, ["/custom", "/has_phone"]),
        ("nobody", {"created_after": "2026-01-01T00:00:00Z"}, ["/created_after"]),
    ],
)
def test_filters_tell_a_role_no_more_than_customers_do(role: str, said: dict[str, Any], pointers: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        filters_of(CustomerFilter.model_validate(said), SHOP, frozenset((role,)))
    assert [error.pointer for error in refusal.value.errors] == pointers


@pytest.mark.parametrize(
    ("kept", "asked", "same"),
    [
        (14, "14", True),
        ("14", 14, True),
        (14.0, 14, True),
        (14.5, "14.5", True),
        (-5, "5", False),
        (True, "TRUE", True),
        (True, 1, False),
        ("Rosé  Gold", "rose gold", True),
        (["Gold", "Pearls"], "gold", True),
        (["Gold"], "silver", False),
        ([], "x", False),
        (None, "none", False),
        ({"a": 1}, "{'a': 1}", False),
        ("a-b", "a b", False),
    ],
)
def test_values_of_own_fields(kept: object, asked: object, *, same: bool) -> None:
    assert facts.same_value(kept, asked) is same


@pytest.mark.parametrize(("language", "asked"), [("en", "en"), ("en-gb", "en"), ("en-gb", "en-gb")])
def test_a_language_has_kinds(language: str, asked: str) -> None:
    assert facts.speaks(language, asked)


@pytest.mark.parametrize(("language", "asked"), [("eng", "en"), ("en", "en-gb"), ("", "en")])
def test_other_languages(language: str, asked: str) -> None:
    assert not facts.speaks(language, asked)


INSTANTS = st.datetimes(timezones=st.just(instants.parse_instant("2026-01-01T00:00:00Z").tzinfo)).map(instants.to_text)


@given(at=st.none() | INSTANTS, after=st.none() | INSTANTS, before=st.none() | INSTANTS)
def test_a_span_begins_at_its_first_instant_and_ends_before_its_last(
    at: str | None, after: str | None, before: str | None
) -> None:
    expected = (at or "") >= (after or "") and (before is None or (at or "") < before)
    assert Span(after, before).holds(at) == (expected and (after is None or at is not None))


@given(
    having=st.sets(st.sampled_from("abcd")),
    every=st.sets(st.sampled_from("abcd")),
    some=st.sets(st.sampled_from("abcd")),
)
def test_tags(having: set[str], every: set[str], some: set[str]) -> None:
    passes = Tags(tuple(every), tuple(some)).accept(having)
    assert passes == (every <= having and (not some or bool(some & having)))
    assert Tags(none=tuple(some)).accept(having) == (not some & having)
