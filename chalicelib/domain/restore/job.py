"""The steps of an import of all data: line after line from the file itself, with a checkpoint after each chunk."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Protocol

from chalicelib.domain.imports.unreadable import Unreadable
from chalicelib.domain.jobs.model import Job, RowResult, StoredFile
from chalicelib.domain.jobs.run import Turn

CHUNK = 100
MOST_BYTES = 1024 * 1024  # of one line
MOST_LINES = 9_999_999  # the results of rows have seven digits
MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Line:
    """A line of the file: its number among those that are not empty, its bytes, and the byte after it."""

    number: int
    text: bytes
    end: int


class Source(Protocol):
    """The uploaded file. Raises Unreadable when the file is gone or another one has taken its place."""

    def describe(self) -> StoredFile:
        """The file as it is now."""

    def blocks(self, file: StoredFile, offset: int) -> Iterable[bytes]:
        """Its bytes from here on, a piece at a time."""


@dataclass(frozen=True)
class Hands:
    """What an import of all data works with."""

    source: Source
    do_lines: Callable[[Job, Sequence[Line]], list[RowResult]]
    write_result: Callable[[Job], None]


def steps(turn: Turn, hands: Hands) -> Iterator[Job]:
    """The import after each of its steps."""
    if "source" not in turn.job.state:
        yield _looked_through(turn.job, hands.source)
    state = turn.job.state
    blocks = hands.source.blocks(StoredFile(**state["source"]), state["offset"])
    found = lines(blocks, state["offset"], turn.job.done)
    while chunk := list(islice(found, CHUNK)):
        yield turn.job.after_rows(hands.do_lines(turn.job, chunk), offset=chunk[-1].end)
    hands.write_result(turn.job)


def lines(blocks: Iterable[bytes], start: int = 0, done: int = 0) -> Iterator[Line]:
    """The lines that hold something, numbered after those that are done, however the bytes are cut into blocks.

    Raises:
        Unreadable: a line is over 1 MB.
    """
    number, end = done, start
    for text in _divided(blocks):
        end += len(text)
        said = (text.removeprefix(MARK) if end == len(text) else text).strip()
        if said:
            number += 1
            yield Line(number, said, end)


def _divided(blocks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(rest) > MOST_BYTES:
            raise Unreadable("A line is over 1 MB, so this is no export of everything.")
    if rest:
        yield rest


def _looked_through(job: Job, source: Source) -> Job:
    """Count the lines, and see by the first whether the file is what it should be."""
    file = source.describe()
    total = 0
    for line in lines(source.blocks(file, 0)):
        total += 1
        if total == 1 and not _is_record(line.text):
            raise Unreadable("The first line is no record: this is no export of everything.")
        if total > MOST_LINES:
            raise Unreadable(f"The file has more than {MOST_LINES:,} lines.")
    if not total:
        raise Unreadable("The file is empty.")
    return replace(job.with_state(source=asdict(file), offset=0), total=total)


def _is_record(text: bytes) -> bool:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and isinstance(said.get("record"), str)
