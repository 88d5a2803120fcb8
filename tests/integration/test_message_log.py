"""The log of all messages and the figures over the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain import instants
from chalicelib.wiring import clients
from tests.support.letters import agrees, reachable, sent
from tests.support.meter import Meter

pytestmark = pytest.mark.emulator
LONG_AGO = datetime(2019, 5, 1, 12, tzinfo=UTC)  # days of this module's own: what is logged may lie in the past


def logged(api: Any, customer_id: str, days: float, **fields: Any) -> dict[str, Any]:
    at = instants.to_text(LONG_AGO + timedelta(days=days))
    return sent(api, customer_id, **{"channel": "letter", "at": at, **fields})


def listed(api: Any, query: str) -> list[dict[str, Any]]:
    reply = api.get(f"/v1/messages?{query}")
    assert reply.status == 200, reply.text
    items: list[dict[str, Any]] = reply.json["items"]
    return items


def test_the_log_is_newest_first_over_days_and_pages(sales: Any, manager: Any) -> None:
    customer = reachable(sales)
    made = [logged(sales, customer["id"], days)["id"] for days in (0, 0.1, 1, 3, 40)]
    span = "from=2019-05-01&to=2019-07-01"
    found: list[str] = []
    path = f"/v1/messages?{span}&limit=2"
    for _ in range(8):
        page = manager.get(path).json
        found += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        path = f"/v1/messages?{span}&limit=2&cursor={page['next_cursor']}"
    assert found == made[::-1]
    first = listed(manager, span)[0]
    assert first["customer"] == {"id": customer["id"], "name": "Asha Rao"}


def test_the_log_can_be_narrowed(sales: Any, manager: Any) -> None:
    one, other = reachable(sales), reachable(sales)
    letter = logged(sales, one["id"], 100)
    came = logged(sales, one["id"], 100.1, channel="visit", direction="in", purpose="care")
    theirs = logged(sales, other["id"], 101)
    day = (LONG_AGO + timedelta(days=100)).date().isoformat()
    span = f"from={day}&to={(LONG_AGO + timedelta(days=101)).date().isoformat()}"
    for query, expected in (
        ("", [theirs, came, letter]),
        ("&channel=visit", [came]),
        ("&status=logged", [theirs, letter]),
        ("&purpose=care", [came]),
        ("&template=birthday", []),
        (f"&customer_id={one['id']}", [came, letter]),
        (f"&customer_id={one['id']}&status=logged", [letter]),
    ):
        assert [each["id"] for each in listed(manager, span + query)] == [each["id"] for each in expected]
    assert [each["id"] for each in listed(manager, f"from={day}&to={day}")] == [came["id"], letter["id"]]


def test_today_is_in_it_unless_days_are_named(sales: Any, manager: Any) -> None:
    customer = reachable(sales)
    made = sent(sales, customer["id"])
    assert [each["id"] for each in listed(manager, f"customer_id={customer['id']}")] == [made["id"]]
    sales.post(f"/v1/messages/{made['id']}/cancel")
    assert listed(manager, f"customer_id={customer['id']}&status=suppressed") == []


def test_sales_see_those_of_their_own_customers(sales: Any, manager: Any) -> None:
    managers, own = manager.get("/v1/me").json["id"], sales.get("/v1/me").json["id"]
    made = {}
    for assignee in (managers, own, None):
        customer = reachable(manager, assignee=assignee)
        made[assignee] = logged(manager, customer["id"], 200)["id"]
    day = (LONG_AGO + timedelta(days=200)).date().isoformat()
    span = f"from={day}&to={day}"
    assert {each["id"] for each in listed(manager, span)} == set(made.values())
    assert {each["id"] for each in listed(sales, span)} == {made[own], made[None]}


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("from=2026-01-01&to=2026-04-03", "/from"),
        ("from=2026-01-02&to=2026-01-01", "/to"),
        ("from=2026-02-30", "/from"),
        ("to=yesterday", "/to"),
        ("status=read", "/status"),
        ("channel=fax", "/channel"),
        ("purpose=x", "/purpose"),
        ("template=A%20b", "/template"),
        ("limit=101", "/limit"),
        ("cursor=x", "/cursor"),
        ("day=2026-01-01", "/day"),
    ],
)
def test_a_bad_filter_is_named(manager: Any, query: str, pointer: str) -> None:
    reply = manager.get(f"/v1/messages?{query}")
    assert (reply.status, reply.pointers) == (422, [pointer]), reply.text


@pytest.mark.parametrize("last", ["0001-01-01", "9999-12-31"])
def test_any_day_of_the_calendar_may_be_asked_for(manager: Any, last: str) -> None:
    assert listed(manager, f"to={last}") == []


def test_a_page_costs_a_query_a_day_and_one_read_of_what_it_shows(sales: Any, manager: Any) -> None:
    customer = reachable(sales)
    for days in (300, 301):
        logged(sales, customer["id"], days)
    first, last = ((LONG_AGO + timedelta(days=days)).date().isoformat() for days in (300, 301))
    manager.get("/v1/messages?to=2018-01-01")
    with Meter(clients.dynamodb()) as meter:
        assert len(listed(manager, f"from={first}&to={last}")) == 2
    assert meter.operations == ["Query", "Query", "BatchGetItem"]


def figures(api: Any, query: str) -> Any:
    reply = api.get(f"/v1/messages/figures?{query}")
    assert reply.status == 200, reply.text
    return reply.json


def test_the_figures_count_without_naming_anybody(people: dict[str, Any], sales: Any) -> None:
    customer = reachable(sales)
    for days, channel, direction in ((400, "letter", "out"), (400, "letter", "out"), (401, "visit", "in")):
        logged(sales, customer["id"], days, channel=channel, direction=direction)
    first, last = ((LONG_AGO + timedelta(days=days)).date().isoformat() for days in (400, 401))
    letters = {"channel": "letter", "purpose": "service", "status": "logged", "count": 2}
    visits = {"channel": "visit", "purpose": "service", "status": "received", "count": 1}
    for role in ("analyst", "manager", "admin"):
        found = figures(people[role], f"from={first}&to={last}")
        assert found == {"from": first, "to": last, "total": 3, "counts": [letters, visits]}
    assert figures(people["analyst"], f"day={first}") == {"from": first, "to": first, "total": 2, "counts": [letters]}
    for role in ("sales", "inventory"):
        assert people[role].get("/v1/messages/figures").status == 403


def test_the_figures_follow_what_becomes_of_a_message(people: dict[str, Any], sales: Any) -> None:
    def suppressed() -> int:
        counts = figures(people["analyst"], "")["counts"]
        return sum(each["count"] for each in counts if each["status"] == "suppressed" and each["channel"] == "email")

    customer = reachable(sales)
    agrees(sales, customer["id"])
    before = suppressed()
    made = sent(sales, customer["id"], send_at=instants.to_text(datetime.now(UTC) + timedelta(days=1)))
    assert suppressed() == before
    sales.post(f"/v1/messages/{made['id']}/cancel")
    assert suppressed() == before + 1


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("from=2026-01-01&to=2026-02-01", "/from"),
        ("day=2026-01-01&from=2026-01-01", "/day"),
        ("day=2026-00-01", "/day"),
        ("to=2026-01-01&from=2026-01-02", "/to"),
        ("limit=3", "/limit"),
    ],
)
def test_days_that_cannot_be_counted_are_named(manager: Any, query: str, pointer: str) -> None:
    reply = manager.get(f"/v1/messages/figures?{query}")
    assert (reply.status, reply.pointers) == (422, [pointer]), reply.text


def test_an_analyst_reads_no_message(people: dict[str, Any]) -> None:
    assert people["analyst"].get("/v1/messages").status == 403
