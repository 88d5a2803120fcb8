"""The rows of an import as commands: each with its result in one transaction, several rows in one where they can be.

A group of rows that the store refuses, for whatever reason, is done row by row: then each says for itself what is
wrong, or that it was done before.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pydantic import ValidationError

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Busy, Conflict, DomainError, Unavailable
from chalicelib.domain.imports import commands
from chalicelib.domain.imports.identity import Identified, identify, waves
from chalicelib.domain.imports.model import ImportOptions, options_of
from chalicelib.domain.imports.rows import Row, rejected
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.handlers import problem
from chalicelib.handlers.job_rows import WORKERS, call_of, done_once
from chalicelib.repos.job_rows import RowDone, add_row
from chalicelib.repos.known import Found, look_up
from chalicelib.repos.transaction import (
    ATTEMPTS,
    FIRST_PAUSE,
    MOST_ITEMS,
    Contended,
    Retry,
    Transaction,
)
from chalicelib.wiring import imports, jobs, tags
from chalicelib.wiring.store import table


@dataclass(frozen=True)
class Task:
    """An import, with what it asks of every row."""

    job: Job
    options: ImportOptions

    def call(self, row: Identified, now: datetime) -> Call:
        """A row as a request of the person who began the import."""
        return call_of(self.job, row[0].number, now)

    def identified(self, rows: Sequence[Row]) -> list[Identified]:
        """The rows with what they may be known by."""
        shop = imports.shop_of(self.options.default_country)
        return [(row, identify(row, self.options, shop)) for row in rows]


def task_of(job: Job) -> Task:
    """The task that a job is."""
    return Task(job, options_of(job))


@dataclass(frozen=True)
class Draft:
    """A row, its result, and the transaction that would write both."""

    row: Identified
    result: RowResult
    work: Transaction


class Group:
    """Rows that are written in one transaction. One counter counts their customers, so that groups do not meet there.

    `largest` is the most items that a row took so far: the group is full when such a one might not fit.
    """

    def __init__(self, work: Transaction, shard: int = 0, largest: int = 0) -> None:
        self.work, self.shard, self.largest = work, shard, largest
        self.drafts: list[Draft] = []

    @property
    def full(self) -> bool:
        """Whether the next row needs another group."""
        return len(self.work) + self.largest > MOST_ITEMS

    def take(self, draft: Draft) -> bool:
        """Add a row; False when it cannot be one transaction with the others."""
        self.largest = max(self.largest, len(draft.work))
        taken = self.work.join(draft.work)
        if taken:
            self.drafts.append(draft)
        return taken


class Rows:
    """Does rows in the name of the person who began the import."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def do(self, job: Job, rows: Sequence[Row]) -> list[RowResult]:
        """The results of these rows, in their order.

        Raises:
            Busy, Unavailable: the store did not take a row; whatever was done stays done.
        """
        task = task_of(job)
        with ThreadPoolExecutor(WORKERS) as pool:
            every = waves(task.identified(rows))
            done = {result.row: result for wave in every for result in self._wave(task, wave, pool)}
        return [done[row.number] for row in rows]

    def _wave(self, task: Task, wave: Sequence[Identified], pool: ThreadPoolExecutor) -> Iterator[RowResult]:
        """Rows that name nothing in common; those about one customer, who is known by several names, in order."""
        while wave:
            identities = [identity for _, identity in wave]
            found = jobs.patiently(partial(look_up, table(), identities))
            first = next(waves(wave, found.about))
            yield from self._side_by_side(task, first, found, pool)
            done = {row.number for row, _ in first}
            wave = [each for each in wave if each[0].number not in done]

    def _side_by_side(
        self, task: Task, wave: Sequence[Identified], found: Found, pool: ThreadPoolExecutor
    ) -> Iterator[RowResult]:
        """Rows that have nothing to do with one another; while some are written, others are prepared."""
        now, writing = self._now(), list[Future[list[RowResult]]]()
        group = Group(_begun(task, now))
        for row in wave:
            if group.full:
                writing.append(pool.submit(self._write, task, group))
                group = Group(_begun(task, now), len(writing), group.largest)
            draft = _draft(task, row, found, task.call(row, now), group.shard)
            if draft is None or not group.take(draft):
                writing.append(pool.submit(self._singly, task, [row]))
        writing.append(pool.submit(self._write, task, group))
        for each in writing:
            yield from each.result()

    def _write(self, task: Task, group: Group) -> list[RowResult]:
        """All rows of a group at once; one by one when the store refuses that, or leaves open whether it was done."""
        for attempt in range(ATTEMPTS):
            try:
                group.work.commit()
            except Contended:
                time.sleep(random.uniform(0, FIRST_PAUSE * 2**attempt))  # nosec B311  # noqa: S311 -- spreads retries
            except (DomainError, Retry, RowDone):
                break
            else:
                return [draft.result for draft in group.drafts]
        return self._singly(task, [draft.row for draft in group.drafts])

    def _singly(self, task: Task, rows: Sequence[Identified]) -> list[RowResult]:
        return [self._one(task, row) for row in rows]

    def _one(self, task: Task, row: Identified) -> RowResult:
        """A row in a transaction of its own, decided by what is known now."""

        def command(work: Transaction) -> RowResult:
            return _command(task, row, look_up(work.table, [row[1]]), work)

        call = task.call(row, self._now())
        return done_once(task.job, call, command, lambda refusal: refused(row[0], refusal), _met)


def refused(row: Row, refusal: DomainError | ValidationError) -> RowResult:
    """The result of a row that was refused."""
    if isinstance(refusal, ValidationError):
        refusal = problem.from_validation(refusal.errors(include_url=False, include_input=False))
    return rejected(row, refusal)


def _begun(task: Task, now: datetime) -> Transaction:
    return Transaction(table(), Call(task.job.actor, now, task.job.id))


def _draft(task: Task, row: Identified, found: Found, call: Call, shard: int) -> Draft | None:
    """What would be written of a row; None when it has to be done by itself."""
    work = Transaction(table(), call)
    try:
        result = _command(task, row, found, work, shard)
    except (Busy, Unavailable, Retry):
        return None
    except (DomainError, ValidationError) as refusal:
        result, work = refused(row[0], refusal), Transaction(table(), call)
    add_row(work, task.job, result)
    return Draft(row, result, work)


def _command(task: Task, row: Identified, found: Found, work: Transaction, shard: int | None = None) -> RowResult:
    prepared = commands.prepare(found, *row, task.options)
    tag_ids = () if prepared.result else tags.ids_of(prepared.tags, work)
    return commands.do_row(imports.row_desk(work, task.job, row[0].number, found, shard), prepared, tag_ids)


def _met(refusal: Conflict) -> bool:
    """Somebody may have taken the external id or a number just now: then the row meets them at the second look."""
    return refusal.code in ("duplicate_external_id", "duplicate")
