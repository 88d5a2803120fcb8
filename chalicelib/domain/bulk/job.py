"""The steps of a bulk change: write the selection down, then customer after customer with checkpoints.

The selection lies in parts, each a file of ids, so that its size matters to nothing. The file of a part is named by
the version of the job, so that a worker who was taken for dead replaces no part that another one reads.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any, Protocol

from chalicelib.domain.bulk.rows import Member
from chalicelib.domain.jobs.model import Job, RowResult, StoredFile
from chalicelib.domain.jobs.run import Turn

PART_PAGES = 50
CHUNK = 100
Position = Mapping[str, Any]


class Parts(Protocol):
    """The files of a selection."""

    def write(self, name: str, customer_ids: Sequence[str]) -> StoredFile:
        """Write one part."""

    def read(self, name: str, file: StoredFile, offset: int) -> Iterable[tuple[str, int]]:
        """The ids from this byte on, each with the byte after its line."""


@dataclass(frozen=True)
class Hands:
    """What a bulk change works with; `page` gives the ids at a position of the selection, and the next position."""

    page: Callable[[Job, Position | None], tuple[Sequence[str], Position | None]]
    parts: Parts
    do_rows: Callable[[Job, Sequence[Member]], list[RowResult]]


def steps(turn: Turn, hands: Hands) -> Iterator[Job]:
    """The bulk change after each of its steps."""
    while turn.job.total is None:
        yield _selected(turn.job, hands)
    for members, place in _chunks(turn.job, hands.parts):
        yield turn.job.after_rows(hands.do_rows(turn.job, members), at=place)


def _selected(job: Job, hands: Hands) -> Job:
    """One part more; with the last one the total is known."""
    parts = list(job.state.get("parts", ()))
    found: list[str] = []
    position: Position | None = job.state.get("position")
    for _ in range(PART_PAGES):
        customer_ids, position = hands.page(job, position)
        found += customer_ids
        if position is None:
            break
    if found:
        name = f"{len(parts)}-{job.version}"
        parts.append({**asdict(hands.parts.write(name, found)), "name": name, "count": len(found)})
    after = job.with_state(parts=parts, position=position)
    return after if position else replace(after, total=sum(part["count"] for part in parts))


def _chunks(job: Job, parts: Parts) -> Iterator[tuple[list[Member], list[int]]]:
    """Groups of customers from the checkpoint on, each with its place: the part, and the byte after the group."""
    first, offset = job.state.get("at", (0, 0))
    number = job.done
    for part in range(first, len(job.state["parts"])):
        kept = job.state["parts"][part]
        file = StoredFile(kept["tag"], kept["size"])
        lines = iter(parts.read(kept["name"], file, offset if part == first else 0))
        while chunk := list(islice(lines, CHUNK)):
            yield [Member(number + n, found) for n, (found, _) in enumerate(chunk, start=1)], [part, chunk[-1][1]]
            number += len(chunk)
