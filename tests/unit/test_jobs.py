"""A worker's turn at a job, how a job ends, and what is said of a row that was refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain import instants
from chalicelib.domain.call import Actor
from chalicelib.domain.errors import Conflict
from chalicelib.domain.jobs.commands import finish
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.jobs.refusals import MOST_REASON, reason_of
from chalicelib.domain.jobs.run import ENOUGH_SECONDS, LEASE, Bench, Taken, Turn
from tests.support.fakes import FakeWork

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WAITING = Job("exp_1", "export", "waiting", Actor("usr_1", "Meera"), "", 0)


class Kept:
    """The states of a job, in the order in which they were written."""

    def __init__(self) -> None:
        self.states: list[Job] = []

    def save(self, before: Job, after: Job) -> Job:
        assert before is (self.states or [before])[-1]
        self.states.append(after)
        return after

    def finish(self, before: Job, after: Job) -> None:
        self.save(before, after)


class Last:
    """The last write of a job, and its token."""

    def add(self, job: Job) -> None:
        raise AssertionError(job)

    def save(self, before: Job, after: Job, token: str) -> None:
        self.written = (before, after, token)


def turn(job: Job, kept: Kept, seconds_left: float = 2 * ENOUGH_SECONDS) -> Turn:
    return Turn(Bench(kept, lambda: NOW, lambda: seconds_left), job)


def one_step(turn: Turn) -> Iterator[Job]:
    yield replace(turn.job, done=1)


def at(step: timedelta) -> str:
    return instants.to_text(NOW + step)


def test_a_job_that_another_worker_is_at_is_left_alone() -> None:
    kept = Kept()
    with pytest.raises(Taken):
        turn(replace(WAITING, leased_until=at(timedelta(seconds=1))), kept).go(one_step)
    assert kept.states == []


@pytest.mark.parametrize("until", [None, at(-LEASE), at(timedelta(0))])
def test_a_job_is_taken_up_when_nobody_is_at_it_any_more(until: str | None) -> None:
    kept = Kept()
    assert turn(replace(WAITING, leased_until=until), kept).go(one_step)
    assert [(job.status, job.done) for job in kept.states] == [("running", 0), ("running", 1), ("done", 1)]
    assert kept.states[0].leased_until == at(LEASE)


@pytest.mark.parametrize(("seconds_left", "done"), [(ENOUGH_SECONDS - 1, 0), (ENOUGH_SECONDS, 1)])
def test_no_step_is_begun_without_time_for_it(seconds_left: float, done: int) -> None:
    kept = Kept()
    over = turn(WAITING, kept, seconds_left).go(one_step)
    assert over == bool(done)
    last = kept.states[-1]
    assert (last.status, last.done, last.leased_until) == ("done" if over else "running", done, None)


def test_the_end_of_a_job_is_told_and_audited() -> None:
    work, last = FakeWork(), Last()
    running = replace(WAITING, status="running", total=3, counts={"customers": 3})
    done = replace(running, status="done")
    finish(last, work, running, done, "token")
    assert last.written == (running, done, "token")
    (event,), (change,) = work.events, work.changes
    assert (event.kind, event.summary, event.audience) == ("export_finished", "Export done", "system")
    assert event.data == {"export_id": "exp_1", "status": "done", "rows": 3, "customers": 3}
    assert (change.action, change.entity) == ("export.finish", "exp_1")


def test_the_reason_of_a_refused_row_has_room_in_its_result() -> None:
    assert reason_of(Conflict("x" * MOST_REASON, code="taken")) == "x" * MOST_REASON
    assert reason_of(Conflict("x" * MOST_REASON, code="taken", conflict_id="cus_1")) == "x" * MOST_REASON
    assert reason_of(Conflict("Taken.", code="taken", conflict_id="cus_1")) == "Taken. (cus_1)"
    assert reason_of(Conflict("Taken.", code="taken", conflict_id="cus_1"), "cus_1") == "Taken."
