"""Notes over the API."""

from typing import Any

import pytest

from chalicelib.repos import keys
from chalicelib.wiring import clients
from chalicelib.wiring.store import table
from tests.support.history import kinds, made, timeline
from tests.support.meter import Meter

pytestmark = pytest.mark.emulator
SECRET = "Likes rubies, wife must not know"


def added(sales: Any, path: str, **fields: Any) -> Any:
    reply = sales.post(f"{path}/notes", {"text": SECRET, **fields})
    assert reply.status == 201, reply.text
    return reply


def test_a_note_is_read_back_and_on_the_timeline(sales: Any) -> None:
    path = made(sales)
    before = sales.get(path)
    note = added(sales, path, kind="service")
    assert (note.headers["ETag"], note.json["kind"], note.json["status"]) == ('"1"', "service", "kept")
    assert note.json["author"]["name"] == "Sales"
    assert sales.get(note.headers["Location"]).json == note.json
    assert sales.get(f"{path}/notes").json == {"items": [note.json], "next_cursor": None}
    newest = timeline(sales, path)[0]
    assert (newest["kind"], newest["actor"], newest["at"]) == ("note_added", note.json["author"], note.json["at"])
    assert (newest["data"]["text"], newest["data"]["kind"]) == (SECRET, "service")
    assert sales.get(path).json == before.json  # neither version nor last contact move


def test_a_correction_replaces_the_words_everywhere(sales: Any, manager: Any) -> None:
    path = made(sales)
    note = added(sales, path)
    reply = manager.patch(note.headers["Location"], {"text": "Likes emeralds"}, If_Match='"1"')
    assert (reply.status, reply.headers["ETag"], reply.json["text"]) == (200, '"2"', "Likes emeralds")
    assert reply.json["author"] == note.json["author"]
    assert reply.json["corrected_by"]["name"] == "Manager"
    assert kinds(sales, path) == ["note_corrected", "note_added", "customer_created"]
    shown = sales.get(f"{path}/timeline").text + sales.get(f"{path}/overview").text + sales.get(f"{path}/notes").text
    assert SECRET not in shown
    assert timeline(sales, path)[1]["data"]["text"] == "Likes emeralds"
    stale = manager.patch(note.headers["Location"], {"text": "Likes opals"}, If_Match='"1"')
    assert stale.status == 412


def test_a_withdrawal_leaves_only_the_trace(sales: Any, manager: Any) -> None:
    path = made(sales)
    note = added(sales, path)
    assert manager.delete(note.headers["Location"]).status == 204
    assert manager.delete(note.headers["Location"]).status == 204
    assert kinds(sales, path) == ["note_withdrawn", "note_added", "customer_created"]
    trace = sales.get(note.headers["Location"]).json
    assert (trace["text"], trace["status"], trace["withdrawn_by"]["name"]) == (None, "withdrawn", "Manager")
    assert sales.get(f"{path}/notes").json["items"] == []
    assert sales.get(f"{path}/notes?status=withdrawn").json["items"] == [trace]
    assert SECRET not in sales.get(f"{path}/timeline").text + sales.get(f"{path}/overview").text
    assert sales.get(f"{path}/overview").json["analytics"]["notes"] == 0
    refused = sales.patch(note.headers["Location"], {"text": "again"})
    assert (refused.status, refused.code) == (409, "withdrawn")


def test_pages_go_from_the_newest_to_the_oldest(sales: Any) -> None:
    path = made(sales)
    texts = [f"Wants ring {number}" for number in range(5)]
    for text in texts:
        added(sales, path, text=text)
    first = sales.get(f"{path}/notes?limit=2").json
    second = sales.get(f"{path}/notes?limit=2&cursor={first['next_cursor']}").json
    third = sales.get(f"{path}/notes?limit=2&cursor={second['next_cursor']}").json
    shown = [note["text"] for part in (first, second, third) for note in part["items"]]
    assert (shown, third["next_cursor"]) == (texts[::-1], None)
    assert sales.get(f"{path}/notes?kind=complaint").json["items"] == []
    assert sales.get(f"{path}/timeline?cursor={first['next_cursor']}").code == "cursor_invalid"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/text"),
        ({"text": ""}, "/text"),
        ({"text": " \n "}, "/text"),
        ({"text": None}, "/text"),
        ({"text": 5}, "/text"),
        ({"text": "x" * 10_001}, "/text"),
        ({"text": "nul \x00"}, "/text"),
        ({"text": "bidi \u202e"}, "/text"),
        ({"text": "Likes gold", "kind": "gossip"}, "/kind"),
        ({"text": "Likes gold", "author": "usr_1"}, "/author"),
    ],
)
def test_bad_notes_name_the_field_and_write_nothing(sales: Any, body: Any, pointer: str) -> None:
    path = made(sales)
    reply = sales.post(f"{path}/notes", body)
    assert (reply.status, reply.pointers) == (422, [pointer])
    assert kinds(sales, path) == ["customer_created"]
    kept = added(sales, path)
    corrected = sales.patch(kept.headers["Location"], body) if body and body != {"text": None} else None
    assert corrected is None or corrected.status == 422
    assert sales.get(kept.headers["Location"]).json == kept.json


def test_the_limit_is_surfaced_and_the_longest_note_fits(sales: Any) -> None:
    path = made(sales)
    assert "10000" in sales.post(f"{path}/notes", {"text": "x" * 10_001}).json["errors"][0]["detail"]
    longest = "ज" * 10_000
    assert added(sales, path, text=longest).json["text"] == longest


def test_archived_customers_keep_their_notes_and_take_no_more(sales: Any, manager: Any) -> None:
    path = made(sales)
    note = added(sales, path)
    manager.delete(path)
    for refused in (
        sales.post(f"{path}/notes", {"text": "Likes gold"}),
        sales.patch(note.headers["Location"], {"text": "Likes gold"}),
        sales.delete(note.headers["Location"]),
    ):
        assert (refused.status, refused.code) == (409, "archived")
        assert refused.json["conflict"]["id"] == path.rsplit("/", 1)[1]
    assert sales.get(f"{path}/notes").json["items"] == [note.json]


@pytest.mark.parametrize("role", ["inventory", "analyst"])
def test_notes_are_for_the_counter(sales: Any, people: dict[str, Any], role: str) -> None:
    path = made(sales)
    note = added(sales, path)
    for reply in (
        people[role].get(f"{path}/notes"),
        people[role].get(note.headers["Location"]),
        people[role].post(f"{path}/notes", {"text": "Likes gold"}),
        people[role].delete(note.headers["Location"]),
    ):
        assert reply.status == 403


def test_unknown_customers_and_notes_are_not_found(sales: Any) -> None:
    path = made(sales)
    note = added(sales, path).json["id"]
    elsewhere = made(sales)
    unknown = path[:-1] + ("0" if path[-1] != "0" else "1")
    for missing in (
        f"{elsewhere}/notes/{note}",
        f"{path}/notes/nte_1",
        f"{path}/notes/x%23y",
        f"{unknown}/notes/{note}",
    ):
        assert sales.get(missing).status == 404
        assert sales.patch(missing, {"text": "Likes gold"}).status == 404
        assert sales.delete(missing).status == 404
    for missing in (unknown, "/v1/customers/PROFILE"):
        assert sales.get(f"{missing}/notes").status == 404
        assert sales.post(f"{missing}/notes", {"text": "Likes gold"}).status == 404


def test_the_same_key_adds_one_note(sales: Any) -> None:
    path = made(sales)
    first = sales.post(f"{path}/notes", {"text": SECRET}, Idempotency_Key="once")
    again = sales.post(f"{path}/notes", {"text": SECRET}, Idempotency_Key="once")
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert sales.get(f"{path}/overview").json["analytics"]["notes"] == 1


def test_guidance(sales: Any) -> None:
    poor = added(sales, made(sales), text="Good customer").json
    assert {hint["code"] for hint in poor["guidance"]} == {"too_short", "opinion"}
    guide = sales.get("/v1/guides/notes").json
    assert guide["good"]
    assert guide["poor"]


def test_every_change_has_an_audit_entry_with_the_values(sales: Any) -> None:
    path = made(sales)
    note = added(sales, path)
    sales.patch(note.headers["Location"], {"text": "Likes emeralds"})
    sales.delete(note.headers["Location"])
    entries = [item for item in table().query_all(_audit_of(path)) if item["action"].startswith("note.")]
    assert [entry["action"] for entry in entries] == ["note.add", "note.correct", "note.withdraw"]
    assert SECRET in entries[1]["values"]


def _audit_of(path: str) -> Any:
    from chalicelib.repos.table import Range

    return Range(path.rsplit("/", 1)[1], begins=keys.AUDIT)


def test_each_costs_one_read_and_one_transaction(sales: Any) -> None:
    path = made(sales)
    sales.get(path)
    place = f"{path}/notes"
    with Meter(clients.dynamodb()) as meter:
        note = added(sales, path)
        sales.patch(note.headers["Location"], {"text": "Likes emeralds"})
        sales.delete(note.headers["Location"])
    assert meter.operations == ["GetItem", "TransactWriteItems"] * 3
    with Meter(clients.dynamodb()) as meter:
        added(sales, path)
        sales.get(place)
    assert meter.operations == ["GetItem", "TransactWriteItems", "Query"]
    assert meter.read_units <= 2
    assert meter.write_units <= 16
