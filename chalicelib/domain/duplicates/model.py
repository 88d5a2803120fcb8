"""A pair of customers that may be one person, as it is kept, reviewed and shown."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Literal

from pydantic import Field

from chalicelib.domain import ids
from chalicelib.domain.customers.model import CustomerOut
from chalicelib.domain.duplicates.reasons import REASONS
from chalicelib.domain.errors import NotFound
from chalicelib.domain.fields import ExampleBody, Model
from chalicelib.domain.jobs.model import Job, JobStatus
from chalicelib.domain.signature import Person

PREFIX = "dup"
PairStatus = Literal["open", "different"]
COUNTED = ("compared", "large_blocks", "found", "added", "changed", "gone")


class ReasonOut(Model):
    """One thing that speaks for or against, for programs and for people."""

    code: str
    text: str


class CandidateOut(Model):
    """A customer who may be the person that is being entered."""

    score: int = Field(description="How likely it is the same person, from 0 to 100")
    reasons: list[ReasonOut] = Field(description="What speaks for it, the weightiest first")
    against: list[ReasonOut] = Field(description="What speaks against it")
    customer: CustomerOut


class CandidatesOut(Model):
    """Customers who may be the person that is being entered, the likeliest first."""

    items: list[CandidateOut]


class PairPatch(Model):
    """What a person decides about a pair."""

    example: ClassVar[ExampleBody] = {"status": "different"}

    status: PairStatus = Field(description="`different`: not the same person, which later runs remember")


class PairOut(Model):
    """Two customers who may be one person."""

    id: str
    version: int
    status: PairStatus
    score: int = Field(description="How likely they are the same person, from 0 to 100")
    reasons: list[ReasonOut]
    against: list[ReasonOut]
    customers: list[CustomerOut] = Field(description="The two, the one who was entered first before the other")
    found_at: str
    decided_at: str | None
    decided_by: Person | None


class DuplicateRunOut(Model):
    """A run over all customers."""

    id: str
    status: JobStatus
    progress: float = Field(description="From 0 to 1: customers read")
    customers: int = Field(description="Customers read")
    compared: int = Field(description="Pairs that were compared")
    large_blocks: int = Field(description="Numbers, addresses or names so common that only neighbours were compared")
    found: int = Field(description="Pairs that may be one person")
    added: int = Field(description="Pairs that are new in the queue")
    changed: int = Field(description="Pairs in the queue whose score or reasons have changed")
    gone: int = Field(description="Pairs that left the queue, as they do not hold any more")
    reason: str | None = Field(description="Why it failed")
    created_at: str
    created_by: str
    finished_at: str | None


@dataclass(frozen=True)
class Pair:
    """Two customers who may be one person; the id carries both. `run` found it or changed it last."""

    id: str
    score: int
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    found_at: str
    run: str
    status: str = "open"
    version: int = 1
    decided_at: str | None = None
    decided_by: Mapping[str, str] | None = None

    def kept(self) -> dict[str, Any]:
        """The pair in JSON's own types."""
        return {**asdict(self), "reasons": list(self.reasons), "against": list(self.against)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Pair":
        """The pair that `kept` gave, or that lies in the table."""
        values = {each.name: kept[each.name] for each in fields(cls) if kept.get(each.name) is not None}
        numbers = {name: int(values[name]) for name in ("score", "version")}
        return cls(**{**values, **numbers, "reasons": tuple(kept["reasons"]), "against": tuple(kept["against"])})


def pair_id(one: str, other: str) -> str:
    """The id of the pair of two customers, whichever is named first."""
    first, second = sorted(each.partition("_")[2] for each in (one, other))
    return f"{PREFIX}_{first}{second}"


def customers_of(pair: str) -> tuple[str, str]:
    """The two customers of a pair, the older one first.

    Raises:
        NotFound: this is no id of a pair.
    """
    older = f"cus_{pair.removeprefix(f'{PREFIX}_')[: ids.LENGTH]}"
    newer = ids.owner_of(pair, PREFIX)  # None also when what stands before it is no id
    if newer is None or older >= newer:
        raise NotFound("There is no such pair.")
    return older, newer


def told(codes: Iterable[str]) -> list[dict[str, str]]:
    """Reasons as clients see them."""
    return [{"code": code, "text": REASONS[code].text} for code in codes if code in REASONS]


def run_shown(job: Job) -> dict[str, Any]:
    """A run as managers see it."""
    return {
        "id": job.id,
        "status": job.status,
        "progress": job.progress,
        "customers": job.done,
        **{name: job.counts.get(name, 0) for name in COUNTED},
        "reason": job.reason,
        "created_at": job.created_at,
        "created_by": job.actor.id,
        "finished_at": job.finished_at,
    }
