"""One worker's turn at a job: step after step with a checkpoint after each, until it is over or the time is up.

A step may be done twice, when a worker dies before its checkpoint is written: so each must be such that doing it
again changes nothing.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain import instants
from chalicelib.domain.jobs.model import AT_WORK, Job, JobStatus

LEASE = timedelta(seconds=60)
ROWS_A_SECOND = 2000  # at which the results of rows are read back, at the least
ENOUGH_SECONDS = 60.0


class Taken(Exception):
    """Another worker has gone on with this job."""


class Failed(Exception):
    """The job cannot be done, now or later; says why, for people."""


class Records(Protocol):
    """Where a job keeps how far it has come."""

    def save(self, before: Job, after: Job) -> Job:
        """Write the next state; returns it as it was written. Raises Taken when the state before has passed."""

    def finish(self, before: Job, after: Job) -> None:
        """Write the last state, with its event. Raises Taken as `save`."""


@dataclass(frozen=True)
class Bench:
    """What a turn works with; `seconds_left` is how long this worker may go on."""

    records: Records
    now: Callable[[], datetime]
    seconds_left: Callable[[], float]


class Turn:
    """One worker's turn. Steps read `turn.job`, the state as it was last written."""

    def __init__(self, bench: Bench, job: Job) -> None:
        self._bench = bench
        self.job = job

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock."""
        return self._bench.now

    def go(self, steps: "Steps") -> bool:
        """Work until the job is over or waits for a person (True), or the time is up (False).

        Raises:
            Taken: another worker is at it, or has gone on with it meanwhile.
        """
        if self.job.leased_until is not None and self.job.leased_until > self._at():
            raise Taken
        self._save(replace(self.job, status="running"))
        try:
            return self._work(steps)
        except Failed as reason:
            self._end("failed", str(reason))
            return True
        except Taken:
            raise
        except Exception:
            with contextlib.suppress(Exception):  # the lease ends by itself when even this cannot be written
                self._bench.records.save(self.job, self.job.released())
            raise

    def renew(self) -> None:
        """Keep others away for longer; a step that lasts minutes calls this now and then.

        Raises:
            Taken: another worker has gone on.
        """
        self._save(self.job)

    def out_of_time(self) -> bool:
        """Whether no further step should be begun."""
        return self._bench.seconds_left() < ENOUGH_SECONDS

    def _work(self, steps: "Steps") -> bool:
        if self.out_of_time():
            return self._stop()
        for after in steps(self):
            if after.status not in AT_WORK:  # a person has to say something first
                self.job = self._bench.records.save(self.job, after.released())
                return True
            self._save(after)
            if self.out_of_time():
                return self._stop()
        self._end("done")
        return True

    def _stop(self) -> bool:
        self.job = self._bench.records.save(self.job, self.job.released())
        return False

    def _save(self, after: Job) -> None:
        until = self.now() + LEASE + timedelta(seconds=(after.total or 0) / ROWS_A_SECOND)
        self.job = self._bench.records.save(self.job, replace(after, leased_until=instants.to_text(until)))

    def _end(self, status: JobStatus, reason: str | None = None) -> None:
        self._bench.records.finish(self.job, self.job.ended(status, self._at(), reason))

    def _at(self) -> str:
        return instants.to_text(self.now())


# Yields the job after each step, to be written as its checkpoint; when it is through, the job is done. Raises Failed.
Steps = Callable[[Turn], Iterator[Job]]
