"""Asking for a job to be taken back."""

from typing import Protocol

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Conflict
from chalicelib.domain.jobs import commands
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.work import Work


class JobStore(commands.JobStore, Protocol):
    """Jobs within one transaction."""

    def amend(self, before: Job, after: Job) -> None: ...


def begin(call: Call, jobs: JobStore, work: Work, origin: Job) -> Job:
    """A job that takes the other one back, which remembers it: there is one for each.

    Raises:
        Conflict: the other one is not over, or nothing of it can be taken back.
    """
    if not origin.finished:
        raise Conflict("It is not finished yet.", code="not_finished")
    if origin.request.get("kind", "customers") != "customers":
        raise Conflict("What was restored from an export is not taken back.", code="not_undoable")
    job = commands.make(call, jobs, work, "undo", {"of": origin.id})
    commands.start(work, job)
    jobs.amend(origin, origin.with_state(undo_id=job.id))
    return job
