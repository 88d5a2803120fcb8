"""What every kind of file is read into: a header and records of cells."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from chalicelib.domain.imports.unreadable import Unreadable

FileFormat = Literal["csv", "xlsx", "jsonl"]
MOST_COLUMNS = 500


@dataclass(frozen=True)
class ReadOptions:
    """What a person says of the file, where it does not show: the encoding, the delimiter, the sheet's name."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Record:
    """A record: the line it begins at (1 is the first of the file; of a sheet, its row), and its cells.

    `fault` is what makes it unreadable; its cells are then the text as it stands.
    """

    line: int
    cells: tuple[str, ...]
    fault: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is in any cell, as in the blank lines that spreadsheets leave behind."""
        return self.fault is None and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """A file that can be read: the header's cells, trimmed; facts about the file in JSON's own types; its records.

    `records()` begins anew each time, holds one record at a time, and leaves blank ones out. It raises Unreadable.
    """

    header: tuple[str, ...]
    facts: Mapping[str, Any]
    records: Callable[[], Iterator[Record]]


def header_of(records: Iterable[Record]) -> tuple[str, ...]:
    """The cells of the first record that is not blank, without blank ones at their end.

    Raises:
        Unreadable: there is none, it has a fault, or too many columns.
    """
    first = next((record for record in records if not record.empty), None)
    if first is None:
        raise Unreadable("The file is empty: it needs a header and rows below it.")
    if first.fault:
        raise Unreadable(f"Line {first.line}, the header, {first.fault}.")
    header = trimmed(first.cells)
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"The header has {len(header)} columns, over {MOST_COLUMNS}.")
    return header


def below(header: Sequence[str], records: Iterable[Record]) -> Iterator[Record]:
    """The records below the header that are not blank; one with more cells than the header is at fault."""
    filled = (record for record in records if not record.empty)
    next(filled, None)
    return (_fitted(record, len(header)) for record in filled)


def trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells without spaces around them, and without blank cells at the end."""
    bare = [cell.strip() for cell in cells]
    while bare and not bare[-1]:
        bare.pop()
    return tuple(bare)


def _fitted(record: Record, width: int) -> Record:
    if record.fault or len(record.cells) <= width:
        return record
    if not any(cell.strip() for cell in record.cells[width:]):
        return replace(record, cells=record.cells[:width])
    return replace(record, fault=f"has {len(record.cells)} cells, but the header has {width}")
