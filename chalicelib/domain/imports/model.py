"""An import, how far it has come, and what became of each row."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from chalicelib.domain.fields import Country, Model
from chalicelib.domain.jobs.model import Job, JobStatus, RowResult

RowOutcome = Literal["created", "updated", "unchanged", "rejected"]
OUTCOMES: tuple[RowOutcome, ...] = ("created", "updated", "unchanged", "rejected")
FILE_DAYS = 30  # as the bucket's lifecycle rule has it: after that the result file is gone


class ImportOptions(Model):
    """How the file is to be read."""

    default_country: Country | None = Field(
        default=None, description="Numbers without + are of this country, whatever the location or the settings say"
    )


class NewImport(Model):
    """The body of POST /v1/imports."""

    kind: Literal["customers"]
    options: ImportOptions = ImportOptions()


class Upload(Model):
    """A form to send the file with: POST, multipart/form-data, these fields first, then `file`."""

    url: str
    fields: dict[str, str]


class ImportStarted(Model):
    """The answer of POST /v1/imports."""

    id: str
    status: JobStatus
    upload: Upload


class ImportOut(Model):
    """An import as managers see it."""

    id: str
    kind: str
    status: JobStatus
    rows: int = Field(description="Rows of the file, known once it has been checked")
    created: int
    updated: int
    unchanged: int
    rejected: int
    progress: float = Field(description="From 0 to 1")
    result_url: str | None = Field(description="CSV with the result of every row, for 15 minutes; when done")
    reason: str | None = Field(description="Why it failed")
    options: ImportOptions
    created_at: str
    created_by: str
    finished_at: str | None


class ImportRowOut(Model):
    """What became of one row."""

    row: int = Field(description="1 is the first row below the header; empty rows do not count")
    result: RowOutcome
    customer_id: str | None
    field: str | None = Field(description="The column that a rejected row fails on")
    reason: str | None


@dataclass(frozen=True)
class Layout:
    """How the file is written: its separator, and what stands in each column."""

    delimiter: str
    columns: tuple[str, ...]


def shown(job: Job, result_url: str | None) -> dict[str, Any]:
    """The import as managers see it."""
    return {
        "id": job.id,
        "kind": job.request["kind"],
        "status": job.status,
        "rows": job.total or 0,
        **{outcome: job.counts.get(outcome, 0) for outcome in OUTCOMES},
        "progress": job.progress,
        "result_url": result_url,
        "reason": job.reason,
        "options": job.request["options"],
        "created_at": job.created_at,
        "created_by": job.actor.id,
        "finished_at": job.finished_at,
    }


def row_shown(row: RowResult) -> dict[str, Any]:
    """What became of a row, as managers see it."""
    return {name: getattr(row, name) for name in ImportRowOut.model_fields}
