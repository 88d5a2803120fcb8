"""The list of birthdays over the API."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.wiring import clients
from tests.support.meter import Meter
from tests.support.sweeping import customer, location, own_table, zone_at_noon

pytestmark = pytest.mark.emulator
WEEK = "from=2027-03-10&to=2027-03-16"


@pytest.fixture(scope="module", autouse=True)
def _own(deployment: dict[str, str], people: dict[str, Any]) -> Iterator[None]:
    with own_table("facet-birthday-list"):
        for api in people.values():
            api.get("/v1/me")
        yield


@pytest.fixture(scope="module")
def store(_own: None, people: dict[str, Any]) -> str:
    return location(people["admin"], "Asia/Kolkata")


@pytest.fixture(scope="module")
def march(store: str, people: dict[str, Any]) -> dict[str, str]:
    """Birthdays in and around a week of March."""
    sales = people["sales"]
    me = sales.get("/v1/me").json["id"]
    return {
        "before": customer(sales, "1990-03-09"),
        "first": customer(sales, "1990-03-10", store, family_name="Rao"),
        "mine": customer(sales, "--03-12", assignee=me),
        "leap": customer(sales, "2000-02-29", store),
        "last": customer(sales, "1991-03-16"),
        "after": customer(sales, "1992-03-17"),
        "new_year": customer(sales, "1993-01-01"),
        "new_years_eve": customer(sales, "1994-12-31"),
    }


def found(api: Any, query: str) -> list[str]:
    """Ids of all pages."""
    ids: list[str] = []
    cursor = ""
    while cursor is not None:
        reply = api.get(f"/v1/birthdays?{query}" + (f"&cursor={cursor}" if cursor else ""))
        assert reply.status == 200, reply.text
        ids += [item["customer"]["id"] for item in reply.json["items"]]
        cursor = reply.json["next_cursor"]
        assert len(ids) <= 100, "the pages have no end"
    return ids


def test_a_week_within_a_month_is_one_query(sales: Any, march: dict[str, str]) -> None:
    sales.get(f"/v1/birthdays?{WEEK}")
    with Meter(clients.dynamodb()) as meter:
        reply = sales.get(f"/v1/birthdays?{WEEK}")
    assert meter.operations == ["Query"]
    assert [item["customer"]["id"] for item in reply.json["items"]] == [march[n] for n in ("first", "mine", "last")]
    assert reply.json["next_cursor"] is None


def test_what_is_shown(sales: Any, store: str, march: dict[str, str]) -> None:
    first, mine, _ = sales.get(f"/v1/birthdays?{WEEK}").json["items"]
    assert first == {
        "customer": {"id": march["first"], "name": "Asha Rao"},
        "date": "2027-03-10",
        "birthday": "1990-03-10",
        "turns": 37,
        "location": store,
        "assignee": None,
    }
    assert (mine["birthday"], mine["turns"], mine["date"]) == ("--03-12", None, "2027-03-12")


def test_the_end_of_a_year_and_of_february(sales: Any, march: dict[str, str]) -> None:
    assert found(sales, "from=2026-12-28&days=7&limit=1") == [march["new_years_eve"], march["new_year"]]
    assert found(sales, "from=2027-02-28&days=1") == [march["leap"]]
    assert found(sales, "from=2027-03-01&days=1") == []
    assert found(sales, "from=2028-02-28&days=1") == []
    leap = sales.get("/v1/birthdays?from=2028-02-29&days=1").json["items"]
    assert [(item["date"], item["turns"]) for item in leap] == [("2028-02-29", 28)]
    assert found(sales, "from=2027-01-01&to=2027-03-03&limit=1") == [march["new_year"], march["leap"]]


def test_pages_hold_everybody_once(sales: Any, march: dict[str, str]) -> None:
    everybody = [march[name] for name in ("new_year", "leap", "before", "first", "mine", "last", "after")]
    for limit in (1, 2, 3, 7, 100):
        assert found(sales, f"from=2027-01-01&to=2027-02-28&limit={limit}") == everybody[:2]
        assert found(sales, f"from=2027-02-01&to=2027-03-31&limit={limit}") == everybody[1:]


def test_narrowed(sales: Any, admin: Any, store: str, march: dict[str, str]) -> None:
    me = sales.get("/v1/me").json["id"]
    assert found(sales, f"{WEEK}&assignee={me}&limit=1") == [march["mine"]]
    assert found(sales, f"from=2027-02-01&to=2027-03-31&location={store}&limit=1") == [march["leap"], march["first"]]
    assert admin.patch("/v1/settings", {"default_location": store}).status == 200
    assert found(sales, f"{WEEK}&location={store}") == [march[name] for name in ("first", "mine", "last")]
    assert admin.patch("/v1/settings", {"default_location": None}).status == 200


def test_a_changed_customer_is_found_anew(sales: Any, manager: Any, march: dict[str, str]) -> None:
    here = customer(sales, "1990-07-07")
    query = "from=2027-07-01&to=2027-07-31"
    assert found(sales, query) == [here]
    sales.patch(f"/v1/customers/{here}", {"birthday": "1990-07-08", "given_name": "Nisha"})
    (item,) = sales.get(f"/v1/birthdays?{query}").json["items"]
    assert (item["date"], item["customer"]["name"]) == ("2027-07-08", "Nisha")
    manager.delete(f"/v1/customers/{here}")
    assert found(sales, query) == []


def test_the_next_seven_days_by_default(sales: Any, admin: Any) -> None:
    zone, there = zone_at_noon(datetime.now(UTC))
    admin.patch("/v1/settings", {"default_location": location(admin, zone)})
    days = [there + timedelta(days=n) for n in (-1, 0, 6, 7)]
    _, first, last, _ = (customer(sales, day.strftime("--%m-%d")) for day in days)
    assert {first, last} == set(found(sales, "")) & {first, last}
    dates = [item["date"] for item in sales.get("/v1/birthdays").json["items"]]
    assert (min(dates), max(dates)) == (days[1].date().isoformat(), days[2].date().isoformat())


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("from=2027-02-30", "/from"),
        ("from=2027-03-10&to=2027-03-09", "/to"),
        ("from=2027-01-01&to=2027-03-04", "/to"),
        ("from=2027-01-01&to=2027-01-02&days=2", "/days"),
        ("days=0", "/days"),
        ("days=63", "/days"),
        ("days=x", "/days"),
        ("from=9999-12-31", "/from"),
        ("to=0001-01-01", "/to"),
        ("limit=101", "/limit"),
        ("location=a%E2%80%AEb", "/location"),
        ("month=3", "/month"),
    ],
)
def test_bad_input_is_refused(sales: Any, query: str, pointer: str) -> None:
    reply = sales.get(f"/v1/birthdays?{query}")
    assert (reply.status, reply.pointers) == (422, [pointer])


def test_a_cursor_belongs_to_its_list(sales: Any, march: dict[str, str]) -> None:
    cursor = sales.get(f"/v1/birthdays?{WEEK}&limit=1").json["next_cursor"]
    assert sales.get(f"/v1/birthdays?from=2027-03-11&to=2027-03-16&cursor={cursor}").status == 422


def test_names_are_for_the_counter(people: dict[str, Any]) -> None:
    statuses = {role: people[role].get("/v1/birthdays").status for role in ("sales", "analyst", "inventory")}
    assert statuses == {"sales": 200, "analyst": 403, "inventory": 403}
