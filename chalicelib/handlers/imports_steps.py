"""The steps of an import, with what they work with."""

from collections.abc import Iterator

from chalicelib.domain.imports import job
from chalicelib.domain.jobs.model import Job
from chalicelib.domain.jobs.run import Turn
from chalicelib.handlers import restore_steps
from chalicelib.handlers.imports_check import Check
from chalicelib.handlers.imports_rows import Rows
from chalicelib.wiring import imports


def steps(turn: Turn) -> Iterator[Job]:
    """The import after each of its steps; a file of all data is no list, and has steps of its own."""
    if turn.job.request["kind"] == "everything":
        return restore_steps.steps(turn)
    hands = job.Hands(
        normalise=imports.normalised,
        records=imports.records,
        do_rows=Rows(turn.now).do,
        rehearse=lambda: Check(turn.job.id, turn.now),
        write_files=imports.write_files,
    )
    return job.steps(turn, hands)
