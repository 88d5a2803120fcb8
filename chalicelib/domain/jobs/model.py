"""A job, how far it has come, and what became of each of its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from chalicelib.domain.call import Actor

JobKind = Literal["import", "export", "bulk", "undo", "duplicates", "contact_check"]
JobStatus = Literal["waiting", "unmapped", "checked", "running", "done", "failed"]
PREFIXES: Mapping[JobKind, str] = {
    "import": "imp",
    "export": "exp",
    "bulk": "blk",
    "undo": "und",
    "duplicates": "dpr",
    "contact_check": "chk",
}
KEPT_SECONDS = 90 * 24 * 3600
FINISHED = frozenset(("done", "failed"))
AT_WORK = frozenset(("waiting", "running"))


def kind_of(job_id: str) -> JobKind | None:
    """The kind of job that an id is of."""
    return next((kind for kind, prefix in PREFIXES.items() if job_id.startswith(f"{prefix}_")), None)


def named(job_id: str) -> dict[str, str]:
    """The job as events name it: `{"import_id": "imp_…"}`."""
    return {f"{kind_of(job_id)}_id": job_id}


@dataclass(frozen=True)
class StoredFile:
    """A file in the bucket; the tag tells this content from another under the same name. Size in bytes."""

    tag: str
    size: int


@dataclass(frozen=True)
class RowResult:
    """What became of one row; `trace` is what undoing it needs (domain/undo), in JSON's own types."""

    row: int
    result: str
    customer_id: str | None = None
    field: str | None = None
    reason: str | None = None
    trace: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Job:
    """A job. `version` counts its writes, so of two workers only one goes on.

    `request` is what was asked for and `state` the checkpoint to go on from, both in JSON's own types; `done` of
    `total` pieces are behind it; `leased_until` is empty when nobody works on it.
    """

    id: str
    kind: JobKind
    status: str
    actor: Actor
    created_at: str
    expires_at: int
    request: Mapping[str, Any] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    total: int | None = None
    done: int = 0
    version: int = 1
    reason: str | None = None
    finished_at: str | None = None
    leased_until: str | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return self.status in FINISHED

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        if self.status == "done":
            return 1.0
        return round(min(self.done / self.total, 1.0), 4) if self.total else 0.0

    def with_state(self, **state: Any) -> "Job":
        """The job with these parts of its checkpoint changed; None removes one."""
        changed = {name: value for name, value in {**self.state, **state}.items() if value is not None}
        return replace(self, state=changed)

    def after_rows(self, results: Iterable[RowResult], **state: Any) -> "Job":
        """The job when these rows have their results, at this checkpoint."""
        counts, done = dict(self.counts), self.done
        for result in results:
            counts[result.result] = counts.get(result.result, 0) + 1
            done += 1
        return replace(self.with_state(**state), counts=counts, done=done)

    def released(self) -> "Job":
        """The job when nobody works on it."""
        return replace(self, leased_until=None)

    def ended(self, status: JobStatus, at: str, reason: str | None = None) -> "Job":
        """The job when it is over."""
        return replace(self, status=status, finished_at=at, reason=reason, leased_until=None)
