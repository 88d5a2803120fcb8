"""Calls over the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import instants
from chalicelib.wiring import clients
from tests.support.history import kinds, made, timeline
from tests.support.meter import Meter

pytestmark = pytest.mark.emulator


def ago(**past: float) -> str:
    return instants.to_text(datetime.now(UTC) - timedelta(**past))


def logged(sales: Any, path: str, **fields: Any) -> Any:
    reply = sales.post(
        f"{path}/calls", {"direction": "out", "duration_s": 240, "outcome": "Comes on Saturday", **fields}
    )
    assert reply.status == 201, reply.text
    return reply


def last_contact(sales: Any, path: str) -> str | None:
    contact: str | None = sales.get(path).json["last_contact_at"]
    return contact


def test_a_call_is_read_back_and_on_the_timeline(sales: Any) -> None:
    path = made(sales)
    call = logged(sales, path)
    assert sales.get(call.headers["Location"]).json == call.json
    assert sales.get(f"{path}/calls").json["items"] == [call.json]
    assert sales.get(f"{path}/calls?direction=in").json["items"] == []
    newest = timeline(sales, path)[0]
    assert (newest["kind"], newest["summary"]) == ("call_logged", "Outgoing call, 4 min")
    assert (newest["data"]["direction"], newest["data"]["duration_s"]) == ("out", 240)
    assert newest["data"]["outcome"] == "Comes on Saturday"
    after = sales.get(path)
    assert (after.json["last_contact_at"], after.headers["ETag"]) == (call.json["at"], '"1"')
    assert sales.get(f"{path}/overview").json["analytics"]["calls"] == 1


def test_the_last_contact_never_moves_backwards(sales: Any) -> None:
    path = made(sales)
    recent, old = ago(hours=1), ago(days=40)
    logged(sales, path, at=recent)
    logged(sales, path, at=old)
    assert last_contact(sales, path) == recent
    order = [entry["at"] for entry in timeline(sales, path) if entry["kind"] == "call_logged"]
    assert order == [recent, old]
    assert [call["at"] for call in sales.get(f"{path}/calls").json["items"]] == [recent, old]


def test_the_list_of_customers_follows(sales: Any, manager: Any) -> None:
    place = manager.post(
        "/v1/customers", {"given_name": "Anu", "emails": [{"address": "anu.calls@example.com"}], "source": "online"}
    )
    path = place.headers["Location"]
    logged(sales, path, at=ago(days=40))
    seen = sales.get(f"/v1/customers?last_contact_before={ago(days=39)}&source=online&limit=100").json["items"]
    assert place.json["id"] in [customer["id"] for customer in seen]
    logged(sales, path)
    seen = sales.get(f"/v1/customers?last_contact_before={ago(days=39)}&source=online&limit=100").json["items"]
    assert place.json["id"] not in [customer["id"] for customer in seen]


def asked(sales: Any, path: str, text: str = "Any studs?") -> str:
    return str(sales.post(f"{path}/inquiries", {"text": text}).headers["Location"])


def test_an_outgoing_call_answers_what_was_asked(sales: Any) -> None:
    path = made(sales)
    places = [asked(sales, path), asked(sales, path)]
    call = logged(sales, path)
    answered = [sales.get(place).json for place in places]
    assert [each["id"] for each in answered] == call.json["answered_inquiries"]
    for inquiry in answered:
        assert (inquiry["status"], inquiry["version"], inquiry["answered_by_call"]) == ("answered", 2, call.json["id"])
        assert (inquiry["answered_by"], inquiry["answered_at"]) == (call.json["author"], call.json["at"])
    assert sales.get(f"{path}/overview").json["open_inquiries"] == []
    assert sorted(kinds(sales, path)[:3]) == ["call_logged", "inquiry_answered", "inquiry_answered"]


def test_incoming_calls_and_earlier_ones_answer_nothing(sales: Any) -> None:
    path = made(sales)
    place = asked(sales, path)
    assert logged(sales, path, direction="in").json["answered_inquiries"] == []
    assert logged(sales, path, at=ago(hours=1)).json["answered_inquiries"] == []
    assert sales.get(place).json["status"] == "open"


def test_the_largest_call_answers_twenty_and_fits_one_transaction(sales: Any) -> None:
    path = made(sales)
    places = [asked(sales, path, f"Question {number}") for number in range(30)]
    with Meter(clients.dynamodb()) as meter:
        call = sales.post(f"{path}/calls", {"direction": "out", "duration_s": 1}, Idempotency_Key="largest")
    assert meter.operations == ["Query", "TransactWriteItems"]
    assert (
        meter.calls[0].items == 28
    )  # the profile, room for what lies beside it, and the inquiries that can be answered
    assert meter.calls[-1].items <= 100
    assert call.json["answered_inquiries"] == [place.rsplit("/", 1)[1] for place in places[:20]]
    assert len(sales.get(f"{path}/overview").json["open_inquiries"]) == 10
    logged(sales, path)
    assert sales.get(f"{path}/overview").json["open_inquiries"] == []


def test_a_call_costs_one_query_and_one_transaction(sales: Any) -> None:
    path = made(sales)
    sales.get(path)
    with Meter(clients.dynamodb()) as meter:
        logged(sales, path)
    assert meter.operations == ["Query", "TransactWriteItems"]
    assert meter.read_units <= 1
    assert meter.write_units <= 15


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"direction": "up"}, "/direction"),
        ({"direction": None}, "/direction"),
        ({"duration_s": -1}, "/duration_s"),
        ({"duration_s": 86_401}, "/duration_s"),
        ({"duration_s": 1.5}, "/duration_s"),
        ({"duration_s": "60"}, "/duration_s"),
        ({"duration_s": True}, "/duration_s"),
        ({"outcome": "x" * 10_001}, "/outcome"),
        ({"outcome": "\u2066"}, "/outcome"),
        ({"at": "2999-01-01T00:00:00Z"}, "/at"),
        ({"at": "2026-02-30T00:00:00Z"}, "/at"),
        ({"at": "2026-02-03"}, "/at"),
        ({"at": "1960-02-03T00:00:00Z"}, "/at"),
        ({"answered_inquiries": []}, "/answered_inquiries"),
    ],
)
def test_bad_calls_name_the_field_and_write_nothing(sales: Any, wrong: dict[str, Any], pointer: str) -> None:
    path = made(sales)
    reply = sales.post(f"{path}/calls", {"direction": "out", "duration_s": 60, **wrong})
    assert (reply.status, reply.pointers) == (422, [pointer])
    assert kinds(sales, path) == ["customer_created"]
    assert last_contact(sales, path) is None


def test_archived_unknown_and_forbidden(sales: Any, manager: Any, people: dict[str, Any]) -> None:
    path = made(sales)
    body = {"direction": "in", "duration_s": 5}
    assert people["analyst"].post(f"{path}/calls", body).status == 403
    assert people["inventory"].get(f"{path}/calls").status == 403
    call = logged(sales, path)
    manager.delete(path)
    refused = sales.post(f"{path}/calls", body)
    assert (refused.status, refused.code) == (409, "archived")
    assert sales.get(call.headers["Location"]).status == 200
    assert sales.get(f"{path}/calls/cal_1").status == 404
    assert sales.post("/v1/customers/cus_1/calls", body).status == 404
