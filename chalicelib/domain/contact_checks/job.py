"""The look over all customers: a hundred at a time, then the queue is rid of those who are active no more."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from chalicelib.domain.jobs.model import Job
from chalicelib.domain.jobs.run import Turn

Position = Mapping[str, Any]
Outcome = tuple[dict[str, int], Position | None]


class Hands(Protocol):
    """What the look works with; each step may be done twice. Both say what was done, and where to go on."""

    def expected(self) -> int:
        """About how many customers there are."""

    def look(self, position: Position | None) -> Outcome:
        """Renew the findings of the next customers."""

    def clear(self, position: Position | None) -> Outcome:
        """Remove findings of customers who are archived or gone, from the next part of the queue."""


def steps(turn: Turn, hands: Hands) -> Iterator[Job]:
    """The job after each step."""
    if turn.job.total is None:
        yield replace(turn.job, total=hands.expected())
    while not turn.job.state.get("looked"):
        counted, following = hands.look(turn.job.state.get("position"))
        after = _counted(turn.job, counted).with_state(position=following, looked=following is None)
        yield replace(after, done=after.done + counted["customers"])
    while not turn.job.state.get("cleared"):
        counted, following = hands.clear(turn.job.state.get("position"))
        yield _counted(turn.job, counted).with_state(position=following, cleared=following is None)


def _counted(job: Job, counted: Mapping[str, int]) -> Job:
    return replace(job, counts={**job.counts, **{name: job.counts.get(name, 0) + n for name, n in counted.items()}})
