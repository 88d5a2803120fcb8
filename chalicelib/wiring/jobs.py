"""What jobs work with, whatever they do."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import TypeVar

from chalicelib.config import settings
from chalicelib.domain.call import Call
from chalicelib.domain.errors import Busy, Unavailable
from chalicelib.domain.jobs import commands
from chalicelib.domain.jobs.model import Job
from chalicelib.repos.job_rows import RowReader
from chalicelib.repos.jobs import JobReader, JobWriter, new_token, saved
from chalicelib.repos.queues import JobQueue
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import clients
from chalicelib.wiring.store import table

ATTEMPTS = 5
FIRST_PAUSE = 0.5
Answer = TypeVar("Answer")


def reader() -> JobReader:
    """Reads of jobs."""
    return JobReader(table())


def rows() -> RowReader:
    """Reads of what became of rows."""
    return RowReader(table())


@cache
def queue() -> JobQueue:
    """The queue of the jobs."""
    return JobQueue(clients.sqs(), settings().import_queue_url)


def patiently(action: Callable[[], Answer], pause: Callable[[float], None] = time.sleep) -> Answer:
    """Do what may be done again without harm, up to five times while the store is busy or silent.

    Raises:
        Busy, Unavailable: it still is.
    """
    for attempt in range(ATTEMPTS - 1):
        try:
            return action()
        except (Busy, Unavailable):
            pause(FIRST_PAUSE * 2**attempt * random.uniform(0.5, 1.5))  # nosec B311  # noqa: S311 -- spreads retries
    return action()


class States:
    """The states of a job, each written in a transaction of its own and only after the one before."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def save(self, before: Job, after: Job) -> Job:
        """Write the next state; returns it as it was written.

        Raises:
            Taken: the job has left the state before.
        """
        kept, token = replace(after, version=before.version + 1), new_token()

        def command(work: Transaction) -> None:
            JobWriter(work).save(before, kept, token)

        patiently(lambda: saved(lambda: commit_with_retry(table(), self._call, command)))
        return kept

    def finish(self, before: Job, after: Job) -> None:
        """Write the last state, with its event and audit entry.

        Raises:
            Taken: the job has left the state before.
        """
        kept, token = replace(after, version=before.version + 1), new_token()

        def command(work: Transaction) -> None:
            commands.finish(JobWriter(work), work, before, kept, token)

        patiently(lambda: saved(lambda: commit_with_retry(table(), self._call, command)))
