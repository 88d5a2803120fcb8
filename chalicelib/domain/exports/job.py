"""The steps of an export: part after part with a checkpoint after each, then one file out of the parts.

A part begins where the checkpoint says and carries the number of the job's write, so one that is written twice, or
by a worker that others have overtaken, never gets into another one's place.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from chalicelib.domain.jobs.model import Job, StoredFile
from chalicelib.domain.jobs.run import Turn

Place = Mapping[str, Any]
MOST_A_PART = 5000  # lines; a part ends with a customer
LONGEST_PART = timedelta(seconds=20)  # a filter may let hardly anybody pass, and a lease lasts a minute
CUSTOMERS = "customers"


class Piece(NamedTuple):
    """Some lines of the file, and where to go on after them (None at the end).

    `counts` is complete when the lines are through; `customers` among them is how far the export has come.
    """

    lines: Iterator[Any]
    next: Place | None
    counts: Mapping[str, int]
    columns: tuple[str, ...] = ()


class Source(Protocol):
    """What an export takes its lines from."""

    def pieces(self, at: Place | None, columns: tuple[str, ...]) -> Iterator[Piece]:
        """Pieces from a place on; `columns` are those that the lines before had."""


@dataclass(frozen=True)
class Hands:
    """What an export works with. `write_part` is given name and lines, `join` makes the file of all parts."""

    source: Source
    total: Callable[[Job], int | None]
    write_part: Callable[[Job, str, Iterator[Any]], StoredFile]
    join: Callable[[Turn], StoredFile]


def steps(turn: Turn, hands: Hands) -> Iterator[Job]:
    """The export after each of its steps."""
    if turn.job.total is None and "parts" not in turn.job.state:
        yield replace(turn.job.with_state(parts=[]), total=hands.total(turn.job))
    while "through" not in turn.job.state:
        yield _with_part(turn, hands)
    if "file" not in turn.job.state:
        file = hands.join(turn)
        yield replace(turn.job.with_state(file=asdict(file)), total=turn.job.done)


def part_name(number: int, version: int) -> str:
    """The name of a part; `version` is that of the job as its writer knew it."""
    return f"part-{number:05d}-{version}.jsonl"


def _with_part(turn: Turn, hands: Hands) -> Job:
    """The export when one more part is written."""
    job, state, parts = turn.job, turn.job.state, list(turn.job.state["parts"])
    filling = _Part(hands.source.pieces(state.get("at"), tuple(state.get("columns", ()))), turn.now)
    name = part_name(len(parts) + 1, job.version)
    file = hands.write_part(job, name, filling.lines())
    counts = {name: job.counts.get(name, 0) + filling.counts.get(name, 0) for name in {*job.counts, *filling.counts}}
    after = job.with_state(
        parts=[*parts, [name, file.tag, file.size]],
        at=filling.next,
        through=True if filling.next is None else None,
        columns=list(filling.columns) or None,
    )
    return replace(after, counts=counts, done=job.done + filling.counts.get(CUSTOMERS, 0))


class _Part:
    """One part on its way to its file; what it held is known when its lines are through."""

    def __init__(self, pieces: Iterator[Piece], now: Callable[[], datetime]) -> None:
        self._pieces, self._now = pieces, now
        self.columns: tuple[str, ...] = ()
        self.next: Place | None = None
        self.counts: dict[str, int] = {}

    def lines(self) -> Iterator[Any]:
        written, until = 0, self._now() + LONGEST_PART
        for piece in self._pieces:
            for line in piece.lines:
                written += 1
                yield line
            self._counted(piece)
            if piece.next is None or written >= MOST_A_PART or self._now() >= until:
                return

    def _counted(self, piece: Piece) -> None:
        self.next, self.columns = piece.next, piece.columns or self.columns
        for name, number in piece.counts.items():
            self.counts[name] = self.counts.get(name, 0) + number
