"""The steps of an undo, with what they work with."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Conflict, DomainError
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.domain.jobs.run import Turn
from chalicelib.domain.undo import job as undo_job
from chalicelib.domain.undo.rows import prepare, undo_row
from chalicelib.handlers.job_rows import call_of, done_once, refusal, side_by_side
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import jobs, undo
from chalicelib.wiring.store import table

HELD = frozenset(("duplicate", "duplicate_external_id"))


class _Later(Exception):
    """A number that the row gives back is held by a customer whom the undo may come to yet."""


def steps(turn: Turn) -> Iterator[Job]:
    """The undo after each of its steps."""
    hands = undo_job.Hands(
        total=lambda job: undo.total(job, turn.now()),
        rows=undo.rows,
        undo_rows=lambda job, rows: _undo(job, rows, turn.now),
    )
    return undo_job.steps(turn, hands)


def _undo(job: Job, rows: Sequence[RowResult], now: Callable[[], datetime]) -> list[RowResult]:
    """Those that wait for another one's number come last, one by one."""
    done = side_by_side(rows, lambda row: row.customer_id, lambda row: _early(job, row, now()))
    return [result or _one(job, row, now(), last=True) for row, result in zip(rows, done, strict=True)]


def _early(job: Job, row: RowResult, now: datetime) -> RowResult | None:
    try:
        return _one(job, row, now, last=False)
    except _Later:
        return None


def _one(job: Job, row: RowResult, now: datetime, *, last: bool) -> RowResult:
    call = call_of(job, row.row, now)
    if (row.trace or {}).get("did") == "created":
        _prepare(job, row, call)

    def command(work: Transaction) -> RowResult:
        return undo_row(undo.desk(work, job), row)

    def refused(error: DomainError) -> RowResult:
        if not last and isinstance(error, Conflict) and error.code in HELD:
            raise _Later
        return refusal(row.row, row.customer_id, error, "kept")

    return done_once(job, call, command, refused)


def _prepare(job: Job, row: RowResult, call: Call) -> None:
    """A transaction of its own; once it is done it finds nothing to do."""
    jobs.patiently(lambda: commit_with_retry(table(), call, lambda work: prepare(undo.desk(work, job), row)))
