"""Duplicates when several are at it at the same moment: one run, one decision, each pair once."""

from functools import partial
from typing import Any

import pytest

from chalicelib.repos import keys
from chalicelib.repos.table import Range
from chalicelib.wiring.store import table
from tests.proof.scenarios import kinds
from tests.support import imports, jobs
from tests.support.duplicates import pair, run, twins
from tests.support.jobs import events, until_over
from tests.support.race import conflicts, together

pytestmark = [pytest.mark.emulator, pytest.mark.race]
CLIENTS = 8
RUNS = "/v1/duplicates/runs"


def test_many_start_one_run(manager: Any) -> None:
    until_over(manager.post(RUNS).json["id"])
    with conflicts(1):
        replies = together([partial(manager.post, RUNS)] * CLIENTS)
    assert {reply.status for reply in replies} <= {202, 409}
    (started,) = {reply.json["id"] for reply in replies if reply.status == 202}
    assert events(started) == ["job_started"]
    until_over(started)


def test_one_decision_counts_once(manager: Any) -> None:
    one, other = twins(manager)
    run(manager)
    path = f"/v1/duplicates/{pair(manager, one, other)['id']}"
    with conflicts(2):
        replies = together([partial(manager.patch, path, {"status": "different"})] * CLIENTS)
    assert {reply.status for reply in replies} <= {200, 409}
    assert manager.get(path).json["version"] == 2
    assert kinds(manager, one["id"]) == ["customer_created", "duplicate_dismissed"]


def test_a_decision_and_an_archiving_exclude_each_other(manager: Any) -> None:
    one, other = twins(manager)
    run(manager)
    path = f"/v1/duplicates/{pair(manager, one, other)['id']}"
    decided, archived = together(
        [
            lambda: manager.patch(path, {"status": "different"}),
            lambda: manager.delete(f"/v1/customers/{other['id']}"),
        ]
    )
    assert archived.status == 204
    assert decided.status in (200, 409)
    told = "duplicate_dismissed" in kinds(manager, other["id"])
    assert told == (decided.status == 200)


def test_a_worker_that_was_overtaken_does_not_add_again_what_was_decided(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.handlers.duplicates_steps import Run

    one, other = twins(manager)
    real = Run.write

    def twice(self: Run, changes: Any) -> Any:
        real(self, changes)
        path = f"/v1/duplicates/{pair(manager, one, other)['id']}"
        assert manager.patch(path, {"status": "different"}).status == 200
        return real(self, changes)

    monkeypatch.setattr(Run, "write", twice)
    run(manager)
    assert pair(manager, one, other) is None
    assert pair(manager, one, other, "different")["version"] == 2


def test_a_decision_made_during_a_run_stands(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run has compared everything and goes to write; meanwhile a person says that the two are different."""
    from chalicelib.handlers.duplicates_steps import Run

    one, other = twins(manager)
    run(manager)
    found = pair(manager, one, other)
    manager.patch(f"/v1/customers/{other['id']}", {"family_name": "Other"})
    real = Run.write

    def late(self: Run, changes: Any) -> Any:
        assert manager.patch(f"/v1/duplicates/{found['id']}", {"status": "different"}).status == 200
        return real(self, changes)

    monkeypatch.setattr(Run, "write", late)
    assert run(manager)["changed"] == 0
    decided = pair(manager, one, other, "different")
    assert (decided["version"], decided["score"]) == (2, found["score"])
    assert pair(manager, one, other) is None


def test_workers_at_the_same_time_add_each_pair_once(manager: Any) -> None:
    pairs = [twins(manager) for _ in range(6)]
    started = manager.post(RUNS).json["id"]
    assert together([lambda: imports.deliver(jobs.message(started))] * 4) == [[]] * 4
    until_over(started)
    assert manager.get(f"{RUNS}/{started}").json["added"] >= len(pairs)
    bands = (table().query_all(Range(keys.duplicate_band("open", band))) for band in keys.BANDS)
    places = [item["sk"][4:] for band in bands for item in band]
    assert len(places) == len(set(places))
    assert all(pair(manager, *each)["version"] == 1 for each in pairs)
    assert sorted(events(started)) == ["duplicates_finished", "job_started"]
