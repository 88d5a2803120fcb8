"""The timeline and the 360 view over the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import instants
from chalicelib.wiring import clients
from tests.support.history import kinds, made
from tests.support.meter import Meter

pytestmark = pytest.mark.emulator


def ago(**past: float) -> str:
    return instants.to_text(datetime.now(UTC) - timedelta(**past))


def call(sales: Any, path: str, at: str) -> None:
    assert sales.post(f"{path}/calls", {"direction": "in", "duration_s": 60, "at": at}).status == 201


def test_newest_first_page_by_page_and_by_kind_and_time(sales: Any) -> None:
    path = made(sales)
    times = [ago(days=days) for days in (1, 2, 3, 4)]
    for at in times:
        call(sales, path, at)
    sales.post(f"{path}/notes", {"text": "Wants studs"})
    assert kinds(sales, path) == ["note_added", "customer_created", *["call_logged"] * 4]
    shown: list[str] = []
    cursor = ""
    while cursor is not None:
        page = sales.get(f"{path}/timeline?limit=2" + (f"&cursor={cursor}" if cursor else "")).json
        shown += [entry["at"] for entry in page["items"]]
        cursor = page["next_cursor"]
    assert shown == sorted(shown, reverse=True)
    assert len(shown) == 6
    by_kind = sales.get(f"{path}/timeline?kind=call_logged&limit=3").json
    assert [entry["at"] for entry in by_kind["items"]] == times[:3]
    rest = sales.get(f"{path}/timeline?kind=call_logged&limit=3&cursor={by_kind['next_cursor']}").json
    assert ([entry["at"] for entry in rest["items"]], rest["next_cursor"]) == (times[3:], None)
    between = sales.get(f"{path}/timeline?from={times[2]}&to={times[0]}").json["items"]
    assert [entry["at"] for entry in between] == times[1:3]
    assert sales.get(f"{path}/timeline?to={times[3]}").json["items"] == []
    assert sales.get(f"{path}/timeline?from=1950-01-01T00:00:00Z&to=1960-01-01T00:00:00Z").json["items"] == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("kind=Note%20Added", "/kind"),
        ("from=yesterday", "/from"),
        ("to=2026-13-01T00:00:00Z", "/to"),
        ("from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "/to"),
        ("since=2026-02-01T00:00:00Z", "/since"),
        ("limit=101", "/limit"),
    ],
)
def test_bad_queries_name_the_parameter(sales: Any, query: str, pointer: str) -> None:
    reply = sales.get(f"{made(sales)}/timeline?{query}")
    assert (reply.status, reply.pointers) == (422, [pointer])


def busy(sales: Any) -> str:
    """A customer with everything."""
    path = made(sales)
    sales.post(f"{path}/notes", {"text": "SECRET note"})
    call_body = {"direction": "in", "duration_s": 60, "outcome": "SECRET outcome"}
    sales.post(f"{path}/calls", call_body)
    sales.post(f"{path}/inquiries", {"text": "SECRET question"})
    sales.post(f"{path}/reminders", {"type": "other", "due_at": "2030-01-01T00:00:00Z", "note": "SECRET plan"})
    return path


def test_analysts_learn_what_happened_and_not_what_was_said(sales: Any, people: dict[str, Any]) -> None:
    path = busy(sales)
    number = sales.get(path).json["phones"][0]["e164"]
    for place in ("timeline", "overview"):
        assert sales.get(f"{path}/{place}").text.count("SECRET") >= 4
        blind = people["analyst"].get(f"{path}/{place}")
        assert blind.status == 200
        assert "SECRET" not in blind.text
        assert number not in blind.text
        assert people["inventory"].get(f"{path}/{place}").status == 403
        assert people["anonymous"].get(f"{path}/{place}").status == 401
    assert [entry["kind"] for entry in people["analyst"].get(f"{path}/timeline").json["items"]] == kinds(sales, path)
    assert people["analyst"].get(f"{path}/overview").json["links"] is None


def test_archived_customers_keep_their_history_and_unknown_ones_have_none(sales: Any, manager: Any) -> None:
    path = made(sales)
    manager.delete(path)
    assert kinds(sales, path) == ["customer_archived", "customer_created"]
    assert sales.get(f"{path}/overview").json["customer"]["status"] == "archived"
    for unknown in (path[:-1] + ("0" if path[-1] != "0" else "1"), "/v1/customers/SHOP"):
        assert sales.get(f"{unknown}/timeline").status == 404
        assert sales.get(f"{unknown}/overview").status == 404


def test_the_overview_counts_and_shows_the_newest(sales: Any) -> None:
    path = busy(sales)
    view = sales.get(f"{path}/overview").json
    figures = view["analytics"]
    assert {name: figures[name] for name in ("notes", "calls", "inquiries", "open_inquiries", "open_reminders")} == {
        "notes": 1,
        "calls": 1,
        "inquiries": 1,
        "open_inquiries": 1,
        "open_reminders": 1,
    }
    assert (figures["contact_state"], figures["days_since_contact"]) == ("recent", 0)
    assert figures["last_contact_at"] == view["customer"]["last_contact_at"]
    assert view["customer"] == sales.get(path).json
    assert view["timeline"] == sales.get(f"{path}/timeline?limit=20").json["items"]
    assert view["links"]["call"].startswith("tel:")


def test_the_contact_clock(sales: Any) -> None:
    path = made(sales)
    assert sales.get(f"{path}/overview").json["analytics"]["contact_state"] == "inactive"
    call(sales, path, ago(days=91))
    assert sales.get(f"{path}/overview").json["analytics"]["contact_state"] == "inactive"
    call(sales, path, ago(days=89))
    figures = sales.get(f"{path}/overview").json["analytics"]
    assert (figures["contact_state"], figures["days_since_contact"]) == ("quiet", 89)


def test_a_history_of_twenty_is_one_query_and_the_overview_two(sales: Any) -> None:
    path = busy(sales)
    for number in range(20):
        sales.post(f"{path}/notes", {"text": f"Wants studs number {number}"})
    with Meter(clients.dynamodb()) as meter:
        assert len(sales.get(f"{path}/timeline?limit=20").json["items"]) == 20
    assert meter.operations == ["Query"]
    assert meter.read_units <= 3
    with Meter(clients.dynamodb()) as meter:
        assert len(sales.get(f"{path}/overview").json["timeline"]) == 20
    assert meter.operations == ["Query", "Query"]
    assert meter.read_units <= 5
