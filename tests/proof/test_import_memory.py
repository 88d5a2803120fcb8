"""Memory stays flat however long a list is: the steps themselves, over stores that keep nothing."""

import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from chalicelib.domain.call import Actor
from chalicelib.domain.imports.job import Hands, Located, Rehearsed, steps
from chalicelib.domain.imports.model import NewImport
from chalicelib.domain.imports.planning import asked
from chalicelib.domain.imports.records import Record
from chalicelib.domain.imports.rows import Row
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.domain.jobs.run import Bench, Turn

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
HEADER = ("given_name", "family_name", "phone", "email", "birthday", "home_city", "tags")
FLAT = 1.2


class Records:
    """Keeps the last state only."""

    def save(self, before: Job, after: Job) -> Job:  # noqa: ARG002 -- as a turn has it
        """As it is."""
        return after

    def finish(self, before: Job, after: Job) -> None:
        """Nothing follows."""


def located(job: Job, offset: int) -> Iterator[Located]:
    for number in range(offset, job.state["records"]):
        cells = (
            f"Asha {number}",
            "Rao",
            f"98765{number:07d}",
            f"a{number}@b.example",
            "1990-03-15",
            "Pune",
            "Gold|VIP",
        )
        yield Record(number + 2, cells), number + 1


def do_rows(job: Job, rows: Sequence[Row]) -> list[RowResult]:
    return [RowResult(row.number, "created", f"cus_{row.number:026d}") for row in rows]


def no_rehearsal() -> Rehearsed:
    raise NotImplementedError("these imports are no dry runs")


def peak(count: int) -> int:
    """Bytes at the most while so many rows go through."""

    def normalise(turn: Turn) -> Job:
        return turn.job.with_state(spool={}, records=count, header=list(HEADER), file={}, dates={}, offset=0)

    request = asked(NewImport.model_validate({"kind": "customers"}), NOW, dry_run=False)
    job = Job("imp_x", "import", "waiting", Actor("usr_x", "X"), "2026-11-22T10:00:00.000Z", 0, request)
    hands = Hands(normalise, located, do_rows, no_rehearsal, lambda _: None)
    turn = Turn(Bench(Records(), lambda: NOW, lambda: 900.0), job)
    tracemalloc.start()
    try:
        assert turn.go(lambda each: steps(each, hands))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_ten_times_the_rows_take_no_more_memory() -> None:
    peak(200)  # what is loaded once
    assert peak(5_000) < FLAT * peak(500)
