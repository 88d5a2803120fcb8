"""The birthday sweep: each customer once a year, by the clock of the store they belong to."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.repos.birthdays import BirthdayReader
from tests.support.sweeping import by_hand, customer, due, events, items, location, own_table, tick

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module", autouse=True)
def _own(deployment: dict[str, str]) -> Iterator[None]:
    with own_table("facet-birthdays"):
        yield


@pytest.fixture(scope="module")
def stores(_own: None, people: dict[str, Any]) -> dict[str, str]:
    """Stores at both ends of the world, one that is closed, and one where those without a store belong."""
    admin = people["admin"]
    found = {
        "default": location(admin, "Asia/Kolkata"),
        "east": location(admin, "Pacific/Kiritimati"),
        "west": location(admin, "Pacific/Niue"),
        "closed": location(admin, "Europe/London"),
    }
    assert admin.patch("/v1/settings", {"default_location": found["default"]}).status == 200
    assert admin.patch(f"/v1/locations/{found['closed']}", {"status": "closed"}).status == 200
    return found


def test_each_store_has_its_own_morning(sales: Any, stores: dict[str, str]) -> None:
    names = ("east", "default", "west")
    here = [customer(sales, "1990-03-15", stores[name]) for name in names]
    mornings = ("2027-03-14T19:00", "2027-03-15T03:30", "2027-03-15T20:00")
    tick("birthdays", "2027-03-14T18:45")
    for number, moment in enumerate(mornings):
        tick("birthdays", f"{moment[:-2]}{int(moment[-2:]) // 15 * 15 + 14:02}")
        assert due(here) == [1] * (number + 1) + [0] * (2 - number)
    (only,) = events(here[2], "birthday_due")
    assert only == {
        "customer_id": here[2],
        "year": 2027,
        "date": "2027-03-15",
        "location_id": stores["west"],
        "by_hand": False,
    }
    (item,) = [item for item in items(here[2], "SYSTEM#") if item["kind"] == "birthday_due"]
    assert (item["audience"], item["publish"]) == ("system", True)


def test_who_belongs_where(sales: Any, manager: Any, stores: dict[str, str]) -> None:
    nowhere = customer(sales, "1990-04-02")
    orphan = customer(sales, "1991-04-02")
    yearless = customer(sales, "--04-02", stores["default"])
    moved = customer(sales, "1992-04-02", stores["west"])
    archived = customer(sales, "1993-04-02", stores["default"])
    another = customer(sales, "1994-04-03", stores["default"])
    assert manager.patch(f"/v1/locations/{stores['closed']}", {"status": "active"}).status == 200
    assert sales.patch(f"/v1/customers/{orphan}", {"home_location": stores["closed"]}).status == 200
    assert manager.patch(f"/v1/locations/{stores['closed']}", {"status": "closed"}).status == 200
    assert sales.patch(f"/v1/customers/{moved}", {"home_location": stores["default"]}).status == 200
    assert manager.delete(f"/v1/customers/{archived}").status == 204
    tick("birthdays", "2027-04-02T04:00")
    assert due([nowhere, orphan, yearless, moved, archived, another]) == [1, 1, 1, 1, 0, 0]
    for each in (nowhere, orphan, moved):
        assert events(each, "birthday_due")[0]["location_id"] == stores["default"]
    tick("birthdays", "2027-04-03T04:00")
    assert due([another]) == [1]


def test_a_leap_day_is_kept_on_the_28th_in_common_years(sales: Any, stores: dict[str, str]) -> None:
    leap, usual = customer(sales, "2000-02-29", stores["default"]), customer(sales, "--02-28", stores["default"])
    for day in ("2027-02-27", "2027-02-28", "2027-03-01"):
        tick("birthdays", f"{day}T04:00")
        assert due([leap, usual]) == [int(day > "2027-02-27")] * 2
    for day, expected in (("2028-02-27", 1), ("2028-02-28", 1), ("2028-02-29", 2)):
        tick("birthdays", f"{day}T04:00")
        assert due([leap]) == [expected]
    assert [each["date"] for each in events(leap, "birthday_due")] == ["2027-02-28", "2028-02-29"]


def test_a_second_tick_does_nothing(sales: Any, stores: dict[str, str]) -> None:
    here = [customer(sales, "1990-05-05", stores["default"]) for _ in range(3)]
    first = tick("birthdays", "2027-05-05T04:00")
    assert (first["appended"], first["finished"]) == (3, True)
    assert tick("birthdays", "2027-05-05T04:15") == {
        "sweep": "birthdays",
        "matched": 0,
        "appended": 0,
        "already_done": 0,
        "finished": True,
    }
    assert due(here) == [1, 1, 1]


def test_a_sweep_twenty_hours_late_makes_up_for_it(sales: Any, manager: Any, stores: dict[str, str]) -> None:
    tick("birthdays", "2027-06-01T04:00")
    here = customer(sales, "1990-06-02", stores["default"])
    tick("birthdays", "2027-06-02T23:30")
    assert due([here]) == [1]
    query = f"from=2027-06-02&to=2027-06-02&location={stores['default']}"
    (run,) = manager.get(f"/v1/sweeps/birthdays/runs?{query}").json["items"]
    assert (run["status"], run["matched"], run["appended"], run["by"]["id"]) == ("done", 1, 1, "sys_sweeps")
    assert (run["by_hand"], run["date"], run["location"]) == (False, "2027-06-02", stores["default"])


def test_after_three_days_what_was_missed_is_told_and_today_is_done(
    sales: Any, manager: Any, stores: dict[str, str]
) -> None:
    tick("birthdays", "2027-07-01T04:00")
    late, today = (customer(sales, f"1990-07-0{day}", stores["default"]) for day in (2, 4))
    tick("birthdays", "2027-07-04T04:00")
    assert due([late, today]) == [0, 1]
    query = f"from=2027-07-01&to=2027-07-04&location={stores['default']}"
    runs = manager.get(f"/v1/sweeps/birthdays/runs?{query}").json["items"]
    assert [(run["date"], run["status"]) for run in runs] == [
        ("2027-07-04", "done"),
        ("2027-07-03", "missed"),
        ("2027-07-02", "missed"),
        ("2027-07-01", "done"),
    ]


def test_a_turn_that_is_over_goes_on_at_the_next_tick(sales: Any, stores: dict[str, str]) -> None:
    here = [customer(sales, "1990-08-08", stores["default"]) for _ in range(2)]
    tick("birthdays", "2027-08-07T04:00")
    before = items("SWEEP#birthdays", "STATE")
    assert tick("birthdays", "2027-08-08T04:00", seconds=10)["finished"] is False
    assert due(here) == [0, 0]
    assert items("SWEEP#birthdays", "STATE") == before  # so that the next tick looks back as far as this one
    assert tick("birthdays", "2027-08-08T04:15")["appended"] == 2


def test_a_store_that_fails_does_not_stop_the_others(
    sales: Any, stores: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.handlers.sweep_birthdays import Birthdays
    from chalicelib.handlers.sweep_turns import SweepFailed

    here = [customer(sales, "1990-09-09", stores[name]) for name in ("default", "east")]
    real = Birthdays.run

    def failing(self: Birthdays, place: Any, day: Any) -> Any:
        if place.key == stores["default"]:
            raise RuntimeError("no")
        return real(self, place, day)

    with monkeypatch.context() as patched:
        patched.setattr(Birthdays, "run", failing)
        with pytest.raises(SweepFailed):
            tick("birthdays", "2027-09-09T04:00")
    assert due(here) == [0, 1]
    tick("birthdays", "2027-09-09T04:15")
    assert due(here) == [1, 1]


def test_by_hand_in_the_console(sales: Any, stores: dict[str, str]) -> None:
    here = customer(sales, "1990-10-10", stores["east"])
    asked = {"date": "2027-10-10", "location": stores["east"]}
    dry = by_hand({**asked, "dry_run": True}, "2027-10-08T12:00")
    assert dry == {
        "sweep": "birthdays",
        "date": "2027-10-10",
        "matched": 1,
        "appended": 1,
        "already_done": 0,
        "finished": True,
        "customer_ids": [here],
    }
    assert due([here]) == [0]
    assert items("SWEEP#birthdays#2027-10-10") == []
    assert by_hand(asked, "2027-10-08T12:00")["appended"] == 1
    assert events(here, "birthday_due")[0] | {"customer_id": ""} == {
        "customer_id": "",
        "year": 2027,
        "date": "2027-10-10",
        "location_id": stores["east"],
        "by_hand": True,
    }
    tick("birthdays", "2027-10-09T19:00")
    assert due([here]) == [1]
    keys = [item["sk"] for item in items("SWEEP#birthdays#2027-10-10", stores["east"])]
    assert keys == [stores["east"], f"{stores['east']}#2027-10-08T12:00:00.000Z"]


def test_by_hand_for_a_closed_stores_customers_goes_by_the_default_store(sales: Any, stores: dict[str, str]) -> None:
    nowhere = customer(sales, "1990-11-11")
    found = by_hand({"date": "2027-11-11", "location": stores["default"]}, "2027-11-11T00:00")
    assert (found["appended"], due([nowhere])) == (1, [1])


def test_somebody_archived_meanwhile_is_left_out(
    sales: Any, manager: Any, stores: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = (customer(sales, "1990-12-12", stores["default"]) for _ in range(2))
    real = BirthdayReader.done

    def archiving(self: BirthdayReader, ids: Any, year: int) -> set[str]:
        assert manager.delete(f"/v1/customers/{gone}").status in (204, 409)
        return real(self, ids, year)

    monkeypatch.setattr(BirthdayReader, "done", archiving)
    found = tick("birthdays", "2027-12-12T04:00")
    assert (found["matched"], found["appended"], found["already_done"]) == (2, 1, 0)
    assert due([gone, stays]) == [0, 1]
