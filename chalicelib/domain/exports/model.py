"""An export as managers ask for it and see it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from chalicelib.domain import instants
from chalicelib.domain.customers.narrowing import CustomerFilter
from chalicelib.domain.fields import ExampleBody, Model, Text
from chalicelib.domain.jobs.model import Job, JobStatus

ExportKind = Literal["customers", "everything"]
ExportFormat = Literal["csv", "xlsx", "jsonl"]
MOST_IDS = 1000
MOST_CHOSEN = 200
KEPT = timedelta(days=7)  # as the bucket's lifecycle rule has it: after that the file is gone
LINK_LASTS = timedelta(minutes=15)


class NewExport(Model):
    """The body of POST /v1/exports."""

    example: ClassVar[ExampleBody] = {"format": "csv", "filter": {"tag": "VIP"}}

    kind: ExportKind = Field(
        default="customers", description="everything: all data of the shop without loss, as jsonl; goes back by import"
    )
    format: ExportFormat
    filter: CustomerFilter | None = Field(default=None, description="Which customers; all active ones without it")
    ids: Annotated[list[Text], Field(min_length=1, max_length=MOST_IDS)] | None = Field(
        default=None, description="Just these customers, instead of a filter"
    )
    archived: bool = Field(default=False, description="Archived customers too; only without a filter")
    columns: Annotated[list[Text], Field(min_length=1, max_length=MOST_CHOSEN)] | None = Field(
        default=None, description="csv and xlsx: these columns in this order; else all that hold something"
    )


class ExportStarted(Model):
    """The answer of POST /v1/exports."""

    id: str
    status: JobStatus


class ExportLine(Model):
    """An export in the list."""

    id: str
    kind: ExportKind
    format: ExportFormat
    status: JobStatus
    progress: float = Field(description="From 0 to 1; stays 0 while nobody knows how many pass the filter")
    rows: int = Field(description="Customers in the file so far; records, when it is everything")
    missing: int = Field(description="Ids that were asked for and are no customer's")
    left_out: int = Field(description="Values of custom fields that have no column of their own; jsonl has them")
    reason: str | None = Field(description="Why it failed")
    size: int | None = Field(description="Bytes of the file")
    filter: dict[str, Any] | None
    ids: int | None = Field(description="How many ids were asked for")
    archived: bool
    columns: list[str] | None
    created_at: str
    created_by: str
    finished_at: str | None
    kept_until: str | None = Field(description="When the file goes")


class ExportOut(ExportLine):
    """An export with the link to its file."""

    download_url: str | None = Field(description="For 15 minutes; when done, and while the file is kept")
    download_expires_at: str | None


def shown(job: Job) -> dict[str, Any]:
    """The export in the list."""
    asked = job.request
    until = kept_until(job)
    return {
        "id": job.id,
        "kind": asked["kind"],
        "format": asked["format"],
        "status": job.status,
        "progress": job.progress,
        "rows": job.counts.get("records", job.done),
        "missing": job.counts.get("missing", 0),
        "left_out": job.counts.get("left_out", 0),
        "reason": job.reason,
        "size": job.state["file"]["size"] if "file" in job.state else None,
        "filter": asked["filter"],
        "ids": len(asked["ids"]) if asked["ids"] else None,
        "archived": asked["archived"],
        "columns": asked["columns"],
        "created_at": job.created_at,
        "created_by": job.actor.id,
        "finished_at": job.finished_at,
        "kept_until": instants.to_text(until) if until else None,
    }


def kept_until(job: Job) -> datetime | None:
    """When the file goes; None while there is none."""
    if job.status != "done" or job.finished_at is None:
        return None
    return instants.parse_instant(job.finished_at) + KEPT


def with_link(line: Mapping[str, Any], url: str | None, now: datetime) -> dict[str, Any]:
    """The export with its link, made now."""
    expires = instants.to_text(now + LINK_LASTS) if url else None
    return {**line, "download_url": url, "download_expires_at": expires}
