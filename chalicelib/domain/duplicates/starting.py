"""Starting a run: never two at a time, and by the schedule once a day."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from chalicelib.domain import instants
from chalicelib.domain.call import Call
from chalicelib.domain.jobs import commands
from chalicelib.domain.jobs.commands import JobStore
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.work import Work

LOST_AFTER = timedelta(hours=24)  # a run of which nothing was heard for so long keeps nobody waiting


@dataclass(frozen=True)
class Newest:
    """The newest run, and the last day for which the schedule started one."""

    job_id: str
    day: str | None


class RunStore(Protocol):
    """Runs within one transaction."""

    def newest(self) -> tuple[Newest, Job | None] | None:
        """The newest run, with its job while that is kept."""

    def set_newest(self, before: Newest | None, after: Newest) -> None:
        """Write which run is the newest; the command is run again when another one came in between."""


@dataclass(frozen=True)
class Desk:
    """What starting a run works with."""

    call: Call
    work: Work
    jobs: JobStore
    runs: RunStore


def start(desk: Desk) -> Job:
    """A new run, or the one that is under way."""
    newest = desk.runs.newest()
    running = _running(desk.call, newest)
    if running is not None:
        return running
    before = newest[0] if newest else None
    return _begin(desk, before, before.day if before else None)


def start_of_day(desk: Desk, day: str) -> Job | None:
    """The run of this day (ISO 8601); None when it was started before, or another run is still under way."""
    newest = desk.runs.newest()
    if newest and ((newest[0].day or "") >= day or _running(desk.call, newest)):
        return None
    return _begin(desk, newest[0] if newest else None, day)


def _running(call: Call, newest: tuple[Newest, Job | None] | None) -> Job | None:
    job = newest[1] if newest else None
    if job is None or job.finished:
        return None
    return job if call.now - instants.parse_instant(job.created_at) < LOST_AFTER else None


def _begin(desk: Desk, before: Newest | None, day: str | None) -> Job:
    job = commands.make(desk.call, desk.jobs, desk.work, "duplicates", {"day": day})
    desk.runs.set_newest(before, Newest(job.id, day))
    commands.start(desk.work, job)
    return job
