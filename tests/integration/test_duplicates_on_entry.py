"""Duplicates on entry: who may be the person that is being typed in."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.proof.scenarios import customer, number, unique
from tests.support.duplicates import decide, like, pair, run, twins

pytestmark = pytest.mark.emulator


def test_who_has_the_number_is_shown_with_score_and_reasons(sales: Any) -> None:
    family, mobile = unique(), number()
    known = customer(sales, given_name="Lakshmi", family_name=family, phones=[{"number": mobile}])
    (found,) = like(sales, given_name="Laxmi", family_name=family, phone=mobile)
    assert found["customer"]["id"] == known["id"]
    assert found["score"] > 95
    assert [reason["text"] for reason in found["reasons"]] == [
        "same phone",
        "same family name",
        "given name sounds alike",
    ]
    assert found["customer"]["phones"][0]["e164"] == mobile


def test_who_shares_a_number_is_shown_even_when_it_is_another_person(sales: Any) -> None:
    family, mobile = unique(), number()
    customer(sales, given_name="Suresh", family_name=family, phones=[{"number": mobile}])
    (found,) = like(sales, given_name="Kavita", family_name=family, phone=mobile)
    assert found["score"] == 0
    assert [reason["code"] for reason in found["against"]] == ["other_given_name"]


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ({"birthday": "1990-03-15"}, {"birthday": "1990-03-15"}),
        ({"birthday": "--03-15"}, {"birthday": "1990-03-15"}),
        ({"emails": [{"address": "EMAIL@shop.example"}]}, {"email": "email@SHOP.example"}),
    ],
)
def test_who_has_the_birthday_or_the_address_is_found(sales: Any, known: Any, typed: dict[str, str]) -> None:
    family = unique()
    fresh = {field: value for field, value in known.items() if field != "emails"}
    if "emails" in known:
        fresh["emails"] = [{"address": f"{family}@shop.example"}]
        typed = {"email": f"{family.upper()}@shop.example"}
    one = customer(sales, given_name="Asha", family_name=family, **fresh)
    (found,) = like(sales, given_name="Asha", family_name=family, **typed)
    assert found["customer"]["id"] == one["id"]
    assert found["score"] >= 50


def test_a_typo_and_swapped_names_are_found_by_name_alone(sales: Any) -> None:
    family = unique()
    one = customer(sales, given_name="Yashodhara", family_name=family)
    for given, last in (("Yashodhara", family), ("Yashodara", family), (family, "Yashodhara")):
        assert [each["customer"]["id"] for each in like(sales, given_name=given, family_name=last)] == [one["id"]]


def test_only_so_many_are_compared_while_somebody_types(sales: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    family = unique()
    for _ in range(3):
        customer(sales, given_name="Asha", family_name=family)
    assert len(like(sales, given_name="Asha", family_name=family)) == 3
    monkeypatch.setattr("chalicelib.repos.duplicate_candidates.MOST", 2)
    assert len(like(sales, given_name="Asha", family_name=family)) == 2


def test_an_archived_customer_is_nobodys_duplicate(sales: Any, manager: Any) -> None:
    family = unique()
    one = customer(sales, family_name=family)
    manager.delete(f"/v1/customers/{one['id']}")
    assert like(sales, given_name="Asha", family_name=family) == []


def test_a_customer_being_changed_is_not_their_own_duplicate_and_decisions_count(manager: Any) -> None:
    one, other = twins(manager)
    typed = {"given_name": "Asha", "family_name": one["family_name"], "phone": one["phones"][0]["e164"]}
    assert {each["customer"]["id"] for each in like(manager, **typed)} == {one["id"], other["id"]}
    assert [each["customer"]["id"] for each in like(manager, **typed, customer_id=one["id"])] == [other["id"]]
    run(manager)
    decide(manager, pair(manager, one, other), "different")
    assert like(manager, **typed, customer_id=one["id"]) == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("", None),
        ("customer_id=cus_00000000000000000000000000", None),
        ("phone=12", "/phone"),
        ("phone=%2B91", "/phone"),
        ("email=nobody", "/email"),
        ("birthday=1990-02-30", "/birthday"),
        ("birthday=yesterday", "/birthday"),
        ("given_name=", "/given_name"),
        ("given_name=%00", "/given_name"),
        ("given_name=%E2%80%AEx", "/given_name"),
        (f"family_name={'x' * 201}", "/family_name"),
        ("given_name=a&given_name=b", "/given_name"),
        ("nickname=a", "/nickname"),
        ("given_name=a&customer_id=usr_1", "/customer_id"),
    ],
)
def test_bad_input_is_refused(sales: Any, query: str, pointer: str | None) -> None:
    refused = sales.get(f"/v1/customers/duplicates?{query}")
    assert refused.status == 422, refused.text
    assert [error["pointer"] for error in refused.json.get("errors", ())] == ([pointer] if pointer else [])


@pytest.mark.parametrize("text", ["王伟", "आशा", "محمد", "Ωμέγα", "🙂", "''", "%", "a#b", "ﬀ", "İ", "ß" * 100])
def test_names_in_every_script_are_looked_for(sales: Any, text: str) -> None:
    assert isinstance(like(sales, given_name=quote(text), family_name=quote(text), birthday="1990-03-15"), list)


def test_roles(people: dict[str, Any]) -> None:
    for role, check, review in (("sales", 200, 403), ("inventory", 403, 403), ("analyst", 403, 403)):
        assert people[role].get("/v1/customers/duplicates?given_name=Asha").status == check
        assert people[role].get("/v1/duplicates").status == review
        assert people[role].post("/v1/duplicates/runs").status == review
