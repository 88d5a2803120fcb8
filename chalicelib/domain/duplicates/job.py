"""The run over all customers: read them, bring together what shares a key, compare, and write what has changed.

Each checkpoint can be gone on from. Reading writes files of its own turn, so a worker that was overtaken spoils none;
comparing writes one file; and the changes in it are made on conditions, so that made twice they are made once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any, Protocol

from chalicelib.domain.duplicates.traits import Traits
from chalicelib.domain.jobs.model import Job, StoredFile
from chalicelib.domain.jobs.run import Turn

CUSTOMERS_A_PART = 2000
CHANGES_A_STEP = 200
Position = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A file that the run wrote."""

    name: str
    file: StoredFile

    def kept(self) -> dict[str, Any]:
        """The part in JSON's own types."""
        return {"name": self.name, **asdict(self.file)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Part":
        """The part that `kept` gave."""
        return cls(kept["name"], StoredFile(kept["tag"], int(kept["size"])))


class Hands(Protocol):
    """What the run works with."""

    def expected(self) -> int:
        """About how many customers there are."""

    def page(self, position: Position | None) -> tuple[list[Traits], Position | None]:
        """The next customers, and where to go on; None at the end."""

    def keep(self, name: str, people: Sequence[Traits]) -> Part:
        """Write customers into a file."""

    def compare(self, parts: Sequence[Part], name: str, beat: Callable[[], None]) -> tuple[Part, dict[str, int]]:
        """Write what the queue lacks and what has to leave it into a file, and count; `beat` keeps others away."""

    def changes(self, part: Part, offset: int) -> Iterator[tuple[dict[str, Any], int]]:
        """The changes from this byte on, each with the byte after it."""

    def write(self, changes: Sequence[dict[str, Any]]) -> dict[str, int]:
        """Make these changes; how many of each kind this run made, also at an earlier try."""


def steps(turn: Turn, hands: Hands) -> Iterator[Job]:
    """The run after each of its steps."""
    if turn.job.total is None:
        yield replace(turn.job, total=hands.expected())
    if "changes" not in turn.job.state:
        yield from _read(turn, hands)
        yield _compared(turn, hands)
    yield from _written(turn, hands)


def _read(turn: Turn, hands: Hands) -> Iterator[Job]:
    """The job after each part of the customers."""
    while not turn.job.state.get("read"):
        people, position = _part(hands, turn.job.state.get("position"))
        parts = list(turn.job.state.get("parts", ()))
        if people:
            # The version is this worker's alone: another one that is still at the same part writes another file.
            parts.append(hands.keep(f"part-{len(parts) + 1:05d}-{turn.job.version}", people).kept())
        done = turn.job.done + len(people)
        job = turn.job.with_state(parts=parts, position=position, read=position is None or None)
        yield replace(job, done=done, total=max(done, turn.job.total or 0) if position else done)


def _part(hands: Hands, position: Position | None) -> tuple[list[Traits], Position | None]:
    people: list[Traits] = []
    while len(people) < CUSTOMERS_A_PART:
        found, position = hands.page(position)
        people += found
        if position is None:
            break
    return people, position


def _compared(turn: Turn, hands: Hands) -> Job:
    parts = [Part.read(each) for each in turn.job.state.get("parts", ())]
    changes, counts = hands.compare(parts, f"changes-{turn.job.version}", turn.renew)
    job = turn.job.with_state(changes=changes.kept(), offset=0, parts=None, read=None)
    return replace(job, counts={**job.counts, **counts})


def _written(turn: Turn, hands: Hands) -> Iterator[Job]:
    """The job after each handful of changes."""
    part = Part.read(turn.job.state["changes"])
    lines = hands.changes(part, int(turn.job.state["offset"]))
    while batch := list(islice(lines, CHANGES_A_STEP)):
        made = hands.write([line for line, _ in batch])
        counts = dict(turn.job.counts)
        for name, number in made.items():
            counts[name] = counts.get(name, 0) + number
        yield replace(turn.job.with_state(offset=batch[-1][1]), counts=counts)
