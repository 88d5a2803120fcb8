"""Reminders over the API."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.reminders.model import Reminder
from chalicelib.repos.reminders import ReminderWriter
from chalicelib.repos.transaction import Retry
from chalicelib.wiring import clients
from tests.support.history import kinds, made, timeline
from tests.support.meter import Meter
from tests.support.work import a_transaction

pytestmark = pytest.mark.emulator
DUE = "2030-03-08T10:00:00Z"


def reminded(sales: Any, path: str, **fields: Any) -> Any:
    body = {"type": "anniversary", "due_at": DUE, "note": "Suggest earrings", **fields}
    reply = sales.post(f"{path}/reminders", body)
    assert reply.status == 201, reply.text
    return reply


def listed(sales: Any, query: str) -> list[str]:
    """Ids of all pages of two."""
    found: list[str] = []
    cursor = ""
    while cursor is not None:
        reply = sales.get(f"/v1/reminders?limit=2&{query}" + (f"&cursor={cursor}" if cursor else ""))
        assert reply.status == 200, reply.text
        found += [item["id"] for item in reply.json["items"]]
        cursor = reply.json["next_cursor"]
    return found


def test_a_reminder_is_read_back_and_on_the_timeline(sales: Any) -> None:
    path = made(sales)
    reminder = reminded(sales, path)
    assert reminder.headers["Location"] == f"/v1/reminders/{reminder.json['id']}"
    assert (reminder.json["status"], reminder.json["due_at"]) == ("open", "2030-03-08T10:00:00.000Z")
    assert reminder.json["assignee"] == reminder.json["created_by"]["id"]
    assert sales.get(reminder.headers["Location"]).json == reminder.json
    assert sales.get(f"{path}/reminders").json["items"] == [reminder.json]
    newest = timeline(sales, path)[0]
    assert (newest["kind"], newest["data"]["note"]) == ("reminder_set", "Suggest earrings")
    (waiting,) = sales.get(f"{path}/overview").json["open_reminders"]
    assert (waiting["id"], waiting["note"]) == (reminder.json["id"], "Suggest earrings")
    assert sales.get(path).json["last_contact_at"] is None


def test_reschedule_complete_reopen_cancel(sales: Any, manager: Any) -> None:
    path = made(sales)
    place = reminded(sales, path).headers["Location"]
    assert manager.patch(place, {"due_at": "2031-01-01T00:00:00+01:00"}).json["due_at"] == "2030-12-31T23:00:00.000Z"
    done = manager.patch(place, {"status": "done"}, If_Match='"2"')
    assert (done.json["status"], done.json["done_by"]["name"], done.headers["ETag"]) == ("done", "Manager", '"3"')
    assert sales.get(f"{path}/overview").json["open_reminders"] == []
    assert sales.patch(place, {"status": "open"}, If_Match='"2"').status == 412
    assert sales.patch(place, {"status": "open"}).json["done_at"] is None
    assert len(sales.get(f"{path}/overview").json["open_reminders"]) == 1
    assert sales.delete(place).status == 204
    assert sales.delete(place).status == 204
    assert (sales.get(place).json["status"], sales.patch(place, {"note": "x"}).code) == ("cancelled", "cancelled")
    assert sales.get(f"{path}/overview").json["analytics"]["open_reminders"] == 0
    assert kinds(sales, path) == [
        "reminder_cancelled",
        "reminder_reopened",
        "reminder_completed",
        "reminder_rescheduled",
        "reminder_set",
        "customer_created",
    ]


def test_the_screen_lists_in_due_order_page_by_page(sales: Any) -> None:
    path = made(sales)
    days = [9, 2, 7, 4, 1, 8, 3, 6, 5]
    places = {day: reminded(sales, path, due_at=f"2031-05-0{day}T10:00:00Z").json["id"] for day in days}
    window = "due_after=2031-05-01T00:00:00Z&due_before=2031-06-01T00:00:00Z"
    assert listed(sales, window) == [places[day] for day in sorted(days)]
    narrow = "due_after=2031-05-03T10:00:00Z&due_before=2031-05-06T10:00:00Z"
    assert listed(sales, narrow) == [places[day] for day in (3, 4, 5)]
    assert listed(sales, "due_after=2031-05-09T00:00:00Z&due_before=2031-05-01T00:00:00Z") == []
    item = sales.get(f"/v1/reminders?{window}").json["items"][0]
    assert item["customer"] == {"id": path.rsplit("/", 1)[1], "name": "Asha Rao"}


def test_the_screen_is_filtered(sales: Any, manager: Any) -> None:
    path, other = made(sales), made(sales)
    mine = reminded(sales, path, due_at="2032-01-01T00:00:00Z").json
    theirs = reminded(manager, other, due_at="2032-01-02T00:00:00Z").json
    done = reminded(sales, other, due_at="2032-01-03T00:00:00Z").json
    sales.patch(f"/v1/reminders/{done['id']}", {"status": "done"})
    window = "due_after=2032-01-01T00:00:00Z&due_before=2032-02-01T00:00:00Z"
    assert listed(sales, window) == [mine["id"], theirs["id"]]
    assert listed(sales, f"{window}&assignee={theirs['assignee']}") == [theirs["id"]]
    assert listed(sales, f"{window}&status=done") == [done["id"]]
    assert listed(sales, f"{window}&customer_id={mine['customer_id']}") == [mine["id"]]
    assert listed(sales, f"customer_id={done['customer_id']}&status=done") == [done["id"]]
    assert listed(sales, f"{window}&assignee=usr_nobody") == []
    manager.delete(other)
    assert listed(sales, window) == [mine["id"]]
    manager.post(f"{other}/restore")
    assert listed(sales, window) == [mine["id"], theirs["id"]]


def test_a_rescheduled_reminder_moves_in_the_list(sales: Any) -> None:
    path = made(sales)
    first = reminded(sales, path, due_at="2033-01-01T00:00:00Z").json["id"]
    second = reminded(sales, path, due_at="2033-01-02T00:00:00Z").json["id"]
    window = "due_after=2033-01-01T00:00:00Z&due_before=2033-02-01T00:00:00Z"
    sales.patch(f"/v1/reminders/{first}", {"due_at": "2033-01-03T00:00:00Z"})
    assert listed(sales, window) == [second, first]
    sales.patch(
        f"/v1/reminders/{second}", {"assignee": sales.get(f"/v1/reminders/{first}").json["assignee"], "note": ""}
    )
    assert listed(sales, window) == [second, first]
    sales.delete(f"/v1/reminders/{second}")
    assert listed(sales, window) == [first]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"type": "wake_up"}, "/type"),
        ({"due_at": None}, "/due_at"),
        ({"due_at": "2020-01-01T00:00:00Z"}, "/due_at"),
        ({"due_at": "2027-02-30T00:00:00Z"}, "/due_at"),
        ({"due_at": "2027-02-03T00:00:00"}, "/due_at"),
        ({"due_at": 1_900_000_000}, "/due_at"),
        ({"note": "x" * 10_001}, "/note"),
        ({"note": "\x07"}, "/note"),
        ({"assignee": "usr_nobody"}, "/assignee"),
        ({"customer_id": "cus_1"}, "/customer_id"),
    ],
)
def test_bad_reminders_name_the_field_and_write_nothing(sales: Any, wrong: dict[str, Any], pointer: str) -> None:
    path = made(sales)
    body = {"type": "other", "due_at": DUE, **wrong}
    reply = sales.post(f"{path}/reminders", body)
    assert (reply.status, reply.pointers) == (422, [pointer])
    assert kinds(sales, path) == ["customer_created"]
    kept = reminded(sales, path)
    changed = sales.patch(kept.headers["Location"], wrong)
    assert (changed.status, changed.pointers) == (422, [pointer])
    assert sales.get(kept.headers["Location"]).json == kept.json


@pytest.mark.parametrize(
    "query",
    [
        "status=cancelled",
        "due_before=soon",
        "customer_id=SHOP",
        "limit=0",
        "limit=101",
        "cursor=x",
        "colour=red",
        "assignee=",
    ],
)
def test_bad_queries(sales: Any, query: str) -> None:
    reply = sales.get(f"/v1/reminders?{query}")
    assert (reply.status, reply.pointers) == (422, [f"/{query.split('=', maxsplit=1)[0]}"])


def test_archived_unknown_and_forbidden(sales: Any, manager: Any, people: dict[str, Any]) -> None:
    path = made(sales)
    place = reminded(sales, path).headers["Location"]
    assert people["analyst"].get("/v1/reminders").status == 403
    assert people["inventory"].patch(place, {"status": "done"}).status == 403
    for missing in (
        place[:-1] + ("0" if place[-1] != "0" else "1"),
        "/v1/reminders/rem_1",
        f"/v1/reminders/{path[14:]}",
    ):
        assert sales.get(missing).status == 404
        assert sales.patch(missing, {"status": "done"}).status == 404
        assert sales.delete(missing).status == 404
    manager.delete(path)
    for refused in (
        sales.post(f"{path}/reminders", {"type": "other", "due_at": DUE}),
        sales.patch(place, {"status": "done"}),
        sales.delete(place),
    ):
        assert (refused.status, refused.code) == (409, "archived")


Write = Callable[[ReminderWriter, Customer, Reminder], None]
STALE: dict[str, Write] = {
    "change": lambda writer, _, was: writer.change(
        was, replace(was, version=2, note="Late", due_at="2031-01-01T00:00:00.000Z")
    ),
    "add": lambda writer, customer, was: writer.add(customer, replace(was, note="Late")),
}


@pytest.mark.parametrize("write", STALE.values(), ids=list(STALE))
def test_what_somebody_wrote_meanwhile_stays(sales: Any, write: Write) -> None:
    """A reminder that was read, or was not there, before somebody else wrote it."""
    path = made(sales)
    place = reminded(sales, path).headers["Location"]
    work = a_transaction()
    writer = ReminderWriter(work)
    was = writer.get(place.rpartition("/")[2])
    now = sales.patch(place, {"note": "First"}).json
    write(writer, writer.customer(was.customer_id), was)
    with pytest.raises(Retry):
        work.commit()
    assert sales.get(place).json == now
    assert listed(sales, f"customer_id={was.customer_id}&status=open") == [was.id]
    assert kinds(sales, path) == ["reminder_changed", "reminder_set", "customer_created"]


def test_types_say_when_to_use_them(sales: Any) -> None:
    types = sales.get("/v1/reminder-types").json["items"]
    assert len(types) == 6
    assert all(each["name"] and each["meaning"] and each["when_to_use"] for each in types)


def test_each_costs_one_read_and_one_transaction(sales: Any) -> None:
    path = made(sales)
    sales.get(path)
    with Meter(clients.dynamodb()) as meter:
        place = reminded(sales, path).headers["Location"]
        sales.patch(place, {"due_at": "2034-01-01T00:00:00Z"})
        sales.patch(place, {"status": "done"})
        sales.delete(place)
    assert meter.operations == ["GetItem", "TransactWriteItems"] * 4
    assert all(call.write_units <= 21 for call in meter.calls)
    reminded(sales, path, due_at="2034-05-01T00:00:00Z")
    with Meter(clients.dynamodb()) as meter:
        sales.get("/v1/reminders?due_after=2034-05-01T00:00:00Z&due_before=2034-05-02T00:00:00Z")
    assert meter.operations == ["Query"] * 4 + ["BatchGetItem"]
