"""The steps of an import, with what they work with."""

from collections.abc import Iterator

from chalicelib.domain.imports import job
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.jobs.run import Turn
from chalicelib.handlers.imports_rows import Rows
from chalicelib.wiring import imports


def steps(turn: Turn) -> Iterator[Job]:
    """The import after each of its steps."""
    hands = job.Hands(imports.uploaded(turn.job.id), Rows(turn.now).do, imports.write_result)
    return job.steps(turn, hands)
