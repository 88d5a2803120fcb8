"""Running an import: check the whole file, then row after row with checkpoints, then the result.

Nothing here is told twice: each row's own record decides whether it has been done, so wherever this stops, it may be
started again from the last checkpoint.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from chalicelib.domain import instants
from chalicelib.domain.imports.columns import columns_of
from chalicelib.domain.imports.csv_text import Reader, Record, Unreadable
from chalicelib.domain.imports.model import Import, ImportStatus, Layout, RowResult, SourceFile
from chalicelib.domain.imports.rows import Row, read_row

CHUNK = 25
LEASE = timedelta(seconds=60)
ROWS_A_SECOND = 2000  # at which results are read back, at the least
ENOUGH_SECONDS = 60.0
MOST_ROWS = 1_000_000


class Taken(Exception):
    """Another worker has gone on with this import."""


class Records(Protocol):
    """Where an import keeps how far it has come."""

    def save(self, before: Import, after: Import) -> Import:
        """Write the next state; returns it as it was written. Raises Taken when the state before has passed."""

    def finish(self, before: Import, after: Import) -> None:
        """Write the last state, with its event. Raises Taken as `save`."""


class Source(Protocol):
    """The uploaded file. Raises Unreadable when the file is gone or another one has taken its place."""

    def describe(self) -> SourceFile:
        """The file as it is now."""

    def blocks(self, file: SourceFile, offset: int) -> Iterable[bytes]:
        """Its bytes from here on, a piece at a time."""


@dataclass(frozen=True)
class Bench:
    """What an import works with; `seconds_left` is how long this worker may go on."""

    records: Records
    source: Source
    do_rows: Callable[[Import, Sequence[Row]], list[RowResult]]
    write_result: Callable[[Import], None]
    now: Callable[[], datetime]
    seconds_left: Callable[[], float]

    def at(self) -> str:
        """Now, as stored."""
        return instants.to_text(self.now())

    def lease(self, rows: int) -> str:
        """Until when others leave the import to this worker; reading the results of many rows takes long."""
        return instants.to_text(self.now() + LEASE + timedelta(seconds=rows / ROWS_A_SECOND))


def leased(job: Import, at: str) -> bool:
    """Whether a worker is at it."""
    return job.leased_until is not None and job.leased_until > at


class Run:
    """One worker's turn at an import."""

    def __init__(self, bench: Bench, job: Import) -> None:
        self._bench = bench
        self._job = job

    def go(self) -> bool:
        """Work until the import is over (True) or the time is up (False).

        Raises:
            Taken: another worker is at it, or has gone on with it meanwhile.
        """
        if leased(self._job, self._bench.at()):
            raise Taken
        self._save(replace(self._job, status="running"))
        try:
            return self._steps()
        except Unreadable as reason:
            self._end("failed", str(reason))
            return True
        except Taken:
            raise
        except Exception:
            with contextlib.suppress(Exception):  # the lease ends by itself when even this cannot be written
                self._bench.records.save(self._job, self._job.released())
            raise

    def _steps(self) -> bool:
        if self._job.layout is None:
            self._check()
        for rows, end in self._chunks():
            if self._out_of_time():
                return False
            results = self._bench.do_rows(self._job, rows)
            self._save(self._job.after_rows(results, end))
        if self._out_of_time():
            return False
        self._bench.write_result(self._job)
        self._end("done")
        return True

    def _check(self) -> None:
        """Read the file once from end to end, so that one that breaks off writes nothing at all."""
        file = self._bench.source.describe()
        reader = Reader(self._bench.source.blocks(file, 0))
        records = reader.records()
        header = next(records, None)
        if header is None or header.empty:
            raise Unreadable("The file is empty: it needs a header and rows below it.")
        if header.fault:
            raise Unreadable(f"The header {header.fault}.")
        layout = Layout(reader.delimiter, columns_of(header.cells))
        rows = _count(records)
        self._save(replace(self._job, file=file, layout=layout, rows=rows, offset=header.end))

    def _chunks(self) -> Iterator[tuple[list[Row], int]]:
        """Groups of rows from the checkpoint on, each with the byte after it."""
        job = self._job
        if job.file is None or job.layout is None:
            raise ValueError("an import is checked before its rows are done")
        reader = Reader(self._bench.source.blocks(job.file, job.offset), job.offset, job.layout.delimiter)
        numbered = enumerate(_filled(reader.records()), start=job.done + 1)
        while chunk := list(islice(numbered, CHUNK)):
            yield [_row(job.layout, number, record) for number, record in chunk], chunk[-1][1].end

    def _out_of_time(self) -> bool:
        if self._bench.seconds_left() >= ENOUGH_SECONDS:
            return False
        self._job = self._bench.records.save(self._job, self._job.released())
        return True

    def _save(self, after: Import) -> None:
        after = replace(after, leased_until=self._bench.lease(after.rows))
        self._job = self._bench.records.save(self._job, after)

    def _end(self, status: ImportStatus, reason: str | None = None) -> None:
        self._bench.records.finish(self._job, self._job.ended(status, self._bench.at(), reason))


def _count(records: Iterable[Record]) -> int:
    rows = 0
    for _ in _filled(records):
        rows += 1
        if rows > MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Divide it.")
    if not rows:
        raise Unreadable("The file has no rows below its header.")
    return rows


def _filled(records: Iterable[Record]) -> Iterator[Record]:
    return (record for record in records if not record.empty)


def _row(layout: Layout, number: int, record: Record) -> Row:
    if record.fault:
        return Row(number, fault=record.fault)
    return read_row(number, layout.columns, record.cells)
