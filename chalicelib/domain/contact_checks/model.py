"""Findings about contact details as they are kept and shown."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pydantic import Field

from chalicelib.domain.fields import ExampleBody, LongText, Model
from chalicelib.domain.jobs.model import Job, JobStatus
from chalicelib.domain.signature import Person

Kind = Literal[
    "address_rejected",
    "anniversary_implausible",
    "birthday_implausible",
    "channel_impossible",
    "country_missing",
    "email_invalid",
    "email_typo",
    "name_capitals",
    "name_odd",
    "not_verified",
    "phone_impossible",
    "phone_invalid",
    "postal_code",
    "unreachable",
]
FindingStatus = Literal["open", "dismissed"]


@dataclass(frozen=True)
class Finding:
    """A doubt that is kept. Its value is not: `mark` tells it from another one of the same customer and kind."""

    id: str
    kind: Kind
    mark: str
    status: FindingStatus
    found_at: str
    note: str | None = None
    decided_at: str | None = None
    decided_by: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Findings:
    """All findings about a customer, open and dismissed; `version` is 0 while there were none ever."""

    customer_id: str
    version: int = 0
    assignee: str | None = None
    items: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Counted:
    """How many findings of a kind there are."""

    open: int = 0
    dismissed: int = 0


def mark_of(kind: str, value: str) -> str:
    """Tells one value from another without telling it: what was dismissed stays so while the value stays."""
    return hashlib.sha256(f"{kind}\n{value}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


class FoundCustomer(Model):
    """The customer a finding is about."""

    id: str
    name: str
    assignee: str | None
    home_location: str | None


class FindingOut(Model):
    """Something about a customer's contact details to look into."""

    id: str
    kind: Kind
    status: FindingStatus
    field: str = Field(description="Which field of the customer, as a JSON pointer")
    value: str = Field(description="What stands there now")
    detail: str = Field(description="Why it cannot be right")
    suggestion: str | None = Field(description="What was probably meant; a person decides")
    customer: FoundCustomer
    found_at: str
    note: str | None
    decided_at: str | None
    decided_by: Person | None


class FindingPatch(Model):
    """What a person decides about a finding."""

    example: ClassVar[ExampleBody] = {"status": "dismissed", "note": "The customer reads mail there"}

    status: FindingStatus = Field(description="`dismissed`: it is right as it is, for as long as it stays so")
    note: LongText | None = Field(default=None, description="Why; kept with the finding")


class KindCount(Model):
    """How many findings of one kind there are."""

    kind: Kind
    open: int
    dismissed: int


class KindCounts(Model):
    """All kinds, as of the last check and what was decided since."""

    items: list[KindCount]


class CheckOut(Model):
    """A look over all customers."""

    id: str
    status: JobStatus
    progress: float = Field(description="From 0 to 1: customers looked at")
    customers: int = Field(description="Customers looked at")
    found: int = Field(description="Findings that are new")
    gone: int = Field(description="Findings that are settled: the field was mended, or the customer is archived")
    reason: str | None = Field(description="Why it failed")
    created_at: str
    created_by: str
    finished_at: str | None


class NewVerification(Model):
    """The body of POST /v1/customers/{id}/verifications."""

    example: ClassVar[ExampleBody] = {"note": "Read out at the till"}

    note: LongText | None = Field(default=None, description="Such as what was asked", examples=["Read out at the till"])


class VerificationOut(Model):
    """Details that were confirmed with the customer."""

    customer_id: str
    verified_at: str
    verified_by: Person
    note: str | None


def check_shown(job: Job) -> dict[str, Any]:
    """A look over all customers as the API gives it."""
    counts = {name: job.counts.get(name, 0) for name in ("customers", "found", "gone")}
    return {
        "id": job.id,
        "status": job.status,
        "progress": job.progress,
        **counts,
        "reason": job.reason,
        "created_at": job.created_at,
        "created_by": job.actor.name,
        "finished_at": job.finished_at,
    }
