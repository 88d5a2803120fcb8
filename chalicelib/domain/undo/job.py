"""The steps of an undo: the rows of the other job backwards, so that what came last is taken back first."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.domain.jobs.run import Turn

CHUNK = 100


@dataclass(frozen=True)
class Hands:
    """What an undo works with; `rows` gives those below a number (all for None), the last first, a chunk at most."""

    total: Callable[[Job], int]
    rows: Callable[[Job, int | None, int], Sequence[RowResult]]
    undo_rows: Callable[[Job, Sequence[RowResult]], list[RowResult]]


def steps(turn: Turn, hands: Hands) -> Iterator[Job]:
    """The undo after each of its steps."""
    if turn.job.total is None:
        yield replace(turn.job, total=hands.total(turn.job))
    while rows := hands.rows(turn.job, turn.job.state.get("below"), CHUNK):
        traced = [row for row in rows if row.trace]
        yield turn.job.after_rows(hands.undo_rows(turn.job, traced), below=rows[-1].row)
