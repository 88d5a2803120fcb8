"""The steps of an import of all data, with what they work with."""

from collections.abc import Iterator

from chalicelib.domain.jobs.model import Job
from chalicelib.domain.jobs.run import Turn
from chalicelib.domain.restore import job
from chalicelib.handlers.restore_rows import Rows
from chalicelib.wiring import restore


def steps(turn: Turn) -> Iterator[Job]:
    """The import after each of its steps."""
    return job.steps(turn, job.Hands(restore.uploaded(turn.job.id), Rows(turn.now).do, restore.write_result))
