"""Making, starting and ending a job; each is part of one transaction."""

from collections.abc import Mapping
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.jobs.model import KEPT_SECONDS, PREFIXES, Job, JobKind
from chalicelib.domain.work import Change, Event, Work

STARTED = "job_started"


class JobStore(Protocol):
    """Jobs within one transaction."""

    def add(self, job: Job) -> None: ...

    def save(self, before: Job, after: Job, token: str) -> None: ...


def make(
    call: Call, jobs: JobStore, work: Work, kind: JobKind, request: Mapping[str, Any], job_id: str | None = None
) -> Job:
    """A new job, in the name of the caller, that waits to be started."""
    job = Job(
        id=job_id or ids.new_id(PREFIXES[kind], call.now),
        kind=kind,
        status="waiting",
        actor=call.actor,
        created_at=call.at,
        expires_at=int(call.now.timestamp()) + KEPT_SECONDS,
        request=request,
    )
    jobs.add(job)
    work.audit(Change(f"{kind}.create", job.id, after=dict(request)))
    return job


def start(work: Work, job: Job) -> None:
    """Have a worker take the job up: the event goes to the queue of the jobs (domain/relaying/routes.py)."""
    data = {"job_id": job.id, "kind": job.kind}
    work.record(Event(job.id, STARTED, f"{job.kind} started", data, audience="system"))


def finish(jobs: JobStore, work: Work, before: Job, after: Job, token: str) -> None:
    """End a job, with the one event that it publishes; the token is that of the write."""
    jobs.save(before, after, token)
    facts = {"status": after.status, "rows": after.total or 0, **after.counts}
    data = {f"{after.kind}_id": after.id, **facts}
    summary = f"{after.kind.replace('_', ' ').capitalize()} {after.status}"
    work.record(Event(after.id, f"{after.kind}_finished", summary, data, audience="system"))
    work.audit(Change(f"{after.kind}.finish", after.id, after={**facts, "reason": after.reason}))
