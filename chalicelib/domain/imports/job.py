"""The steps of an import: check the whole file, then row after row with checkpoints, then the result.

Nothing here is told twice: each row's own record decides whether it has been done.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Protocol

from chalicelib.domain.imports.columns import columns_of
from chalicelib.domain.imports.csv_text import Reader, Record, Unreadable
from chalicelib.domain.imports.model import Layout
from chalicelib.domain.imports.rows import Row, read_row
from chalicelib.domain.jobs.model import Job, RowResult, StoredFile
from chalicelib.domain.jobs.run import Turn

CHUNK = 25
MOST_ROWS = 1_000_000


class Source(Protocol):
    """The uploaded file. Raises Unreadable when the file is gone or another one has taken its place."""

    def describe(self) -> StoredFile:
        """The file as it is now."""

    def blocks(self, file: StoredFile, offset: int) -> Iterable[bytes]:
        """Its bytes from here on, a piece at a time."""


@dataclass(frozen=True)
class Hands:
    """What an import works with."""

    source: Source
    do_rows: Callable[[Job, Sequence[Row]], list[RowResult]]
    write_result: Callable[[Job], None]


def steps(turn: Turn, hands: Hands) -> Iterator[Job]:
    """The import after each of its steps."""
    if "layout" not in turn.job.state:
        yield _checked(turn.job, hands.source)
    for rows, end in _chunks(turn.job, hands.source):
        yield turn.job.after_rows(hands.do_rows(turn.job, rows), offset=end)
    hands.write_result(turn.job)


def _checked(job: Job, source: Source) -> Job:
    """Read the file once from end to end, so that one that breaks off writes nothing at all."""
    file = source.describe()
    reader = Reader(source.blocks(file, 0))
    records = reader.records()
    header = next(records, None)
    if header is None or header.empty:
        raise Unreadable("The file is empty: it needs a header and rows below it.")
    if header.fault:
        raise Unreadable(f"The header {header.fault}.")
    layout = Layout(reader.delimiter, columns_of(header.cells))
    checked = job.with_state(file=asdict(file), layout=asdict(layout), offset=header.end)
    return replace(checked, total=_count(records))


def _chunks(job: Job, source: Source) -> Iterator[tuple[list[Row], int]]:
    """Groups of rows from the checkpoint on, each with the byte after it."""
    offset, layout = job.state["offset"], Layout(**job.state["layout"])
    reader = Reader(source.blocks(StoredFile(**job.state["file"]), offset), offset, layout.delimiter)
    numbered = enumerate(_filled(reader.records()), start=job.done + 1)
    while chunk := list(islice(numbered, CHUNK)):
        yield [_row(layout, number, record) for number, record in chunk], chunk[-1][1].end


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
