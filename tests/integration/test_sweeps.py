"""Sweeps over HTTP: by hand, what they did, and the upkeep of the index."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import Invalid
from chalicelib.domain.sweeps.model import SWEEPS, Record, Tally
from chalicelib.domain.sweeps.names import DESCRIBED
from chalicelib.handlers import sweep_index
from chalicelib.repos import keys
from chalicelib.repos.index_repair import INDEX_VERSION
from chalicelib.repos.sweep_runs import AlreadyRecorded, save
from chalicelib.wiring.store import table
from infra import schedules
from tests.support.faults import injected
from tests.support.sweeping import by_hand, customer, due, events, items, location, own_table, tick, zone_at_noon
from tests.support.work import a_transaction
from tools.test_events import EVENTS

pytestmark = pytest.mark.emulator
RUNS = "/v1/sweeps/birthdays/runs"
DAY = timedelta(days=1)
AT = "2027-06-01T09:00:00.000Z"


@pytest.fixture(scope="module", autouse=True)
def _own(deployment: dict[str, str], people: dict[str, Any]) -> Iterator[None]:
    with own_table("facet-sweeps"):
        for api in people.values():
            api.get("/v1/me")
        yield


BEGUN = datetime.now(UTC)
ZONE, THERE = zone_at_noon(BEGUN)


@pytest.fixture(scope="module")
def store(_own: None, people: dict[str, Any]) -> str:
    """The only store; it is noon there."""
    return location(people["admin"], ZONE)


def test_by_hand_today_at_each_store(manager: Any, sales: Any, store: str) -> None:
    here = customer(sales, THERE.strftime("--%m-%d"), store)
    others = [customer(sales, (THERE + day).strftime("--%m-%d"), store) for day in (-DAY, DAY)]
    reply = manager.post(RUNS)
    assert reply.status == 200, reply.text
    assert (reply.json["appended"], reply.json["finished"]) == (1, True)
    assert "customer_ids" not in reply.json
    assert due([here, *others]) == [1, 0, 0]
    event = events(here, "birthday_due")[0]
    assert (event["date"], event["by_hand"]) == (THERE.date().isoformat(), True)
    run = next(run for run in manager.get(RUNS).json["items"] if run["location"] == store)
    assert (run["by"]["name"], run["by_hand"], run["appended"]) == ("Manager", True, 1)
    entries = manager.get("/v1/audit?entity=sweep_birthdays").json["items"]
    assert {entry["action"] for entry in entries} == {"sweep.run"}
    assert manager.post(RUNS, {}).json == {**reply.json, "appended": 0, "already_done": 1}


def test_a_dry_run_writes_nothing(manager: Any, sales: Any, store: str) -> None:
    day = (THERE + 3 * DAY).date()
    here = customer(sales, day.strftime("1990-%m-%d"), store)
    with injected() as watch:
        reply = manager.post(RUNS, {"date": day.isoformat(), "location": store, "dry_run": True})
    assert reply.json == {
        "date": day.isoformat(),
        "matched": 1,
        "appended": 1,
        "already_done": 0,
        "finished": True,
        "customer_ids": [here],
    }
    assert watch.written == []


def test_an_idempotency_key_gives_the_same_answer(manager: Any, sales: Any, store: str) -> None:
    day = (THERE + 5 * DAY).date()
    customer(sales, day.strftime("1990-%m-%d"), store)
    body = {"date": day.isoformat(), "location": store}
    first = manager.post(RUNS, body, Idempotency_Key="a-sweep")
    again = manager.post(RUNS, body, Idempotency_Key="a-sweep")
    assert (first.json["appended"], again.json) == (1, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_day_far_away_needs_force(manager: Any, sales: Any, store: str) -> None:
    far = (THERE + 40 * DAY).date()
    here = customer(sales, far.strftime("1990-%m-%d"), store)
    refused = manager.post(RUNS, {"date": far.isoformat()})
    assert (refused.status, refused.pointers) == (422, ["/date"])
    assert due([here]) == [0]
    assert manager.post(RUNS, {"date": far.isoformat(), "force": True}).json["appended"] == 1
    assert events(here, "birthday_due")[0]["year"] == far.year


def test_the_saved_test_events_work_on_any_day(sales: Any, store: str) -> None:
    here = customer(sales, "1990-03-15", store)
    of_a_day = [event for event in EVENTS.values() if "date" in event]
    assert [event["sweep"] for event in of_a_day] == ["birthdays", "follow-ups"]
    assert set(by_hand(EVENTS["seal-dry-run"], "2026-11-20T12:00")) == {"sweep", "due"}
    for event in of_a_day:
        found = by_hand(event, "2028-07-01T12:00")
        assert found["date"] == "2027-03-15"
        assert found["customer_ids"] == ([here] if event["sweep"] == "birthdays" else [])
    with pytest.raises(Invalid, match="force"):
        by_hand({"date": "2027-03-15"}, "2028-07-01T12:00")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"date": "2027-02-29"}, "/date"),
        ({"date": "27-01-01"}, "/date"),
        ({"date": "9999-12-31", "force": True}, "/date"),
        ({"date": "0001-01-01", "force": True}, "/date"),
        ({"date": 20270101}, "/date"),
        ({"dry_run": "yes"}, "/dry_run"),
        ({"force": 1}, "/force"),
        ({"location": "loc_00000000000000000000000000"}, "/location"),
        ({"location": "x#y"}, "/location"),
        ({"location": "a\u202eb"}, "/location"),
        ({"location": "x" * 201}, "/location"),
        ({"everything": True}, "/everything"),
    ],
)
@pytest.mark.parametrize("name", ["birthdays", "follow-ups", "index"])
def test_bad_input_is_refused(manager: Any, name: str, body: dict[str, Any], pointer: str) -> None:
    with injected() as watch:
        reply = manager.post(f"/v1/sweeps/{name}/runs", body)
    assert (reply.status, reply.pointers) == (422, [pointer])
    assert watch.written == []


def test_a_closed_store_and_an_unknown_sweep_are_refused(admin: Any, manager: Any, sales: Any) -> None:
    closed = location(admin, "UTC")
    admin.patch(f"/v1/locations/{closed}", {"status": "closed"})
    refused = manager.post(RUNS, {"location": closed})
    assert (refused.status, refused.pointers) == (422, ["/location"])
    assert manager.post("/v1/sweeps/pending/runs").status == 404
    assert manager.get("/v1/sweeps/nothing/runs").status == 404
    assert sales.post(RUNS).status == 403
    assert sales.get("/v1/sweeps").status == 403


@pytest.mark.parametrize(
    "query",
    ["from=2027-01-02&to=2027-01-01", "from=2027-01-01&to=2027-02-01", "location=x", "to=9999-12-31", "limit=0"],
)
def test_runs_are_asked_for_within_a_month(manager: Any, query: str) -> None:
    assert manager.get(f"{RUNS}?{query}").status == 422


def test_runs_come_page_by_page(manager: Any, store: str) -> None:
    for day in ("2027-05-01", "2027-05-02", "2027-05-03"):
        by_hand({"sweep": "birthdays", "date": day, "force": True}, f"{day}T12:00")
    found: list[tuple[str, str | None]] = []
    cursor = ""
    while cursor is not None:
        page = manager.get(f"{RUNS}?from=2027-05-01&to=2027-05-31&limit=4" + (f"&cursor={cursor}" if cursor else ""))
        found += [(run["date"], run["location"]) for run in page.json["items"]]
        cursor = page.json["next_cursor"]
    assert len(found) == len(set(found)) >= 9
    assert [day for day, _ in found] == sorted((day for day, _ in found), reverse=True)
    assert {place for _, place in found} >= {None, store}


def test_the_first_word_on_a_day_counts(manager: Any, store: str) -> None:
    """Two ticks at once: the second finds everything done, and must not say that nothing was appended."""
    first = Record("birthdays", date(2027, 6, 1), store, "done", Tally(2, 2, 0), AT, AT, SWEEPS)
    for record in (first, replace(first, tally=Tally(2, 0, 2))):
        work = a_transaction()
        save(work, record)
        with contextlib.suppress(AlreadyRecorded):
            work.commit()
    (run,) = manager.get(f"{RUNS}?from=2027-06-01&to=2027-06-01").json["items"]
    assert (run["matched"], run["appended"], run["already_done"]) == (2, 2, 0)


def test_the_list_of_sweeps_says_what_the_schedules_say(manager: Any) -> None:
    tick("birthdays", BEGUN)
    tick("follow-ups", BEGUN)
    listed = {sweep["name"]: sweep for sweep in manager.get("/v1/sweeps").json["items"]}
    assert set(listed) == set(DESCRIBED)
    assert all(listed[name]["last_tick_at"] for name in listed)
    assert listed["birthdays"]["last_runs"]
    expressions = {each["name"]: each["expression"] for each in schedules.definitions()}
    assert {name: each["schedule"] for name, each in listed.items() if each["schedule"]} == {
        name: expressions[name] for name in ("birthdays", "follow-ups")
    }


def old_customer(sales: Any, birthday: str) -> str:
    """A customer as the version before birthdays were entries left them."""
    made = customer(sales, birthday)
    work = a_transaction()
    work.delete(keys.birthday(birthday[-5:-3], birthday[-2:], None, made))
    work.commit()
    return made


def forget_the_index() -> None:
    work = a_transaction()
    work.delete(keys.sweep_state("index"))
    work.commit()


def test_old_customers_get_their_entries_before_the_sweep(sales: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    here = [old_customer(sales, "1990-06-10") for _ in range(3)]
    forget_the_index()
    moment = "2027-06-10T12:00"
    with monkeypatch.context() as patched:
        patched.setattr(sweep_index, "run", lambda _turn, _state: Tally(finished=False))
        assert tick("birthdays", moment)["finished"] is False
    assert items("SWEEP#birthdays#2027-06-10") == []  # the day is not done before everybody can be found
    tick("birthdays", moment)
    assert due(here) == [1, 1, 1]
    (state,) = items("SWEEP#index")
    assert state["version"] == INDEX_VERSION


def test_the_upkeep_by_hand(sales: Any, manager: Any) -> None:
    tick("birthdays", "2027-06-20T12:00")
    latest = old_customer(sales, "1990-06-21")
    tick("birthdays", "2027-06-21T12:00")
    assert due([latest]) == [0]  # the index counts as whole: nobody writes such customers any more
    reply = manager.post("/v1/sweeps/index/runs", {"dry_run": True})
    assert (reply.json["appended"], reply.json["customer_ids"]) == (1, [latest])
    reply = manager.post("/v1/sweeps/index/runs")
    assert (reply.json["appended"], reply.json["matched"] - reply.json["already_done"]) == (1, 1)
    assert by_hand({"date": "2027-06-21"}, "2027-06-21T13:00")["appended"] == 1


def test_the_upkeep_goes_on_where_it_stopped(sales: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.repos import index_repair

    monkeypatch.setattr(index_repair, "PAGE", 2)
    here = [old_customer(sales, "1990-08-10") for _ in range(9)]
    forget_the_index()
    ticks = 0
    while not tick_of_pages(1)["finished"]:
        ticks += 1
        assert ticks < 200
    assert ticks >= 3
    assert all(table().get(keys.birthday("08", "10", None, each)) for each in here)


def tick_of_pages(pages: int) -> dict[str, Any]:
    """A turn that is over after so many pages."""
    from chalicelib.handlers import sweeps_schedule

    class Short:
        asked = -1

        def get_remaining_time_in_millis(self) -> int:
            self.asked += 1
            return 300_000 if self.asked < pages else 0

    return sweeps_schedule.handle({"sweep": "index"}, Short())


def test_somebody_changed_meanwhile_gets_the_entries_of_the_new_version(
    sales: Any, manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.repos.index_repair import IndexReader

    here = old_customer(sales, "1990-09-10")
    real = IndexReader.examine

    def changing(self: IndexReader, *arguments: Any) -> Any:
        found = real(self, *arguments)
        reply = sales.patch(f"/v1/customers/{here}", {"given_name": f"Asha {len(changed)}"})
        changed.append(reply.status)
        return found

    changed: list[int] = []
    monkeypatch.setattr(IndexReader, "examine", changing)
    assert manager.post("/v1/sweeps/index/runs").status == 200
    assert set(changed) == {200}
    entry = table().get(keys.birthday("09", "10", None, here))
    assert entry
    assert entry["name"] == sales.get(f"/v1/customers/{here}").json["given_name"]
