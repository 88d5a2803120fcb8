"""An import, how far it has come, and what became of each row."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import Field

from chalicelib.domain.call import Actor
from chalicelib.domain.fields import Country, Model

ImportStatus = Literal["waiting", "running", "done", "failed"]
RowOutcome = Literal["created", "updated", "unchanged", "rejected"]
OUTCOMES: tuple[RowOutcome, ...] = ("created", "updated", "unchanged", "rejected")
KEPT_SECONDS = 90 * 24 * 3600
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
    status: ImportStatus
    upload: Upload


class ImportOut(Model):
    """An import as managers see it."""

    id: str
    kind: str
    status: ImportStatus
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
class RowResult:
    """What became of one row."""

    row: int
    result: RowOutcome
    customer_id: str | None = None
    field: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Layout:
    """How the file is written: its separator, and what stands in each column."""

    delimiter: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class SourceFile:
    """The uploaded file; the tag tells this upload from another one under the same name."""

    tag: str
    size: int


@dataclass(frozen=True)
class Import:
    """An import. `version` counts its writes, so of two workers only one goes on.

    `offset` (bytes) and `done` (rows) say up to where rows have their results; `leased_until` is empty when nobody
    works on it.
    """

    id: str
    kind: str
    status: str
    actor: Actor
    created_at: str
    expires_at: int
    default_country: str | None = None
    version: int = 1
    file: SourceFile | None = None
    layout: Layout | None = None
    rows: int = 0
    done: int = 0
    offset: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    reason: str | None = None
    finished_at: str | None = None
    leased_until: str | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.status in ("done", "failed")

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        if self.status == "done":
            return 1.0
        return round(self.done / self.rows, 4) if self.rows else 0.0

    def after_rows(self, results: Iterable[RowResult], offset: int) -> "Import":
        """The import when these rows, up to this byte, have their results."""
        counts, done = dict(self.counts), self.done
        for result in results:
            counts[result.result] += 1
            done += 1
        return replace(self, counts=counts, done=done, offset=offset)

    def released(self) -> "Import":
        """The import when nobody works on it."""
        return replace(self, leased_until=None)

    def ended(self, status: ImportStatus, at: str, reason: str | None = None) -> "Import":
        """The import when it is over."""
        return replace(self, status=status, finished_at=at, reason=reason, leased_until=None)


def shown(job: Import, result_url: str | None) -> dict[str, Any]:
    """The import as managers see it."""
    return {
        "id": job.id,
        "kind": job.kind,
        "status": job.status,
        "rows": job.rows,
        **{outcome: job.counts[outcome] for outcome in OUTCOMES},
        "progress": job.progress,
        "result_url": result_url,
        "reason": job.reason,
        "options": {"default_country": job.default_country},
        "created_at": job.created_at,
        "created_by": job.actor.id,
        "finished_at": job.finished_at,
    }
