"""Starting a look over all customers: never two at a time, and by the schedule once a week."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from chalicelib.domain import instants
from chalicelib.domain.call import Call
from chalicelib.domain.jobs import commands
from chalicelib.domain.jobs.commands import JobStore
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.work import Work

LOST_AFTER = timedelta(hours=24)  # one of which nothing was heard for so long keeps nobody waiting


@dataclass(frozen=True)
class Newest:
    """The newest look, and the last week (`2027-W09`) for which the schedule started one."""

    job_id: str
    week: str | None


class CheckStore(Protocol):
    """Which look is the newest, within one transaction."""

    def newest(self) -> tuple[Newest | None, Job | None]: ...

    def set_newest(self, before: Newest | None, after: Newest) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What starting works with."""

    call: Call
    work: Work
    jobs: JobStore
    checks: CheckStore


def week_of(day: date) -> str:
    """The ISO week of a day."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def start(desk: Desk) -> Job:
    """A new look, or the one that is under way."""
    newest, job = desk.checks.newest()
    if job is not None and _under_way(desk.call, job):
        return job
    return _begin(desk, newest, newest.week if newest else None)


def start_of_week(desk: Desk, week: str) -> Job | None:
    """The look of this week; None when it was started before, or another one is still under way."""
    newest, job = desk.checks.newest()
    if (newest and (newest.week or "") >= week) or (job and _under_way(desk.call, job)):
        return None
    return _begin(desk, newest, week)


def _under_way(call: Call, job: Job) -> bool:
    return not job.finished and call.now - instants.parse_instant(job.created_at) < LOST_AFTER


def _begin(desk: Desk, before: Newest | None, week: str | None) -> Job:
    job = commands.make(desk.call, desk.jobs, desk.work, "contact_check", {"week": week})
    desk.checks.set_newest(before, Newest(job.id, week))
    commands.start(desk.work, job)
    return job
