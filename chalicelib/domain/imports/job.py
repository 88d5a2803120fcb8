"""The steps of an import: the file into records once, which column is what, then row after row, then the result.

Nothing here is told twice: each row's own record decides whether it has been done.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Protocol

from chalicelib.domain.errors import Invalid
from chalicelib.domain.imports.model import only_checked, options_of
from chalicelib.domain.imports.plan import Plan
from chalicelib.domain.imports.planning import chosen, plan_of, proposed
from chalicelib.domain.imports.records import Record
from chalicelib.domain.imports.rows import Row
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.domain.jobs.run import Turn

CHUNK = 100
RENEWED = 20  # chunks that are gone through again between two renewals of the lease
Located = tuple[Record, int]  # a record, and the byte of the spool behind it


class Rehearsed(Protocol):
    """A dry run: it knows the rows before as if they had been done."""

    def resume(self, seen: Mapping[str, Any] | None) -> int:
        """Take up what was kept; the number of the last row that it knows."""

    def check(self, job: Job, rows: Sequence[Row]) -> list[RowResult]:
        """What would become of these rows."""

    def tell(self, job: Job, results: Sequence[RowResult]) -> None:
        """Write these results down; doing it again changes nothing."""

    def keep(self, done: int) -> dict[str, Any]:
        """Put what it knows where a later turn finds it; what `resume` is to be given."""

    def close(self) -> None:
        """Leave nothing on the disk."""


@dataclass(frozen=True)
class Hands:
    """What an import works with. `records` come from the spool, from a byte of it on."""

    normalise: Callable[[Turn], Job]
    records: Callable[[Job, int], Iterable[Located]]
    do_rows: Callable[[Job, Sequence[Row]], list[RowResult]]
    rehearse: Callable[[], Rehearsed]
    write_files: Callable[[Job], None]


def steps(turn: Turn, hands: Hands) -> Iterator[Job]:
    """The import after each of its steps."""
    if "spool" not in turn.job.state:
        yield hands.normalise(turn)
    if "mapping" not in turn.job.state:
        yield _mapped(turn.job, hands)  # the turn ends here when a person has to say more
    plan = plan_of(turn.job)
    if only_checked(turn.job):
        yield from _checked(turn, hands, plan)
    else:
        for rows, end in _chunks(turn.job, hands, plan, turn.job.state.get("offset", 0), turn.job.done):
            yield turn.job.after_rows(hands.do_rows(turn.job, rows), offset=end)
        hands.write_files(turn.job)


def _mapped(job: Job, hands: Hands) -> Job:
    """The job with its mapping, or one that waits for it, with a proposal."""
    head = [record.cells for record, _ in islice(hands.records(job, 0), CHUNK) if record.fault is None]
    try:
        mapping, reason = chosen(job), "The columns are to be named."
        if mapping is not None:
            mapped = replace(job.with_state(mapping=mapping, proposal=None), reason=None)
            plan_of(mapped)
            return replace(mapped, total=_wanted(mapped))
    except Invalid as refusal:
        reason = refusal.detail
    return replace(job.with_state(proposal=proposed(job, head)), status="unmapped", reason=reason)


def _wanted(job: Job) -> int:
    """How many rows are to be done: all, or the first ones that were asked for."""
    records: int = job.state["records"]
    return min(records, options_of(job).first_rows or records)


def _checked(turn: Turn, hands: Hands, plan: Plan) -> Iterator[Job]:
    """Check the rows and wait for a person; those that an earlier turn checked are gone through again if need be."""
    if not turn.job.state.get("checked"):
        with closing(hands.rehearse()) as rehearsal:
            yield from _rehearsed(turn, hands, plan, rehearsal)
        hands.write_files(turn.job)
    yield replace(turn.job.with_state(checked=True, seen=None), status="checked")


def _rehearsed(turn: Turn, hands: Hands, plan: Plan, rehearsal: Rehearsed) -> Iterator[Job]:
    seen = turn.job.state.get("seen")
    known = rehearsal.resume(seen)
    offset = seen["offset"] if seen and known else 0
    for count, (rows, end) in enumerate(_chunks(turn.job, hands, plan, offset, known)):
        results = rehearsal.check(turn.job, rows)
        after = turn.job
        if rows[0].number > turn.job.done:
            rehearsal.tell(turn.job, results)
            after = turn.job.after_rows(results, offset=end)
        elif count % RENEWED and not turn.out_of_time():
            continue
        late = turn.out_of_time()
        yield after.with_state(seen={**rehearsal.keep(rows[-1].number), "offset": end}) if late else after


def _chunks(job: Job, hands: Hands, plan: Plan, offset: int, done: int) -> Iterator[tuple[list[Row], int]]:
    """Groups of rows behind those that are done, each with the byte after it."""
    numbered = enumerate(hands.records(job, offset), start=done + 1)
    wanted = islice(numbered, (job.total or 0) - done)
    while chunk := list(islice(wanted, CHUNK)):
        rows = [plan.row(number, record.cells, record.fault) for number, (record, _) in chunk]
        yield rows, chunk[-1][1][1]
