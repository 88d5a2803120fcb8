"""Inquiries over the API."""

from typing import Any

import pytest

from chalicelib.wiring import clients
from tests.support.history import kinds, made, timeline
from tests.support.meter import Meter

pytestmark = pytest.mark.emulator
QUESTION = "Do you have emerald studs?"


def asked(sales: Any, path: str, **fields: Any) -> Any:
    reply = sales.post(f"{path}/inquiries", {"text": QUESTION, **fields})
    assert reply.status == 201, reply.text
    return reply


def test_an_inquiry_is_read_back_open_and_counts_as_contact(sales: Any) -> None:
    path = made(sales)
    inquiry = asked(sales, path, product_ids=["prd_1", "prd_2"], channel="whatsapp")
    assert (inquiry.json["status"], inquiry.headers["ETag"]) == ("open", '"1"')
    assert sales.get(inquiry.headers["Location"]).json == inquiry.json
    assert sales.get(f"{path}/inquiries?status=open").json["items"] == [inquiry.json]
    assert sales.get(f"{path}/inquiries?status=answered").json["items"] == []
    assert sales.get(path).json["last_contact_at"] == inquiry.json["at"]
    newest = timeline(sales, path)[0]
    assert (newest["kind"], newest["data"]["text"]) == ("inquiry_received", QUESTION)
    assert (newest["data"]["product_ids"], newest["data"]["channel"]) == (["prd_1", "prd_2"], "whatsapp")
    (waiting,) = sales.get(f"{path}/overview").json["open_inquiries"]
    assert (waiting["id"], waiting["text"]) == (inquiry.json["id"], QUESTION)


def test_the_customers_assignee_sees_to_it(sales: Any, manager: Any) -> None:
    me = asked(sales, made(sales)).json["received_by"]["id"]
    path = made(sales, assignee=me)
    assert asked(sales, path).json["assignees"] == [me]
    boss = manager.post(f"{path}/notes", {"text": "Wants studs"}).json["author"]["id"]
    assert asked(sales, path, assignee=boss).json["assignee"] == boss


def test_answered_reassigned_and_reopened(sales: Any, manager: Any) -> None:
    path = made(sales)
    inquiry = asked(sales, path)
    place = inquiry.headers["Location"]
    answered = manager.patch(place, {"status": "answered", "answer": "Yes, two pairs"}, If_Match='"1"')
    assert (answered.status, answered.json["status"], answered.json["answer"]) == (200, "answered", "Yes, two pairs")
    assert answered.json["answered_by"]["name"] == "Manager"
    assert sales.get(f"{path}/overview").json["open_inquiries"] == []
    assert timeline(sales, path)[0]["data"]["answer"] == "Yes, two pairs"
    assert sales.patch(place, {"status": "open"}, If_Match='"1"').status == 412
    reopened = sales.patch(place, {"status": "open", "assignee": answered.json["answered_by"]["id"]})
    assert (reopened.json["status"], reopened.json["answer"], reopened.json["version"]) == ("open", None, 3)
    (waiting,) = sales.get(f"{path}/overview").json["open_inquiries"]
    assert waiting["assignees"] == reopened.json["assignees"]
    nobody = sales.patch(place, {"assignee": None}).json
    assert (nobody["assignee"], nobody["assignees"]) == (None, [])
    assert sales.get(f"{path}/overview").json["open_inquiries"][0]["assignee"] is None
    assert {"inquiry_reopened", "inquiry_answered", "inquiry_received"} < set(kinds(sales, path))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"text": None}, "/text"),
        ({"text": "x" * 10_001}, "/text"),
        ({"channel": "pigeon"}, "/channel"),
        ({"product_ids": ["p"] * 21}, "/product_ids"),
        ({"product_ids": ["x" * 201]}, "/product_ids/0"),
        ({"product_ids": [5]}, "/product_ids/0"),
        ({"product_ids": None}, "/product_ids"),
        ({"assignee": "usr_nobody"}, "/assignee"),
        ({"status": "answered"}, "/status"),
    ],
)
def test_bad_inquiries_name_the_field_and_write_nothing(sales: Any, body: dict[str, Any], pointer: str) -> None:
    path = made(sales)
    reply = sales.post(f"{path}/inquiries", {"text": QUESTION, **body})
    assert (reply.status, reply.pointers) == (422, [pointer])
    assert kinds(sales, path) == ["customer_created"]


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"status": "closed"}, "/status"),
        ({"status": None}, "/status"),
        ({"answer": "Yes"}, "/answer"),
        ({"status": "answered", "answer": 5}, "/answer"),
        ({"assignee": "usr_nobody"}, "/assignee"),
        ({"assignee": {"id": 1}}, "/assignee"),
        ({"text": "Other"}, "/text"),
    ],
)
def test_bad_changes_name_the_field_and_write_nothing(sales: Any, patch: dict[str, Any], pointer: str) -> None:
    path = made(sales)
    inquiry = asked(sales, path)
    reply = sales.patch(inquiry.headers["Location"], patch)
    assert (reply.status, reply.pointers) == (422, [pointer])
    assert sales.get(inquiry.headers["Location"]).json == inquiry.json


def test_archived_unknown_and_forbidden(sales: Any, manager: Any, people: dict[str, Any]) -> None:
    path = made(sales)
    inquiry = asked(sales, path)
    place = inquiry.headers["Location"]
    assert people["analyst"].get(f"{path}/inquiries").status == 403
    assert people["inventory"].patch(place, {"status": "answered"}).status == 403
    assert sales.get(f"{path}/inquiries/inq_1").status == 404
    assert sales.patch(f"{made(sales)}/inquiries/{inquiry.json['id']}", {"status": "answered"}).status == 404
    manager.delete(path)
    for refused in (sales.post(f"{path}/inquiries", {"text": QUESTION}), sales.patch(place, {"status": "answered"})):
        assert (refused.status, refused.code) == (409, "archived")
    assert sales.get(place).json["status"] == "open"


def test_each_costs_one_read_and_one_transaction(sales: Any) -> None:
    path = made(sales)
    sales.get(path)
    with Meter(clients.dynamodb()) as meter:
        inquiry = asked(sales, path)
        sales.patch(inquiry.headers["Location"], {"status": "answered"})
        sales.get(f"{path}/inquiries")
    assert meter.operations == ["GetItem", "TransactWriteItems"] * 2 + ["Query"]
    assert meter.read_units <= 3
    assert meter.write_units <= 35
