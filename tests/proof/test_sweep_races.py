"""The birthday sweep twice, four times at once, and killed at every call: each customer has exactly one event."""

import contextlib
import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from chalicelib.handlers.sweep_turns import SweepFailed
from chalicelib.wiring import shop
from tests.support.faults import FAULTS, Died, Fault, injected
from tests.support.race import conflicts, together
from tests.support.sweeping import at, customer, due, events, items, location, own_table, tick

pytestmark = [pytest.mark.emulator, pytest.mark.race, pytest.mark.fault]
_days = itertools.count()
TRIES = 4
RUNS = "/v1/sweeps/birthdays/runs"


@pytest.fixture(scope="module", autouse=True)
def _own(deployment: dict[str, str]) -> Iterator[None]:
    with own_table("facet-sweep-races"):
        yield


@pytest.fixture(scope="module")
def store(_own: None, people: dict[str, Any]) -> str:
    """The only store."""
    made = location(people["admin"], "Asia/Kolkata")
    assert people["admin"].patch("/v1/settings", {"default_location": made}).status == 200
    tick("birthdays", at("2027-01-01T04:00"))
    return made


def morning() -> datetime:
    """A morning that no other test has."""
    return at("2027-01-02T04:00") + timedelta(days=next(_days))


def born(api: Any, moment: datetime, store: str, number: int) -> list[str]:
    """Customers who have their birthday then."""
    return [customer(api, moment.strftime("--%m-%d"), store if n % 2 else None) for n in range(number)]


@pytest.mark.parametrize("seed", range(3))
def test_four_at_once(sales: Any, store: str, seed: int) -> None:
    moment = morning()
    here = born(sales, moment, store, 12)
    with conflicts(seed):
        results = together([partial(_tolerant, moment)] * 4)
    for _ in range(TRIES):
        results.append(_tolerant(moment))
    assert due(here) == [1] * 12
    assert results[-1]["matched"] == 0


def _tolerant(moment: datetime) -> dict[str, Any]:
    """One tick; what it could not do the next one does."""
    try:
        return tick("birthdays", moment)
    except SweepFailed:
        return {}


def calls_of(sales: Any, store: str) -> list[str]:
    """The AWS calls of a tick that finds two customers."""
    moment = morning()
    here = born(sales, moment, store, 2)
    with injected() as watch:
        tick("birthdays", moment)
    assert due(here) == [1, 1]
    return watch.calls


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_killed_at_every_call(sales: Any, store: str, fault: Fault) -> None:
    calls = calls_of(sales, store)
    assert calls.count("TransactWriteItems") == 5  # two customers, two records, one state
    for place, operation in enumerate(calls):
        if fault.applies(operation):
            strike(sales, store, fault, place)


def strike(sales: Any, store: str, fault: Fault, place: int) -> None:
    moment = morning()
    here = born(sales, moment, store, 2)
    with injected(fault, place) as watch, contextlib.suppress(Died, Exception):  # the schedule comes again
        tick("birthdays", moment)
    assert watch.struck, f"call {place} was not reached"
    for quarter in (1, 2):
        tick("birthdays", moment + quarter * timedelta(minutes=15))
    assert due(here) == [1, 1]
    day = moment.date().isoformat()
    assert [item["sk"] for item in items(f"SWEEP#birthdays#{day}")] == ["-", store]
    assert {events(each, "birthday_due")[0]["date"] for each in here} == {day}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_run_by_hand_converges(sales: Any, manager: Any, store: str, fault: Fault) -> None:
    run_by_hand(sales, manager, store, None, 0)
    for place in itertools.count():
        if not run_by_hand(sales, manager, store, fault, place):
            break
    assert place > 5


def run_by_hand(sales: Any, manager: Any, store: str, fault: Fault | None, place: int) -> bool:
    """Whether the fault had a call to strike at; one that does not fit the operation strikes nowhere."""
    moment = morning()
    here = born(sales, moment, store, 2)
    body = {"date": moment.date().isoformat(), "location": store, "force": True}
    shop.forget()
    with injected(fault, place) as watch:
        try:
            status = manager.post(RUNS, body).status
        except Died:
            status = 503
    assert status in (200, 409, 503)
    for _ in range(TRIES):
        if status != 200:
            status = manager.post(RUNS, body).status
    assert (status, due(here)) == (200, [1, 1])
    return place < len(watch.calls)
