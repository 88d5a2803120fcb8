"""What one person, or one store, has to do today."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain import instants
from chalicelib.wiring import clients
from tests.support.meter import Meter
from tests.support.staff import Person
from tests.support.sweeping import customer, location, own_table, zone_at_noon

pytestmark = pytest.mark.emulator
NAME, _ = zone_at_noon(datetime.now(UTC))
ZONE = ZoneInfo(NAME)
DAY = timedelta(days=1)


@pytest.fixture(scope="module", autouse=True)
def _own(deployment: dict[str, str], people: dict[str, Any]) -> Iterator[None]:
    with own_table("facet-today"):
        for api in people.values():
            api.get("/v1/me")
        yield


@pytest.fixture(scope="module")
def store(_own: None, people: dict[str, Any]) -> str:
    made = location(people["admin"], NAME)
    people["admin"].patch("/v1/settings", {"default_location": made})
    return made


def local_midnight() -> datetime:
    """The end of today at the store."""
    now = datetime.now(ZONE)
    return (now + DAY).replace(hour=0, minute=0, second=0, microsecond=0)


def text(moment: datetime) -> str:
    return instants.to_text(moment.astimezone(UTC))


class Colleague:
    """A member of staff of a test's own."""

    def __init__(self, deployment: dict[str, str], admin: Any, *locations: str) -> None:
        self.api = Person(deployment, "sales").signs_in()
        self.id = self.api.get("/v1/me").json["id"]
        if locations:
            assert admin.patch(f"/v1/users/{self.id}", {"locations": list(locations)}).status == 200

    def remind(self, customer_id: str, due_at: datetime) -> str:
        body = {"type": "other", "due_at": text(due_at), "assignee": self.id, "note": "Call"}
        reply = self.api.post(f"/v1/customers/{customer_id}/reminders", body)
        assert reply.status == 201, reply.text
        return str(reply.json["id"])

    def today(self, query: str = "") -> Any:
        reply = self.api.get(f"/v1/today{query}")
        assert reply.status == 200, reply.text
        return reply.json


@pytest.fixture
def meera(deployment: dict[str, str], admin: Any, store: str) -> Colleague:
    return Colleague(deployment, admin)


def test_the_day_of_one_person(sales: Any, manager: Any, meera: Any) -> None:
    here, gone, midnight = customer(sales, None, family_name="Rao"), customer(sales, None), local_midnight()
    later = meera.remind(here, midnight - timedelta(seconds=1))
    overdue = meera.remind(here, datetime.now(UTC) - timedelta(hours=20))
    meera.remind(here, midnight)
    meera.remind(gone, midnight - timedelta(hours=1))
    done = meera.remind(here, midnight - timedelta(hours=1))
    assert meera.api.patch(f"/v1/reminders/{done}", {"status": "done"}).status == 200
    assert manager.delete(f"/v1/customers/{gone}").status == 204
    body = {"text": "Any studs?", "channel": "web", "assignee": meera.id}
    inquiries = [sales.post(f"/v1/customers/{here}/inquiries", body).json["id"] for _ in range(2)]
    sales.post(f"/v1/customers/{here}/inquiries", {**body, "assignee": sales.get("/v1/me").json["id"]})
    day = midnight.date() - DAY
    cake, soon = (customer(sales, f"1990-{each:%m-%d}", assignee=meera.id) for each in (day, day + 7 * DAY))
    customer(sales, f"1990-{day + 8 * DAY:%m-%d}", assignee=meera.id)
    customer(sales, f"1990-{day:%m-%d}")
    found = meera.today()
    assert found["date"] == day.isoformat()
    assert [each["id"] for each in found["reminders"]] == [overdue, later]
    assert found["reminders"][0]["customer"] == {"id": here, "name": "Asha Rao"}
    assert found["reminders"][0]["note"] == "Call"
    assert [each["id"] for each in found["inquiries"]] == inquiries
    assert found["inquiries"][0]["customer"]["name"] == "Asha Rao"
    assert [each["customer"]["id"] for each in found["birthdays"]] == [cake]
    assert [each["customer"]["id"] for each in found["upcoming"]] == [soon]
    assert found["truncated"] is False
    assert meera.today("?assignee=me") == found
    assert sales.get(f"/v1/today?assignee={meera.id}").json == found


def test_the_day_of_a_store(deployment: Any, admin: Any, sales: Any, store: str, meera: Any) -> None:
    pune = location(admin, NAME)
    there = Colleague(deployment, admin, pune)
    soon = local_midnight() - timedelta(seconds=2)
    ours, theirs = meera.remind(customer(sales, None), soon), there.remind(customer(sales, None, pune), soon)
    day = local_midnight().date() - DAY
    at_home, at_theirs = customer(sales, f"--{day:%m-%d}"), customer(sales, f"--{day:%m-%d}", pune)
    found = meera.today(f"?location={pune}")
    assert [each["id"] for each in found["reminders"]] == [theirs]
    assert [each["customer"]["id"] for each in found["birthdays"]] == [at_theirs]
    found = meera.today(f"?location={store}")
    assert ours in [each["id"] for each in found["reminders"]]
    assert theirs not in [each["id"] for each in found["reminders"]]
    assert at_home in [each["customer"]["id"] for each in found["birthdays"]]
    assert meera.today(f"?location={pune}&assignee=me")["reminders"] == []


def test_a_person_has_the_day_of_their_store(deployment: Any, admin: Any, sales: Any) -> None:
    dates = [
        Colleague(deployment, admin, location(admin, zone)).today()["date"]
        for zone in ("Pacific/Kiritimati", "Pacific/Niue")
    ]
    first, second = map(date.fromisoformat, dates)
    assert first - second in (DAY, 2 * DAY)  # never the same day: 25 hours lie between them


def test_a_hundred_are_shown(sales: Any, meera: Any) -> None:
    here, soon = customer(sales, None), local_midnight() - timedelta(seconds=2)
    for _ in range(101):
        meera.remind(here, soon)
    found = meera.today()
    assert (len(found["reminders"]), found["truncated"]) == (100, True)


def test_it_is_bounded(sales: Any, meera: Any) -> None:
    meera.remind(customer(sales, None), local_midnight() - timedelta(seconds=2))
    meera.today()
    with Meter(clients.dynamodb()) as meter:
        meera.today()
    assert meter.operations.count("Query") in (9, 10)  # four and four, and the birthdays of one month or of two
    assert len(meter.operations) - meter.operations.count("Query") == 1
    assert meter.operations[8] == "BatchGetItem"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("assignee=usr_00000000000000000000000000", "/assignee"),
        ("assignee=x%23y", "/assignee"),
        ("location=loc_00000000000000000000000000", "/location"),
        ("date=2027-01-01", "/date"),
        ("limit=5", "/limit"),
    ],
)
def test_bad_input_is_refused(sales: Any, query: str, pointer: str) -> None:
    reply = sales.get(f"/v1/today?{query}")
    assert (reply.status, reply.pointers) == (422, [pointer])


def test_it_is_for_the_counter(people: dict[str, Any]) -> None:
    assert people["analyst"].get("/v1/today").status == people["inventory"].get("/v1/today").status == 403
