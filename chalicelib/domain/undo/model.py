"""Taking a job back, as managers see it."""

from typing import Any, Literal

from pydantic import Field

from chalicelib.domain.fields import Model
from chalicelib.domain.jobs.model import Job, JobStatus, RowResult

UndoOutcome = Literal["undone", "kept", "unchanged"]
OUTCOMES: tuple[UndoOutcome, ...] = ("undone", "kept", "unchanged")


class UndoStarted(Model):
    """The answer of POST …/undo: the job that takes the other one back."""

    id: str
    status: JobStatus


class UndoOut(Model):
    """A job that takes another one back."""

    id: str
    of: str = Field(description="The import or bulk change that is taken back")
    status: JobStatus
    customers: int = Field(description="How many rows of the other job changed something, known once it has begun")
    undone: int
    kept: int
    unchanged: int
    progress: float = Field(description="From 0 to 1")
    reason: str | None = Field(description="Why it failed")
    created_at: str
    created_by: str
    finished_at: str | None


class UndoRowOut(Model):
    """What became of one row of the other job; its number is the one that it has there."""

    row: int
    result: UndoOutcome
    customer_id: str | None
    field: str | None = Field(description="The first field that stayed as somebody made it since")
    reason: str | None = Field(description="What stayed, and why")


def shown(job: Job) -> dict[str, Any]:
    """The job as managers see it."""
    return {
        "id": job.id,
        "of": job.request["of"],
        "status": job.status,
        "customers": job.total or 0,
        **{outcome: job.counts.get(outcome, 0) for outcome in OUTCOMES},
        "progress": job.progress,
        "reason": job.reason,
        "created_at": job.created_at,
        "created_by": job.actor.id,
        "finished_at": job.finished_at,
    }


def row_shown(row: RowResult) -> dict[str, Any]:
    """What became of a row, as managers see it."""
    return {name: getattr(row, name) for name in UndoRowOut.model_fields}
