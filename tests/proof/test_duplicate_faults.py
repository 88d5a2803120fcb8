"""Duplicates under faults: wherever a worker dies or the store fails, the queue is as one clean run leaves it."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.customers.filters import Filters
from chalicelib.domain.customers.finding import place_key
from chalicelib.domain.duplicates.model import pair_id
from chalicelib.handlers import duplicates_steps, sweeps_schedule
from chalicelib.repos import keys
from chalicelib.repos.table import Range
from chalicelib.wiring.store import table
from tests.proof import converging
from tests.proof.job_faults import JOB_FAULTS, JobScenario, converges, events, one_by_one, until_over
from tests.proof.scenarios import Attempt, Scenario, kinds, unique
from tests.support import jobs
from tests.support.duplicates import decide, noon, pair, queue, run, twins
from tests.support.faults import FAULTS, Died, Fault, injected
from tests.support.imports import Turn

pytestmark = [pytest.mark.emulator, pytest.mark.fault]
RUNS = "/v1/duplicates/runs"
CITY = unique()


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs walk over the customers of these tests only, so that each makes the same calls."""
    one_by_one(monkeypatch)
    monkeypatch.setattr(duplicates_steps, "Filters", partial(Filters, city=place_key(CITY)))


class World:
    """Four pairs. Before each run one begins to hold, one ceases to, one gets other reasons; one is decided."""

    def __init__(self, api: Any) -> None:
        self._api = api
        self._comes, self._goes, self._changes, self._decided = (_twins(api) for _ in range(4))
        self._call(self._comes, "Ravindra")
        _settle(api)
        run(api)
        decide(api, pair(api, *self._decided), "different")
        self._before: Any = None

    def begin(self, api: Any) -> str:
        """A run that has something of everything to do."""
        self._before = pair(api, *self._changes)
        same = self._before["score"] == 100
        self._call(self._comes, "Asha")
        self._call(self._goes, "Ravindra")
        family = unique() if same else self._changes[0]["family_name"]
        self._patch(self._changes, {"family_name": family})
        return str(api.post(RUNS).json["id"])

    def check(self, api: Any, run_id: str) -> None:
        """Each was done once; then what came goes, and the other way round."""
        done = api.get(f"{RUNS}/{run_id}").json
        assert {"status": "done", "added": 1, "changed": 1, "gone": 1}.items() <= done.items()
        waiting = {each["id"]: each for each in queue(api)}
        came, changed = waiting[_id(self._comes)], waiting[_id(self._changes)]
        assert (came["version"], _id(self._goes) in waiting) == (1, False)
        assert changed["version"] == self._before["version"] + 1
        assert changed["score"] == {100: 89, 89: 100}[self._before["score"]]
        assert pair(api, *self._decided, "different")["version"] == 2
        assert table().get(keys.duplicate(_id(self._goes))) is None
        assert _places("open") == sorted(waiting)
        assert sorted(events(run_id)) == ["duplicates_finished", "job_started"]
        self._comes, self._goes = self._goes, self._comes

    def _call(self, people: tuple[Any, Any], given: str) -> None:
        self._patch(people, {"given_name": given})

    def _patch(self, people: tuple[Any, Any], fields: dict[str, str]) -> None:
        assert self._api.patch(f"/v1/customers/{people[1]['id']}", fields).status == 200


def _twins(api: Any) -> tuple[Any, Any]:
    return twins(api, addresses=[{"kind": "home", "city": CITY}])


def _id(people: tuple[Any, Any]) -> str:
    return pair_id(people[0]["id"], people[1]["id"])


def _places(status: str) -> list[str]:
    """Where pairs stand in the queue, read from the table."""
    bands = (table().query_all(Range(keys.duplicate_band(status, band))) for band in keys.BANDS)
    return sorted(item["sk"][4:] for band in bands for item in band)


@pytest.mark.parametrize("fault", JOB_FAULTS, ids=lambda fault: fault.name)
def test_a_run_converges(manager: Any, fault: Fault) -> None:
    world = World(manager)
    converges(JobScenario("run", world.begin, world.check), manager, fault)


def _settle(api: Any) -> None:
    """No run is under way."""
    until_over(api.post(RUNS).json["id"])


def _started(api: Any) -> Attempt:
    _settle(api)
    before = api.get(f"{RUNS}?limit=1").json["items"][0]["id"]

    def check() -> None:
        newest, second = api.get(f"{RUNS}?limit=2").json["items"]
        assert newest["id"] != before
        assert second["id"] == before
        assert events(newest["id"]) == ["job_started"]

    return Attempt(lambda: api.post(RUNS), check)


def _decided(api: Any) -> Attempt:
    one, other = _twins(api)
    run(api)
    found = pair(api, one, other)

    def check() -> None:
        decided = pair(api, one, other, "different")
        assert (decided["version"], pair(api, one, other)) == (2, None)
        for each in (one, other):
            assert kinds(api, each["id"]) == ["customer_created", "duplicate_dismissed"]
        for each in (one, other):
            api.delete(f"/v1/customers/{each['id']}")

    return Attempt(lambda: decide(api, found, "different"), check)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("prepare", [_started, _decided], ids=["start a run", "decide"])
def test_a_write_converges(manager: Any, prepare: Any, fault: Fault) -> None:
    _settle(manager)
    converging.converges(Scenario("duplicates", "manager", prepare), manager, fault)


def _tick(moment: datetime) -> Any:
    return sweeps_schedule.handle({"sweep": "duplicates"}, Turn(), clock=lambda: moment)["run"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_night_has_one_run(manager: Any, fault: Fault) -> None:
    moment = noon()
    with injected() as watch:
        first = _tick(moment)
    until_over(first)
    for place in range(watch.calls.index("TransactWriteItems") + 1):
        moment = noon()
        if not fault.applies(watch.calls[place]):
            continue
        with injected(fault, place) as struck:
            try:
                first = _tick(moment)
            except (Died, Exception):  # noqa: BLE001 -- whatever it is, the next tick makes it good
                first = None
        assert struck.struck
        second = _tick(moment + timedelta(minutes=5))
        assert first is None or second is None
        day = moment.date().isoformat()
        newest = table().get(keys.duplicate_run())
        assert newest is not None
        assert (newest["day"], newest["job_id"] in (first, second) or fault.after) == (day, True)
        jobs.run(newest["job_id"])
