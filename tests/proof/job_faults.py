"""A job converges: each of its AWS calls fails in one way, the message comes again, and everything was done once."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.jobs.model import kind_of
from chalicelib.repos.table import Range
from chalicelib.wiring import jobs as wired
from chalicelib.wiring import shop
from chalicelib.wiring.store import table
from tests.support import imports, jobs
from tests.support.faults import FAULTS, Died, Fault, injected, places

DELIVERIES = 4
# Of the two ways in which a call does not take effect, one: nothing of a job looks at the difference.
JOB_FAULTS = tuple(fault for fault in FAULTS if fault.name != "throttled")


@dataclass(frozen=True)
class JobScenario:
    """A job that waits for its first delivery, and what must be true when it is over."""

    name: str
    begin: Callable[[Any], str]
    check: Callable[[Any, str], None]


def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows in a fixed order and nothing read again with time, so that the calls of two runs are the same; no pauses."""
    monkeypatch.setattr("chalicelib.handlers.job_rows.WORKERS", 1)
    monkeypatch.setattr("chalicelib.wiring.jobs.FIRST_PAUSE", 0.0)
    monkeypatch.setattr("chalicelib.wiring.shop.SECONDS", float("inf"))


def calls_of(scenario: JobScenario, api: Any) -> list[str]:
    """The AWS calls of the job's only turn, found by running it."""
    job_id = scenario.begin(api)
    shop.shop.fresh()
    shop.staff.fresh()
    with injected() as watch:
        jobs.run(job_id)
    scenario.check(api, job_id)
    return watch.calls


def converges(scenario: JobScenario, api: Any, fault: Fault) -> None:
    """Everything is done once, whichever call of the job fails so."""
    calls = calls_of(scenario, api)
    assert calls.count("TransactWriteItems") > 3
    for place in places(calls, fault):
        _strike(scenario, api, fault, place)


def _strike(scenario: JobScenario, api: Any, fault: Fault, place: int) -> None:
    job_id = scenario.begin(api)
    shop.shop.fresh()
    shop.staff.fresh()
    with injected(fault, place) as watch, contextlib.suppress(Died):
        imports.deliver(jobs.message(job_id))
    assert watch.struck, f"call {place} was not reached"
    until_over(job_id)
    scenario.check(api, job_id)


def until_over(job_id: str) -> None:
    """Deliver the message as the queue would: again after its visibility has ended, and the lease with it."""
    for delivery in range(1, DELIVERIES):
        if _over(job_id):
            return
        imports.deliver(jobs.message(job_id), clock=imports.later(datetime.now(UTC) + delivery * timedelta(minutes=15)))
    assert _over(job_id)


def _over(job_id: str) -> bool:
    kind = kind_of(job_id)
    return kind is not None and wired.reader().get(job_id, kind, datetime.now(UTC)).finished


def events(partition: str) -> list[str]:
    """The kinds of all events in a partition, oldest first for each audience."""
    items = table().query_all(Range(partition))
    return [item["kind"] for item in items if item["sk"].startswith(("EVENT#", "SYSTEM#"))]


def rows_once(api: Any, place: str, kind: str, results: list[str], outcomes: tuple[str, ...]) -> list[Any]:
    """The rows of a job, told once and counted once, and the one event of the whole."""
    rows = jobs.rows(api, place)
    assert [row["result"] for row in rows] == results
    done = api.get(place).json
    counts = {name: results.count(name) for name in outcomes}
    assert {"status": "done", "customers": len(results), **counts}.items() <= done.items()
    assert sorted(events(place.rpartition("/")[2])) == sorted([f"{kind}_finished", "job_started"])
    return rows
