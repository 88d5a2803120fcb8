"""Suppressed addresses over the API: by hand, by the provider's word, and on the profiles of who holds them."""

import uuid
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.domain.errors import Invalid
from chalicelib.domain.suppressions import commands
from chalicelib.wiring import suppressions
from tests.support.history import a_number, kinds, made, timeline
from tests.support.work import a_transaction

pytestmark = pytest.mark.emulator
LIST = "/v1/suppressions"


def an_address() -> str:
    """An address that nobody else has."""
    return f"{uuid.uuid4().hex}@shop.example"


def place(channel: str, address: str) -> str:
    return f"{LIST}/{channel}/{quote(address, safe='')}"


def suppress(channel: str, address: str, reason: Any, message_id: str | None = None) -> int:
    """What a provider's word does; the number of records that it writes."""
    work = a_transaction()
    commands.suppress(suppressions.desk(work), channel, address, reason, message_id)
    work.commit()
    return len(work)


def marks(api: Any, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(path).json["suppressed"]
    return found


def test_by_hand_and_lifted_again(manager: Any) -> None:
    address = an_address()
    path = made(manager, emails=[{"address": address.upper()}])
    reply = manager.post(LIST, {"channel": "email", "address": address.title(), "reason_text": "Asked by letter"})
    assert reply.status == 201
    assert reply.headers["Location"] == place("email", address)
    assert {**reply.json, "id": "", "at": "", "by": ""} == {
        "id": "",
        "channel": "email",
        "address": address,
        "reason": "manual",
        "at": "",
        "by": "",
        "message_id": None,
        "reason_text": "Asked by letter",
    }
    assert manager.get(reply.headers["Location"]).json == reply.json
    (mark,) = marks(manager, path)
    assert (mark["channel"], mark["address"], mark["reason"]) == ("email", address, "manual")
    assert manager.get(f"{path}/overview").json["customer"]["suppressed"] == [mark]
    assert manager.delete(place("email", address)).status == 204
    assert manager.delete(place("email", address)).status == 204
    assert marks(manager, path) == []
    assert manager.get(place("email", address)).status == 404
    assert kinds(manager, path) == ["address_released", "address_suppressed", "customer_created"]


def test_twice_is_once(manager: Any) -> None:
    body = {"channel": "sms", "address": a_number()}
    first, second = manager.post(LIST, body), manager.post(LIST, body)
    assert (first.status, second.status) == (201, 200)
    assert first.json == second.json


def test_a_number_in_any_notation(manager: Any) -> None:
    number = a_number()
    path = made(manager, phones=[{"number": number}])
    written = f"{number[:3]} {number[3:8]}-{number[8:]}"
    assert manager.post(LIST, {"channel": "sms", "address": written}).json["address"] == number
    assert [mark["address"] for mark in marks(manager, path)] == [number]
    assert suppressions.reader().reason("sms", written) == "manual"
    assert manager.delete(place("sms", written)).status == 204
    assert suppressions.reader().reason("sms", number) is None


def test_a_weightier_reason_stays_and_a_lesser_one_changes_nothing(manager: Any) -> None:
    address = an_address()
    path = made(manager, emails=[{"address": address}])
    assert suppress("email", address, "bounce", "msg_1") > 0
    assert suppress("email", address, "bounce", "msg_1") == 0
    assert suppress("email", address, "complaint", "msg_1") > 0
    assert suppress("email", address, "bounce", "msg_2") == 0
    assert [mark["reason"] for mark in marks(manager, path)] == ["complaint"]
    assert manager.get(place("email", address)).json["message_id"] == "msg_1"
    assert kinds(manager, path).count("address_suppressed") == 2


def test_everybody_who_holds_it_shows_it(manager: Any) -> None:
    number = a_number()
    paths = [made(manager, phones=[{"number": number}], allow_duplicate=True) for _ in range(3)]
    suppress("sms", number, "stop_reply")
    assert [len(marks(manager, path)) for path in paths] == [1, 1, 1]
    manager.delete(place("sms", number))
    assert [len(marks(manager, path)) for path in paths] == [0, 0, 0]


def test_no_more_than_ten_are_marked_and_all_are_protected(manager: Any) -> None:
    number = a_number()
    paths = [made(manager, phones=[{"number": number}], allow_duplicate=True) for _ in range(12)]
    assert suppress("sms", number, "manual") <= 100
    assert sum(len(marks(manager, path)) for path in paths) == commands.MOST_MARKED
    assert suppressions.reader().reason("sms", number) == "manual"
    suppress("sms", number, "stop_reply")
    manager.delete(place("sms", number))
    assert sum(len(marks(manager, path)) for path in paths) == 0


def test_who_gives_the_address_up_loses_the_mark(manager: Any) -> None:
    address = an_address()
    path = made(manager, emails=[{"address": address}])
    suppress("email", address, "bounce")
    manager.patch(path, {"emails": [{"address": an_address()}]})
    assert marks(manager, path) == []
    manager.delete(place("email", address))
    manager.patch(path, {"emails": [{"address": address}]})
    assert marks(manager, path) == []


def test_who_gives_the_number_up_loses_the_mark(manager: Any) -> None:
    number = a_number()
    path = made(manager, phones=[{"number": number}])
    suppress("sms", number, "stop_reply")
    manager.patch(path, {"phones": [{"number": a_number()}]})
    manager.delete(place("sms", number))
    manager.patch(path, {"phones": [{"number": number}]})
    assert marks(manager, path) == []


def test_a_mark_makes_no_version_and_survives_a_change(manager: Any) -> None:
    address = an_address()
    path = made(manager, emails=[{"address": address}])
    suppress("email", address, "bounce")
    assert manager.get(path).json["version"] == 1
    manager.patch(path, {"nickname": "A"})
    assert len(marks(manager, path)) == 1


def test_archived_customers_hold_nothing(manager: Any) -> None:
    address = an_address()
    path = made(manager, emails=[{"address": address}])
    suppress("email", address, "bounce")
    manager.delete(path)
    assert marks(manager, path) == []
    manager.delete(place("email", address))
    manager.post(f"{path}/restore")
    assert marks(manager, path) == []


def test_addresses_stay_out_of_what_others_are_told(manager: Any, people: dict[str, Any]) -> None:
    address = an_address()
    path = made(manager, emails=[{"address": address}])
    suppress("email", address, "complaint", "msg_9")
    entry = timeline(manager, path)[0]
    assert entry["data"]["address"] == address
    assert entry["summary"] == "Nothing is sent to this email address any more: a message was marked as unwanted"
    for role in ("analyst", "inventory"):
        assert address not in people[role].get(path).text
        assert address not in people[role].get(f"{path}/timeline").text
        assert address not in people[role].get(f"{path}/overview").text


def test_the_audit_says_who_did_it(manager: Any) -> None:
    address = an_address()
    path = made(manager, emails=[{"address": address}])
    manager.post(LIST, {"channel": "email", "address": address})
    manager.delete(place("email", address))
    entries = manager.get(f"/v1/audit?entity={path.rsplit('/', 1)[1]}").json["items"]
    assert [entry["action"] for entry in entries[:2]] == ["suppression.lift", "suppression.add"]
    assert entries[1]["after"]["address"] == address


def test_pages_go_from_addresses_on_to_numbers(manager: Any) -> None:
    for _ in range(3):
        manager.post(LIST, {"channel": "email", "address": an_address()})
        manager.post(LIST, {"channel": "sms", "address": a_number()})
    found: list[tuple[str, str]] = []
    cursor = ""
    while True:
        page = manager.get(f"{LIST}?limit=2{cursor}").json
        found += [(item["channel"], item["address"]) for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == sorted(found)
    assert len(found) == len(set(found)) >= 6
    only = manager.get(f"{LIST}?channel=sms&limit=100").json["items"]
    assert [item["address"] for item in only] == [address for channel, address in found if channel == "sms"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"channel": "email", "address": "nobody"}, "/address"),
        ({"channel": "email", "address": "a@b.example\r\nBcc: c@d.example"}, "/address"),
        ({"channel": "sms", "address": "12"}, "/address"),
        ({"channel": "sms", "address": 919876543210}, "/address"),
        ({"channel": "push", "address": "arn:aws:sns:x"}, "/channel"),
        ({"channel": "email", "address": "a@b.example", "reason": "bounce"}, "/reason"),
        ({"channel": "email", "address": "a@b.example", "reason_text": "x" * 201}, "/reason_text"),
        ({"channel": "email", "address": "a@b.example", "reason_text": "\u202ex"}, "/reason_text"),
        ({"address": "a@b.example"}, "/channel"),
    ],
)
def test_what_is_refused(manager: Any, body: dict[str, Any], pointer: str) -> None:
    reply = manager.post(LIST, body)
    assert (reply.status, reply.pointers) == (422, [pointer])


@pytest.mark.parametrize("rest", ["push/a@b.example", "email/nobody", "sms/12", "sms/+", "email/%00", "x/y"])
def test_there_is_no_such_address(manager: Any, rest: str) -> None:
    assert manager.get(f"{LIST}/{rest}").status == 404
    assert manager.delete(f"{LIST}/{rest}").status == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_channel_that_there_is_not_is_said_to_be_none(manager: Any, method: str) -> None:
    reply = manager(method, f"{LIST}/push/+919876543210")
    assert (reply.status, reply.json["detail"]) == (404, "There is no such channel.")


def test_managers_decide_and_the_counter_reads(people: dict[str, Any]) -> None:
    address = an_address()
    assert people["sales"].post(LIST, {"channel": "email", "address": address}).status == 403
    assert people["sales"].delete(place("email", address)).status == 403
    assert people["sales"].get(LIST).status == 200
    assert people["analyst"].get(LIST).status == 403


def test_nothing_is_asked_about_other_channels() -> None:
    assert suppressions.reader().reason("push", "arn:aws:sns:endpoint") is None
    with pytest.raises(Invalid):
        suppressions.reader().reason("email", "nobody")
