"""The steps of a run that looks for duplicates, with what they work with."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.domain.call import Call
from chalicelib.domain.customers.filters import Filters
from chalicelib.domain.duplicates import job
from chalicelib.domain.duplicates.job import Part, Position
from chalicelib.domain.duplicates.model import Pair
from chalicelib.domain.duplicates.traits import Traits, as_json, from_json, traits_of
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.jobs.run import Turn
from chalicelib.repos.dashboard import customer_counts
from chalicelib.repos.duplicate_disk import Disk
from chalicelib.repos.duplicates import DuplicateWriter, Settled
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import customers, duplicates
from chalicelib.wiring.jobs import patiently
from chalicelib.wiring.store import table

AT_ONCE = 20  # changes in one transaction
STATUSES = ("open", "different")


class Run:
    """What one worker's turn at a run works with."""

    def __init__(self, of: Job, clock: Callable[[], datetime]) -> None:
        self._job, self._clock = of, clock

    def expected(self) -> int:
        """About how many customers there are."""
        return customer_counts(table())["active"]

    def page(self, position: Position | None) -> tuple[list[Traits], Position | None]:
        """The next hundred customers, and where to go on."""
        found = customers.select_page(Filters(), position, self._clock())
        return [traits_of(customer) for customer in found.customers], found.next

    def keep(self, name: str, people: Sequence[Traits]) -> Part:
        """Write customers into a file."""
        return Part(name, duplicates.spool(self._job.id, name).write(map(as_json, people)))

    def compare(self, parts: Sequence[Part], name: str, beat: Callable[[], None]) -> tuple[Part, dict[str, int]]:
        """Write what the queue lacks and what has to leave it into a file, and count."""
        with tempfile.TemporaryDirectory() as folder:
            disk = Disk(Path(folder) / "pairs")
            try:
                for part in parts:
                    lines = duplicates.spool(self._job.id, part.name).read(part.file)
                    disk.add(from_json(line) for line, _ in lines)
                    beat()
                counts = disk.compare(beat)
                for status in STATUSES:
                    disk.know(duplicates.reader().all(status))
                beat()
                changes = disk.changes(self._job.id, self._call().at)
                return Part(name, duplicates.spool(self._job.id, name).write(changes)), counts
            finally:
                disk.close()

    def changes(self, part: Part, offset: int) -> Iterator[tuple[dict[str, Any], int]]:
        """The changes from this byte on, each with the byte after it."""
        return duplicates.spool(self._job.id, part.name).read(part.file, offset)

    def write(self, changes: Sequence[dict[str, Any]]) -> dict[str, int]:
        """Make these changes, some at once; when one of them is not to be made, each by itself."""
        made: Counter[str] = Counter()
        for first in range(0, len(changes), AT_ONCE):
            some = changes[first : first + AT_ONCE]
            try:
                self._commit(some)
                done = some
            except Settled:
                done = [change for change in some if self._made(change)]
            made.update(change["do"] for change in done)
        return made

    def _made(self, change: dict[str, Any]) -> bool:
        """Make one change; whether this run made it, now or at an earlier try."""
        try:
            self._commit([change])
        except Settled as settled:
            return settled.done
        return True

    def _commit(self, changes: Sequence[dict[str, Any]]) -> None:
        def command(work: Transaction) -> None:
            for change in changes:
                _apply(DuplicateWriter(work), change)

        patiently(lambda: commit_with_retry(table(), self._call(), command))

    def _call(self) -> Call:
        return Call(self._job.actor, self._clock(), self._job.id)


def steps(turn: Turn) -> Iterator[Job]:
    """The run after each of its steps."""
    return job.steps(turn, Run(turn.job, turn.now))


def _apply(writer: DuplicateWriter, change: dict[str, Any]) -> None:
    if change["do"] == "added":
        writer.add(Pair.read(change["after"]))
    elif change["do"] == "changed":
        writer.update(Pair.read(change["before"]), Pair.read(change["after"]))
    else:
        writer.remove(Pair.read(change["before"]))
