"""The follow-up sweep: staff are told once of what is due, in the morning of their store or when it falls due."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support import history_invariants
from tests.support.api import Api
from tests.support.staff import Person
from tests.support.sweeping import at, by_hand, customer, events, items, location, own_table, tick

pytestmark = pytest.mark.emulator
DAY = timedelta(days=1)


@pytest.fixture(scope="module", autouse=True)
def _own(deployment: dict[str, str]) -> Iterator[None]:
    with own_table("facet-follow-ups"):
        yield


@pytest.fixture(scope="module")
def store(_own: None, people: dict[str, Any]) -> str:
    """The default store."""
    for api in people.values():
        api.get("/v1/me")
    made = location(people["admin"], "Asia/Kolkata")
    assert people["admin"].patch("/v1/settings", {"default_location": made}).status == 200
    return made


class Colleague:
    """A member of staff of a test's own."""

    def __init__(self, deployment: dict[str, str], admin: Api, *roles: str, locations: tuple[str, ...] = ()) -> None:
        self.api = Person(deployment, *roles).signs_in()
        self.id = self.api.get("/v1/me").json["id"]
        self._admin = admin
        self.change(locations=list(locations))

    def change(self, **fields: Any) -> None:
        """Change the directory."""
        reply = self._admin.patch(f"/v1/users/{self.id}", fields)
        assert reply.status == 200, reply.text

    def digests(self) -> list[dict[str, Any]]:
        """What they were told, oldest first."""
        return events(self.id, "digest_due")

    def remind(self, customer_id: str, due_at: str, **fields: Any) -> str:
        """The id of a reminder of theirs."""
        body = {"type": "other", "due_at": due_at, "assignee": self.id}
        reply = self.api.post(f"/v1/customers/{customer_id}/reminders", body | fields)
        assert reply.status == 201, reply.text
        return str(reply.json["id"])


@pytest.fixture
def meera(deployment: dict[str, str], admin: Any, store: str) -> Colleague:
    return Colleague(deployment, admin, "sales", locations=(store,))


def told(colleague: Colleague) -> list[list[str]]:
    """The reminders of each digest."""
    return [digest["reminder_ids"] for digest in colleague.digests()]


def test_the_morning_tells_of_the_day_and_a_tick_of_what_falls_due_since(sales: Any, store: str, meera: Any) -> None:
    here = customer(sales, None)
    today = meera.remind(here, "2027-03-15T12:00:00Z")
    before_midnight = meera.remind(here, "2027-03-15T18:29:00Z")
    tomorrow = meera.remind(here, "2027-03-15T18:30:00Z")
    overdue = meera.remind(here, "2027-03-14T20:00:00Z")
    tick("follow-ups", "2027-03-15T03:15")
    assert told(meera) == []
    tick("follow-ups", "2027-03-15T03:30")
    assert told(meera) == [[overdue, today, before_midnight]]
    (digest,) = meera.digests()
    assert (digest["staff_id"], digest["date"], digest["location_id"]) == (meera.id, "2027-03-15", store)
    new = meera.remind(here, "2027-03-15T13:00:00Z")
    tick("follow-ups", "2027-03-15T12:45")
    assert len(told(meera)) == 1
    tick("follow-ups", "2027-03-15T13:00")
    tick("follow-ups", "2027-03-15T13:15")
    assert told(meera)[1:] == [[new]]
    tick("follow-ups", "2027-03-16T00:00")  # night there: it waits for the morning
    assert len(told(meera)) == 2
    tick("follow-ups", "2027-03-16T03:45")
    assert told(meera)[2:] == [[tomorrow]]
    due = events(here, "reminder_due")
    assert {each["reminder_id"] for each in due[:3]} == {overdue, today, before_midnight}  # in one millisecond
    assert [each["reminder_id"] for each in due[3:]] == [new, tomorrow]
    assert {each["staff_id"] for each in due} == {meera.id}


def test_rescheduled_and_reassigned_is_told_again(
    deployment: Any, admin: Any, sales: Any, store: str, meera: Any
) -> None:
    here, other = customer(sales, None), Colleague(deployment, admin, "sales", locations=(store,))
    reminder = meera.remind(here, "2027-04-01T12:00:00Z")
    tick("follow-ups", "2027-04-01T04:00")
    assert meera.api.patch(f"/v1/reminders/{reminder}", {"note": "Bring the catalogue"}).status == 200
    tick("follow-ups", "2027-04-01T12:15")
    assert told(meera) == [[reminder]]
    assert meera.api.patch(f"/v1/reminders/{reminder}", {"due_at": "2027-04-02T12:00:00Z"}).status == 200
    tick("follow-ups", "2027-04-02T04:00")
    assert told(meera) == [[reminder], [reminder]]
    assert meera.api.patch(f"/v1/reminders/{reminder}", {"assignee": other.id}).status == 200
    tick("follow-ups", "2027-04-02T12:15")
    assert (len(told(meera)), told(other)) == (2, [[reminder]])
    assert meera.api.patch(f"/v1/reminders/{reminder}", {"status": "done"}).status == 200
    assert [item for item in items("REMINDERS#open#0") if reminder in item["sk"]] == []


def test_done_and_archived_are_left_out(sales: Any, manager: Any, store: str, meera: Any) -> None:
    stays, goes = customer(sales, None), customer(sales, None)
    kept, finished = meera.remind(stays, "2027-05-01T12:00:00Z"), meera.remind(stays, "2027-05-01T12:01:00Z")
    meera.remind(goes, "2027-05-01T12:02:00Z")
    assert meera.api.patch(f"/v1/reminders/{finished}", {"status": "done"}).status == 200
    assert manager.delete(f"/v1/customers/{goes}").status == 204
    tick("follow-ups", "2027-05-01T04:00")
    assert told(meera) == [[kept]]
    assert events(goes, "reminder_due") == []


@pytest.mark.parametrize("what", ["done", "archived"])
def test_what_goes_between_the_look_and_the_mark_is_left_out(
    sales: Any, manager: Any, meera: Any, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.repos.follow_ups import FollowUpReader

    day = "2027-05-10" if what == "done" else "2027-05-11"
    stays, goes = customer(sales, None), customer(sales, None)
    kept, gone = meera.remind(stays, f"{day}T12:00:00Z"), meera.remind(goes, f"{day}T12:01:00Z")
    real = FollowUpReader.customers

    def changing(self: FollowUpReader, ids: Any) -> Any:
        found = real(self, ids)
        if what == "done":
            assert meera.api.patch(f"/v1/reminders/{gone}", {"status": "done"}).status == 200
        else:
            assert manager.delete(f"/v1/customers/{goes}").status == 204
        return found

    monkeypatch.setattr(FollowUpReader, "customers", changing)
    tick("follow-ups", f"{day}T04:00")
    assert told(meera) == [[kept]]
    assert events(goes, "reminder_due") == []


def test_many_are_told_in_parts_that_fit_into_a_transaction(sales: Any, meera: Any) -> None:
    here = [customer(sales, "1990-06-01", assignee=meera.id) for _ in range(20)]
    mine = {meera.remind(each, "2027-06-01T12:00:00Z") for each in here} | {
        meera.remind(each, "2027-06-01T13:00:00Z") for each in here
    }
    found = tick("follow-ups", "2027-06-01T04:00")
    assert found["appended"] == 40
    parts = told(meera)
    assert sorted(map(len, parts)) == [2, 19, 19]
    assert {reminder for part in parts for reminder in part} == mine
    digests = sorted(meera.digests(), key=lambda digest: -len(digest["birthday_ids"]))
    assert sorted(digests[0]["birthday_ids"]) == sorted(here)
    assert [digest["birthday_ids"] for digest in digests[1:]] == [[], []]


def test_birthdays_of_ones_customers_come_once(sales: Any, meera: Any) -> None:
    here = customer(sales, "2000-02-29", assignee=meera.id)
    customer(sales, "1990-02-28")
    tick("follow-ups", "2027-02-28T04:00")
    by_hand({"sweep": "follow-ups", "date": "2027-02-28"}, "2027-02-28T05:00")
    (digest,) = meera.digests()
    assert (digest["birthday_ids"], digest["reminder_ids"], digest["inquiry_ids"]) == ([here], [], [])


def test_an_inquiry_waits_for_two_days(deployment: Any, admin: Any, sales: Any, store: str) -> None:
    """Inquiries come now, so the sweep runs in two days' time."""
    managers = [Colleague(deployment, admin, "manager", locations=(store,)) for _ in range(2)]
    here = customer(sales, None)
    inquiry = sales.post(f"/v1/customers/{here}/inquiries", {"text": "Any studs?", "channel": "web"}).json
    assert {each.id for each in managers} <= set(inquiry["assignees"])
    day = datetime.now(UTC).replace(hour=4, minute=0, second=0, microsecond=0)
    tick("follow-ups", day + 2 * DAY - DAY)
    assert all(each.digests() == [] for each in managers)
    ripe = max(day + 2 * DAY, datetime.now(UTC) + 2 * DAY)
    tick("follow-ups", ripe + DAY)
    assert [[digest["inquiry_ids"] for digest in each.digests()] for each in managers] == [[[inquiry["id"]]]] * 2
    tick("follow-ups", ripe + DAY + timedelta(minutes=15))
    waiting = events(here, "inquiry_waiting")
    assert len(waiting) == len(inquiry["assignees"])
    assert {each["staff_id"] for each in waiting} == set(inquiry["assignees"])
    assert sales.patch(f"/v1/customers/{here}/inquiries/{inquiry['id']}", {"status": "answered"}).status == 200
    for each in managers:
        each.change(disabled=True)


def test_the_managers_stand_in_for_somebody_who_left(deployment: Any, admin: Any, sales: Any) -> None:
    pune = location(admin, "Asia/Kolkata")
    gone = Colleague(deployment, admin, "sales", locations=(pune,))
    boss = Colleague(deployment, admin, "manager", locations=(pune,))
    reminder = gone.remind(customer(sales, None, pune), "2027-07-01T12:00:00Z")
    gone.change(disabled=True)
    tick("follow-ups", "2027-07-01T04:00")
    assert (told(gone), told(boss)) == ([], [[reminder]])
    tick("follow-ups", "2027-07-01T12:15")
    assert told(boss) == [[reminder]]


@pytest.mark.usefixtures("store")
def test_each_colleague_has_the_morning_of_their_store(deployment: Any, admin: Any, sales: Any) -> None:
    niue = location(admin, "Pacific/Niue")
    here = Colleague(deployment, admin, "sales", locations=(niue,))
    due = [here.remind(customer(sales, None), f"2027-08-01T{hour}:00:00Z") for hour in (12, 22)]
    tick("follow-ups", "2027-08-01T04:00")  # the morning of the default store, where it is due today as well
    assert told(here) == []
    tick("follow-ups", "2027-08-01T20:00")
    assert (told(here), here.digests()[0]["location_id"]) == ([due], niue)


def test_after_an_outage_nothing_is_forgotten(sales: Any, manager: Any, store: str, meera: Any) -> None:
    tick("follow-ups", "2027-09-01T18:00")
    reminder = meera.remind(customer(sales, None), "2027-09-02T12:00:00Z")
    tick("follow-ups", "2027-09-04T18:00")
    assert told(meera) == [[reminder]]
    query = f"from=2027-09-02&to=2027-09-04&location={store}"
    runs = manager.get(f"/v1/sweeps/follow-ups/runs?{query}").json["items"]
    assert [(run["date"], run["status"]) for run in runs] == [
        ("2027-09-04", "done"),
        ("2027-09-03", "missed"),
        ("2027-09-02", "missed"),
    ]


def test_a_dry_run_writes_nothing(sales: Any, meera: Any) -> None:
    here = customer(sales, None)
    reminder = meera.remind(here, "2027-10-01T12:00:00Z")
    asked = {"sweep": "follow-ups", "date": "2027-10-01"}
    dry = by_hand({**asked, "dry_run": True}, "2027-10-01T01:00")
    assert (dry["matched"], dry["appended"], dry["customer_ids"]) == (1, 1, [here])
    assert (told(meera), items("SWEEP#follow-ups#2027-10-01")) == ([], [])
    assert by_hand(asked, "2027-10-01T01:00")["appended"] == 1
    assert told(meera) == [[reminder]]
    again = by_hand(asked, "2027-10-01T01:05")
    assert (again["matched"], again["appended"], again["already_done"]) == (1, 0, 1)


def test_what_is_told_is_on_record(sales: Any, meera: Any) -> None:
    from chalicelib.wiring.store import table

    meera.remind(customer(sales, None), "2027-11-01T12:00:00Z")
    tick("follow-ups", at("2027-11-01T04:00"))
    (audit,) = [item for item in items(meera.id, "AUDIT#") if item["action"] == "digest.due"]
    assert json.loads(audit["values"])["after"]["reminder_ids"] == 1
    history_invariants.check(table())
