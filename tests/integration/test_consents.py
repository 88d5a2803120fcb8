"""Consents over the API: written down, read, and shown with the customer."""

import json
from typing import Any

import pytest

from tests.support.history import kinds, made, timeline

pytestmark = pytest.mark.emulator
YES = {"channel": "email", "purpose": "birthday", "granted": True, "source": "in_store", "wording_version": "2026-01"}


def test_a_yes_and_a_no(sales: Any) -> None:
    path = made(sales)
    reply = sales.post(f"{path}/consents", YES)
    assert (reply.status, reply.headers["Location"]) == (201, f"{path}/consents")
    said = reply.json
    assert {**YES, "customer_id": path.rsplit("/", 1)[1]}.items() <= said.items()
    assert said["recorded_by"]["name"] == "Sales"
    assert said["at"] == said["recorded_at"]
    no = sales.post(f"{path}/consents", {**YES, "granted": False, "source": "phone", "wording_version": None}).json
    answer = sales.get(f"{path}/consents").json
    assert answer["items"] == [no, said]
    assert answer["current"] == {"email": {"birthday": no}}
    assert answer["next_cursor"] is None
    assert kinds(sales, path) == ["consent_withdrawn", "consent_given", "customer_created"]
    assert timeline(sales, path)[1]["summary"] == "Agreed to birthday messages by email"


def test_the_360_view_shows_what_holds(sales: Any, people: dict[str, Any]) -> None:
    path = made(sales)
    assert sales.get(f"{path}/overview").json["consents"] == {}
    said = sales.post(f"{path}/consents", {**YES, "channel": "whatsapp", "purpose": "care"}).json
    view = sales.get(f"{path}/overview").json
    assert (view["consents"], view["suppressions"]) == ({"whatsapp": {"care": said}}, [])
    assert "consents" not in sales.get(path).json
    analyst = people["analyst"].get(f"{path}/overview").json
    assert (analyst["consents"], analyst["suppressions"]) == ({"whatsapp": {"care": said}}, None)


def test_an_older_word_is_kept_and_does_not_count(sales: Any) -> None:
    path = made(sales)
    no = sales.post(f"{path}/consents", {**YES, "granted": False}).json
    old = sales.post(f"{path}/consents", {**YES, "at": "2020-01-01T10:00:00+05:30"}).json
    assert old["at"] == "2020-01-01T04:30:00.000Z"
    answer = sales.get(f"{path}/consents").json
    assert answer["items"] == [old, no]
    assert answer["current"]["email"]["birthday"] == no


def test_pages_and_filters(sales: Any) -> None:
    path = made(sales)
    for channel, purpose in (("email", "birthday"), ("sms", "birthday"), ("email", "care"), ("call", "service")):
        assert sales.post(f"{path}/consents", {**YES, "channel": channel, "purpose": purpose}).status == 201
    page = sales.get(f"{path}/consents?limit=3").json
    rest = sales.get(f"{path}/consents?limit=3&cursor={page['next_cursor']}").json
    assert [(s["channel"], s["purpose"]) for s in page["items"] + rest["items"]] == [
        ("call", "service"),
        ("email", "care"),
        ("sms", "birthday"),
        ("email", "birthday"),
    ]
    assert page["current"] == rest["current"]
    assert set(page["current"]) == {"email", "sms", "call"}
    emails = sales.get(f"{path}/consents?channel=email").json["items"]
    assert [said["purpose"] for said in emails] == ["care", "birthday"]
    (both,) = sales.get(f"{path}/consents?channel=sms&purpose=birthday").json["items"]
    assert both["channel"] == "sms"
    assert sales.get(f"{path}/consents?channel=fax").status == 422


def test_archived_and_unknown_customers(sales: Any, manager: Any) -> None:
    path = made(sales)
    sales.post(f"{path}/consents", YES)
    manager.delete(path)
    reply = sales.post(f"{path}/consents", YES)
    assert (reply.status, reply.code) == (409, "archived")
    assert len(sales.get(f"{path}/consents").json["items"]) == 1
    for unknown in ("/v1/customers/cus_00000000000000000000000000", "/v1/customers/nobody"):
        assert sales.post(f"{unknown}/consents", YES).status == 404
        assert sales.get(f"{unknown}/consents").status == 404


def test_the_same_key_is_one_word(sales: Any) -> None:
    path = made(sales)
    replies = [sales.post(f"{path}/consents", YES, Idempotency_Key="once") for _ in range(2)]
    assert replies[0].json == replies[1].json
    assert len(sales.get(f"{path}/consents").json["items"]) == 1


def test_analysts_read_and_inventory_does_not(people: dict[str, Any]) -> None:
    path = made(people["sales"])
    people["sales"].post(f"{path}/consents", YES)
    assert people["analyst"].get(f"{path}/consents").json["current"]["email"]["birthday"]["granted"] is True
    assert people["analyst"].post(f"{path}/consents", YES).status == 403
    assert people["inventory"].get(f"{path}/consents").status == 403


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"channel": "fax"}, "/channel"),
        ({"purpose": None}, "/purpose"),
        ({"granted": "true"}, "/granted"),
        ({"at": "2099-01-01T00:00:00Z"}, "/at"),
        ({"wording_version": "\u0000"}, "/wording_version"),
        ({"customer_id": "cus_1"}, "/customer_id"),
    ],
)
def test_what_is_refused_writes_nothing(sales: Any, wrong: dict[str, Any], pointer: str) -> None:
    path = made(sales)
    reply = sales.post(f"{path}/consents", {**YES, **wrong})
    assert (reply.status, reply.pointers) == (422, [pointer])
    assert sales.get(f"{path}/consents").json == {"items": [], "next_cursor": None, "current": {}}


def test_the_event_names_no_person(sales: Any) -> None:
    path = made(sales)
    sales.post(f"{path}/consents", YES)
    data = timeline(sales, path)[0]["data"]
    assert set(data) == {
        "customer_id",
        "consent_ids",
        "channel",
        "purposes",
        "granted",
        "source",
        "wording_version",
        "at",
    }
    assert "Asha" not in json.dumps(data)
