"""The rows of an import as commands: each in one transaction, together with its result."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from pydantic import ValidationError

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Busy, Conflict, DomainError, Unavailable
from chalicelib.domain.imports import commands
from chalicelib.domain.imports.rows import Row, rejected, waves
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.handlers import problem
from chalicelib.repos.job_rows import RowDone, add_row
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import customers, imports, jobs, tags
from chalicelib.wiring.store import table

WORKERS = 4  # rows wait for the store most of the time; more would crowd out the people at the counter


class Rows:
    """Does rows, some of them side by side, in the name of the person who began the import."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def do(self, job: Job, rows: Sequence[Row]) -> list[RowResult]:
        """The results of these rows, in their order.

        Raises:
            Busy, Unavailable: the store did not take a row; whatever was done stays done.
        """
        with ThreadPoolExecutor(WORKERS) as pool:
            return [result for wave in waves(rows) for result in pool.map(lambda row: self._one(job, row), wave)]

    def _one(self, job: Job, row: Row) -> RowResult:
        call = Call(job.actor, self._now(), f"{job.id}.{row.number}")
        try:
            return jobs.patiently(lambda: _done(job, row, call))
        except RowDone as before:
            return before.result


def _done(job: Job, row: Row, call: Call) -> RowResult:
    try:
        return _tried(job, row, call)
    except (Busy, Unavailable):
        raise
    except DomainError as refusal:
        result = rejected(row, refusal)
    commit_with_retry(table(), call, lambda work: add_row(work, job, result))
    return result


def _tried(job: Job, row: Row, call: Call) -> RowResult:
    def command(work: Transaction) -> RowResult:
        prepared = commands.prepare(customers.reader(), row)
        tag_ids = tags.ids_of(prepared.tags, work)
        result = commands.do_row(imports.desk(work, job), prepared, tag_ids)
        add_row(work, job, result)
        return result

    try:
        return _twice_for_external_id(lambda: commit_with_retry(table(), call, command))
    except ValidationError as wrong:
        raise problem.from_validation(wrong.errors(include_url=False, include_input=False)) from None


def _twice_for_external_id(attempt: Callable[[], RowResult]) -> RowResult:
    """Somebody may have made the customer of this external id just now: then the row changes that one."""
    try:
        return attempt()
    except Conflict as refusal:
        if refusal.code != "duplicate_external_id":
            raise
    return attempt()
