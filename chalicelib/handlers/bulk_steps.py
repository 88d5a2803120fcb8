"""The steps of a bulk change, with what they work with."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from chalicelib.domain.bulk import job as bulk_job
from chalicelib.domain.bulk.rows import Member, do_row
from chalicelib.domain.customers.filters import Filters
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.domain.jobs.run import Turn
from chalicelib.handlers.job_rows import call_of, done_once, refusal, side_by_side
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import bulk


def steps(turn: Turn) -> Iterator[Job]:
    """The bulk change after each of its steps."""
    started = turn.now()
    hands = bulk_job.Hands(
        page=lambda job, position: bulk.page(job, position, started),
        parts=bulk.Parts(turn.job.id),
        do_rows=lambda job, members: _do(job, members, turn.now),
    )
    return bulk_job.steps(turn, hands)


def _do(job: Job, members: Sequence[Member], now: Callable[[], datetime]) -> list[RowResult]:
    wanted = bulk.filters(job)
    return side_by_side(members, lambda member: member.customer_id, lambda member: _one(job, wanted, member, now()))


def _one(job: Job, wanted: Filters | None, member: Member, now: datetime) -> RowResult:
    def command(work: Transaction) -> RowResult:
        return do_row(bulk.desk(work, job), bulk.task(job, wanted, work), member)

    return done_once(
        job,
        call_of(job, member.number, now),
        command,
        lambda error: refusal(member.number, member.customer_id, error, "rejected"),
    )
