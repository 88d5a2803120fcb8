"""An import: what is asked for, and what managers see of it and its rows."""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from chalicelib.domain import instants
from chalicelib.domain.consents.model import ConsentSource
from chalicelib.domain.customers.model import MOST_TAGS, Channel, Source
from chalicelib.domain.fields import Country, ExampleBody, Instant, Language, Model, Text, TimeZone, wrong
from chalicelib.domain.imports.dates import DateFormat
from chalicelib.domain.imports.mapping import FieldMapping
from chalicelib.domain.imports.records import FileFormat
from chalicelib.domain.imports.saved import MappingName
from chalicelib.domain.jobs.model import Job, RowResult

RowOutcome = Literal["created", "updated", "unchanged", "rejected"]
OUTCOMES: tuple[RowOutcome, ...] = ("created", "updated", "unchanged", "rejected")
ImportStatus = Literal["waiting", "expired", "running", "unmapped", "checked", "done", "failed"]
FORM_LASTS = timedelta(minutes=15)
FILE_DAYS = 30  # as the bucket's lifecycle rule has it: after that the result files are gone
MOST_ROWS = 1_000_000


class Defaults(Model):
    """What every row says that does not say otherwise; customers who are known keep what they have."""

    source: Source | None = None
    tags: Annotated[list[Text], Field(max_length=MOST_TAGS)] = []
    home_location: Text | None = None
    assignee: Text | None = None
    language: Language | None = None
    time_zone: TimeZone | None = None
    preferred_channel: Channel | None = None


class ConsentProof(Model):
    """How it was said what the consent columns say."""

    source: ConsentSource = Field(examples=["form"])
    wording_version: Text = Field(description="The wording that people agreed to", examples=["2024-05"])
    at: Instant = Field(description="When; of several days the last")


class ImportOptions(Model):
    """How the file is to be read, and what becomes of its rows."""

    default_country: Country | None = Field(
        default=None,
        description="Of numbers without +, whatever the location or the settings say, and of addresses that name none",
    )
    date_format: DateFormat | None = Field(default=None, description="Needed when the dates fit several")
    encoding: Text | None = Field(default=None, description="If not found right: cp1252, utf-16 …")
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    sheet: Text | None = Field(default=None, description="Of an xlsx file; else the first one")
    defaults: Defaults = Defaults()
    first_rows: Annotated[int, Field(ge=1, le=MOST_ROWS)] | None = Field(
        default=None, description="Only so many rows, to begin with"
    )
    consents: ConsentProof | None = Field(default=None, description="Needed when a column says what people agreed to")
    on_match: Literal["update", "skip", "reject"] = Field(
        default="update", description="What becomes of rows whose customer is known"
    )
    allow_duplicate: bool = Field(default=False, description="Accept numbers and addresses that others hold")


class Mapped(Model):
    """At most one way to say which column holds what."""

    mapping: FieldMapping | None = Field(
        default=None, description='Target to column: {"given_name": "First name", "consents.email.birthday": "News"}'
    )
    template: Text | None = Field(default=None, description="The ready-made mapping of another system's export")
    mapping_id: Text | None = Field(default=None, description="A mapping that was saved")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(each is not None for each in (self.mapping, self.template, self.mapping_id)) > 1:
            raise wrong("takes one of mapping, template, mapping_id")
        return self


class NewImport(Mapped):
    """The body of POST /v1/imports."""

    example: ClassVar[ExampleBody] = {"kind": "customers", "format": "csv", "file_name": "customers.csv"}

    kind: Literal["customers", "everything"]
    format: FileFormat = "csv"
    file_name: Text | None = Field(default=None, description="As people know it: the customers' timelines name it")
    options: ImportOptions = ImportOptions()


class NewMapping(Mapped):
    """The body of PUT …/mapping; the options replace those that were sent before."""

    example: ClassVar[ExampleBody] = {
        "mapping": {"given_name": "First name", "family_name": "Last name", "phone": "Mobile"}
    }

    options: ImportOptions | None = None
    save_as: MappingName | None = Field(default=None, description="Keep the mapping under this name")


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
    format: FileFormat
    file_name: str | None
    status: ImportStatus
    dry_run: bool = Field(description="Whether the rows are only checked, until …/start")
    rows: int = Field(description="Rows of the file, known once it has been read")
    created: int
    updated: int
    unchanged: int
    rejected: int
    progress: float = Field(description="From 0 to 1")
    centralised: float | None = Field(description="Share of the rows that are in Facet now, 0 to 1; when done")
    result_url: str | None = Field(description="CSV with the result of every row, for 15 minutes; when done or checked")
    rejected_url: str | None = Field(
        description="The rejected rows as they came, to be mended and sent again, for 15 minutes"
    )
    reason: str | None = Field(description="Why it failed, or waits for a mapping")
    file: dict[str, Any] = Field(description="How the file is written: encoding, delimiter, sheet, columns")
    proposal: dict[str, Any] | None = Field(description="Which column may be what; while unmapped")
    mapping: dict[str, Any] | None = Field(description="By which the rows are read")
    options: ImportOptions
    undo_id: str | None = Field(description="The undo of this import, if there is one")
    created_at: str
    created_by: str
    finished_at: str | None


class ImportRowOut(Model):
    """What became of one row, or would."""

    row: int = Field(description="1 is the first row below the header; empty rows do not count")
    result: RowOutcome
    customer_id: str | None = Field(description="Unknown of a row that a dry run would create")
    field: str | None = Field(description="The column that a rejected row fails on")
    reason: str | None


def options_of(job: Job) -> ImportOptions:
    """What was asked for."""
    return ImportOptions.model_validate(job.request["options"])


def only_checked(job: Job) -> bool:
    """Whether the results of its rows are those of a dry run."""
    return bool(job.request.get("dry_run")) and not job.state.get("started")


def status_of(job: Job, now: datetime) -> str:
    """The status that people see: a form that ran out before a file was seen is said to have expired."""
    if job.status == "waiting" and "spool" not in job.state:
        return "expired" if now - instants.parse_instant(job.created_at) > FORM_LASTS else "waiting"
    return "running" if job.status == "waiting" else job.status


def shown(job: Job, now: datetime, result_url: str | None, rejected_url: str | None) -> dict[str, Any]:
    """The import as managers see it."""
    counts: dict[str, int] = {outcome: job.counts.get(outcome, 0) for outcome in OUTCOMES}
    arrived = (job.total or 0) - counts["rejected"]
    return {
        "id": job.id,
        "kind": job.request["kind"],
        "format": job.request.get("format", "csv"),
        "file_name": job.request.get("file_name"),
        "status": status_of(job, now),
        "dry_run": only_checked(job),
        "rows": job.total or job.state.get("records", 0),
        **counts,
        "progress": 1.0 if job.status == "checked" else job.progress,
        "centralised": round(arrived / job.total, 4) if job.status == "done" and job.total else None,
        "result_url": result_url,
        "rejected_url": rejected_url if counts["rejected"] else None,
        "reason": job.reason,
        "file": dict(job.state.get("file", {})),
        "proposal": job.state.get("proposal") if job.status == "unmapped" else None,
        "mapping": job.state.get("mapping"),
        "options": job.request["options"],
        "undo_id": job.state.get("undo_id"),
        "created_at": job.created_at,
        "created_by": job.actor.id,
        "finished_at": job.finished_at,
    }


def row_shown(row: RowResult) -> dict[str, Any]:
    """What became of a row, as managers see it."""
    return {name: getattr(row, name) for name in ImportRowOut.model_fields}
