"""Comma-separated text as it arrives: bytes in any pieces become records, each with the byte it ends at.

RFC 4180, read with Python's own csv module; around it stands what the module leaves open: any newline, bytes to
text, an upper limit, and where a record ends, so that reading can go on there.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chalicelib.domain.imports.unreadable import Unreadable

DELIMITERS = ",;\t"
MOST_BYTES = 1024 * 1024  # of one record: an open quote must not swallow the file
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
csv.field_size_limit(MOST_BYTES)  # the module's own limit would end the file at a cell of 128 KB


@dataclass(frozen=True)
class Record:
    """The cells of one record, the byte after it, and what is wrong with its quotes, if anything."""

    cells: tuple[str, ...]
    end: int
    fault: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is in any cell, as in the blank lines that spreadsheets leave behind."""
        return self.fault is None and not any(cell.strip() for cell in self.cells)


def lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    r"""Whole lines with their endings (\n, \r\n or \r), however the bytes are cut into blocks.

    Raises:
        Unreadable: a line is over 1 MB.
    """
    rest = b""
    number = 0
    for block in blocks:
        pieces = (rest + block).splitlines(keepends=True)
        # What has no \n yet may go on in the next block; a final \r may be half of \r\n.
        rest = pieces.pop() if pieces and not pieces[-1].endswith(b"\n") else b""
        number += len(pieces)
        yield from pieces
        if len(rest) > MOST_BYTES:
            raise _too_long(number + 1)
    if rest:
        yield from rest.splitlines(keepends=True)


def delimiter_of(header: str) -> str:
    """The separator that occurs most in the header line, outside quotes; a comma when none does."""
    outside = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


class Reader:
    """Reads records. `start` is the byte that the blocks begin at; a file is begun at 0, where its separator shows."""

    def __init__(self, blocks: Iterable[bytes], start: int = 0, delimiter: str | None = None) -> None:
        self._lines = lines(blocks)
        self._end = start
        self._line = 0
        self._began = (start, 0)  # byte and line of the current record
        self._delimiter = delimiter

    @property
    def delimiter(self) -> str:
        """The separator; known once a record has been read."""
        return self._delimiter or DELIMITERS[0]

    def records(self) -> Iterator[Record]:
        """The records, in order.

        Raises:
            Unreadable: the bytes are not UTF-8, a record is over 1 MB, or a quote that opens a cell is not closed.
        """
        text = self._text()
        first = next(text, None)
        if first is None:
            return
        if self._delimiter is None:
            self._delimiter = delimiter_of(first)
        yield from self._parsed(_chain(first, text))

    def _parsed(self, text: Iterator[str]) -> Iterator[Record]:
        reader = csv.reader(text, delimiter=self.delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as fault:
                yield self._faulty(reader.line_num, line, fault)
            else:
                yield Record(tuple(cells), self._end)
            self._began = (self._end, self._line)

    def _faulty(self, last: int, first: int, fault: csv.Error) -> Record:
        """A wrong quote costs its row when it shows in the row's own line; else it may have swallowed others."""
        if last > first or "unexpected end" in str(fault):
            raise Unreadable(f"Line {self._began[1] + 1} opens a quote that is not closed where its cell ends.")
        return Record((), self._end, "has a quote inside a quoted cell that is not doubled")

    def _text(self) -> Iterator[str]:
        for line in self._lines:
            self._line += 1
            self._end += len(line)
            if self._end - self._began[0] > MOST_BYTES:
                raise _too_long(self._began[1] + 1)
            plain = line.removeprefix(BYTE_ORDER_MARK) if self._end == len(line) else line
            try:
                yield plain.decode("utf-8")
            except UnicodeDecodeError as wrong:
                raise Unreadable(f"Line {self._line} is not UTF-8.") from wrong


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _too_long(line: int) -> Unreadable:
    return Unreadable(f"The row that begins at line {line} is over 1 MB; is a quote left open?")
