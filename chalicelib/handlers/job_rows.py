"""The rows of a job as commands: each in one transaction together with its result, some of them side by side."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Busy, Conflict, DomainError, Unavailable
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.domain.jobs.refusals import pointer_of, reason_of
from chalicelib.handlers import problem
from chalicelib.repos.job_rows import RowDone, add_row
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import jobs
from chalicelib.wiring.store import table

WORKERS = 4  # rows wait for the store most of the time; more would crowd out the people at the counter
Row = TypeVar("Row")
Answer = TypeVar("Answer")
Command = Callable[[Transaction], RowResult]


def side_by_side(rows: Iterable[Row], touches: Callable[[Row], Hashable], do: Callable[[Row], Answer]) -> list[Answer]:
    """What comes of these rows, in their order; rows that touch the same thing are done one after the other."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return [answer for wave in _waves(rows, touches) for answer in pool.map(do, wave)]


def call_of(job: Job, number: int, now: datetime) -> Call:
    """The row as a request of the person who began the job."""
    return Call(job.actor, now, f"{job.id}.{number}")


def once(_: Conflict) -> bool:
    """A row that met a conflict is not tried again."""
    return False


def done_once(
    job: Job,
    call: Call,
    command: Command,
    refused: Callable[[DomainError], RowResult],
    again: Callable[[Conflict], bool] = once,
) -> RowResult:
    """Do a row and write its result; a refusal has a result too. A row that was done before says how it came out.

    `again` says of which conflicts a second look may make something else.

    Raises:
        Busy, Unavailable: the store did not take the row, and may have done it.
    """
    try:
        return jobs.patiently(lambda: _done(job, call, command, refused, again))
    except RowDone as before:
        return before.result


def refusal(number: int, customer_id: str | None, error: DomainError, result: str) -> RowResult:
    """The result of a row that was refused, with the first field that is wrong."""
    field = (pointer_of(error) or "").strip("/").replace("/", ".")
    return RowResult(number, result, customer_id, field or None, reason_of(error, customer_id))


def _done(
    job: Job,
    call: Call,
    command: Command,
    refused: Callable[[DomainError], RowResult],
    again: Callable[[Conflict], bool],
) -> RowResult:
    def whole(work: Transaction) -> RowResult:
        result = command(work)
        add_row(work, job, result)
        return result

    try:
        return _committed(call, whole, again)
    except (Busy, Unavailable):
        raise
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False)
        result = refused(problem.from_validation(errors))
    except DomainError as error:
        result = refused(error)
    commit_with_retry(table(), call, lambda work: add_row(work, job, result))
    return result


def _committed(call: Call, whole: Command, again: Callable[[Conflict], bool]) -> RowResult:
    try:
        return commit_with_retry(table(), call, whole)
    except Conflict as refusal:
        if not again(refusal):
            raise
    return commit_with_retry(table(), call, whole)


def _waves(rows: Iterable[Row], touches: Callable[[Row], Hashable]) -> Iterator[Sequence[Row]]:
    wave: list[Row] = []
    seen: set[Hashable] = set()
    for row in rows:
        touched = touches(row)
        if touched in seen:
            yield wave
            wave, seen = [], set()
        wave.append(row)
        seen.add(touched)
    if wave:
        yield wave
