"""Lines of delimited text as records (RFC 4180), with a limit to what a wrong quote can cost.

Python's own csv module reads the cells. What it leaves open stands here: where a record begins, and what happens
when a quote is not closed: then the record is at fault, and reading goes on with the line below it where that line
is clearly a record of its own.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator

from chalicelib.domain.imports.records import Record
from chalicelib.domain.imports.text_lines import MOST_CHARACTERS
from chalicelib.domain.imports.unreadable import Unreadable

DELIMITERS = (",", ";", "\t", "|")
QUOTE = '"'
OPEN = "opens a quote that is not closed"
csv.field_size_limit(
    MOST_CHARACTERS
)  # an open quote must not swallow the file; the module's own limit would end the file at a cell of 128 KB


class Lines:
    """Lines with their numbers; some can be put back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._back: deque[str] = deque()
        self.number = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self.number += 1
        if len(line) >= MOST_CHARACTERS:
            raise Unreadable(f"Line {self.number} is over 1 MB.")
        return line

    def put_back(self, lines: list[str]) -> None:
        """Have these lines, the last that were taken, come again."""
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)


def records_of(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """The records in these lines, blank ones too; lines have their endings (any newline).

    Raises:
        Unreadable: a line is over 1 MB, or a quote is left open and nobody can tell where its record ends.
    """
    source = Lines(lines)
    width = None
    for line in source:
        if QUOTE in line:
            record = _quoted(line, source, delimiter, width)
        else:
            record = Record(source.number, tuple(line.rstrip("\r\n").split(delimiter)))
        if width is None and not record.empty:
            width = len(record.cells)
        yield record


def _quoted(line: str, source: Lines, delimiter: str, width: int | None) -> Record:
    """The record that begins with this line and may go on over others."""
    number, taken = source.number, [line]
    try:
        cells = next(csv.reader(_taking(line, source, taken), delimiter=delimiter, strict=True))
    except csv.Error:
        return _faulty(number, taken, source, delimiter, width)
    if len(taken) > 1 and width and len(cells) < width:  # rows below it may have been swallowed
        if _whole(taken[1], delimiter, width):
            return _open(number, taken, source)
        fault = (
            f"goes on to line {number + len(taken) - 1} and has {len(cells)} cells of {width}; is a quote left open?"
        )
        return Record(number, (line_of(taken),), fault)
    return Record(number, tuple(cells))


def _taking(line: str, source: Lines, taken: list[str]) -> Iterator[str]:
    """The lines of one record, noted as they are taken; no more than a record may hold."""
    yield line
    size = len(line)
    for following in source:
        taken.append(following)
        size += len(following)
        if size > MOST_CHARACTERS:
            return
        yield following


def _faulty(number: int, taken: list[str], source: Lines, delimiter: str, width: int | None) -> Record:
    """A wrong quote costs its own line if the next one is a record by itself; else all lines up to where it shows."""
    below = taken[1:]
    if not below:
        open_to_the_end = taken[0].count(QUOTE) % 2 == 1
        fault = OPEN if open_to_the_end else "has a quote inside a quoted cell that is not doubled"
        return Record(number, (line_of(taken),), fault)
    if width and _whole(below[0], delimiter, width):
        return _open(number, taken, source)
    size = sum(map(len, taken))
    if size > MOST_CHARACTERS or _exhausted(source):
        raise Unreadable(f"Line {number} {OPEN}.")
    last = number + len(taken) - 1
    return Record(number, (line_of(taken),), f"has a quote that is not doubled, somewhere in lines {number} to {last}")


def _open(number: int, taken: list[str], source: Lines) -> Record:
    source.put_back(taken[1:])
    return Record(number, (line_of(taken[:1]),), OPEN)


def _exhausted(source: Lines) -> bool:
    following = next(source, None)
    if following is None:
        return True
    source.put_back([following])
    return False


def _whole(line: str, delimiter: str, width: int) -> bool:
    """Whether this line is a record of this width by itself, its quotes paired."""
    if width < 2 or line.count(QUOTE) % 2:
        return False
    try:
        return len(next(csv.reader([line], delimiter=delimiter, strict=True))) == width
    except (csv.Error, StopIteration):
        return False


def line_of(lines: list[str]) -> str:
    """Lines as one text, without the last newline."""
    return "".join(lines).rstrip("\r\n")


def delimiter_of(sample: list[str]) -> str:
    """The delimiter by which most of these lines are as wide as their header; then the one that makes it widest."""
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: list[str], delimiter: str) -> tuple[float, int]:
    try:
        filled = [record for record in records_of(sample, delimiter) if not record.empty]
    except Unreadable:  # the sample ends within a quote
        return 0.0, 0
    widths = [len(record.cells) for record in filled if record.fault is None]
    if not widths or filled[0].fault or widths[0] < 2:  # by another delimiter the header's quotes do not fit
        return 0.0, 0
    return (widths.count(widths[0]) - 1) / max(len(widths) - 1, 1), widths[0]
