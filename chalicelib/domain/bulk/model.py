"""A bulk change as managers ask for it, and what became of it."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from chalicelib.domain.customers.model import MOST_TAGS, Channel, CustomerOut, Source
from chalicelib.domain.customers.narrowing import CustomerFilter
from chalicelib.domain.fields import Custom, ExampleBody, Language, Model, Text, TimeZone, unique, wrong
from chalicelib.domain.jobs.model import Job, JobStatus, RowResult

MOST_IDS = 1000
ActionKind = Literal["tag", "untag", "assign", "change", "archive", "export"]
BulkOutcome = Literal["changed", "unchanged", "rejected"]
OUTCOMES: tuple[BulkOutcome, ...] = ("changed", "unchanged", "rejected")
TAKES: dict[str, str | None] = {
    "tag": "tags",
    "untag": "tags",
    "assign": "assignee",
    "change": "fields",
    "archive": None,
    "export": "format",
}


class Selection(Model):
    """Which customers: these, or all that pass a filter at the moment when the job begins."""

    ids: Annotated[list[Text], Field(min_length=1, max_length=MOST_IDS)] | None = None
    filter: CustomerFilter | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.ids is None) == (self.filter is None):
            raise wrong("takes either ids or filter")
        unique(self.ids or (), "ids")
        return self


class BulkFields(Model):
    """Fields that many customers may have in common; null removes one, `custom` is merged."""

    home_location: Text | None = None
    language: Language | None = None
    source: Source = "walk_in"
    category: Literal["business"] | None = None
    preferred_channel: Channel | None = None
    occupation: Text | None = None
    gender: Text | None = None
    time_zone: TimeZone | None = None
    custom: Custom = {}

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise wrong("names no field")
        return self


class Action(Model):
    """What to do with each of them. Each kind takes exactly the field that belongs to it."""

    kind: ActionKind
    tags: Annotated[list[Text], Field(min_length=1, max_length=MOST_TAGS)] | None = Field(
        default=None, description="Of tag and untag"
    )
    assignee: Text | None = Field(default=None, description="Of assign; null takes the assignee away")
    fields: BulkFields | None = Field(default=None, description="Of change")
    format: Literal["csv", "xlsx", "jsonl"] | None = Field(default=None, description="Of export")

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        takes = TAKES[self.kind]
        if self.model_fields_set - {"kind"} != ({takes} if takes else set()):
            raise wrong(f"{self.kind} takes {takes or 'nothing else'}" + (" and nothing else" if takes else ""))
        if takes and takes != "assignee" and getattr(self, takes) is None:
            raise wrong(f"{takes} must not be null")
        return self


class NewBulk(Model):
    """The body of POST /v1/customers/bulk."""

    example: ClassVar[ExampleBody] = {
        "selection": {"ids": ["cus_01kexamp1e0000000000000000"]},
        "action": {"kind": "tag", "tags": ["Gold"]},
    }

    selection: Selection
    action: Action


class BulkStarted(Model):
    """The answer of POST /v1/customers/bulk: the job that does it, an export when the action is one."""

    id: str
    status: JobStatus


class BulkPreview(Model):
    """The answer of a dry run: how many it would be, and some of them."""

    count: int
    exact: bool = Field(description="false when there are more")
    sample: list[CustomerOut]


class BulkOut(Model):
    """A bulk change as managers see it."""

    id: str
    status: JobStatus
    action: Action
    selection: Selection
    customers: int = Field(description="How many were selected, known once the selection is written down")
    changed: int
    unchanged: int
    rejected: int
    progress: float = Field(description="From 0 to 1")
    reason: str | None = Field(description="Why it failed")
    undo_id: str | None = Field(description="The job that takes it back, once that was asked for")
    created_at: str
    created_by: str
    finished_at: str | None


class BulkRowOut(Model):
    """What became of one customer."""

    row: int
    result: BulkOutcome
    customer_id: str | None
    field: str | None = Field(description="What was in the way of a rejected one")
    reason: str | None


def shown(job: Job) -> dict[str, Any]:
    """The bulk change as managers see it."""
    return {
        "id": job.id,
        "status": job.status,
        "action": job.request["action"],
        "selection": job.request["selection"],
        "customers": job.total or 0,
        **{outcome: job.counts.get(outcome, 0) for outcome in OUTCOMES},
        "progress": job.progress,
        "reason": job.reason,
        "undo_id": job.state.get("undo_id"),
        "created_at": job.created_at,
        "created_by": job.actor.id,
        "finished_at": job.finished_at,
    }


def row_shown(row: RowResult) -> dict[str, Any]:
    """What became of a customer, as managers see it."""
    return {name: getattr(row, name) for name in BulkRowOut.model_fields}
