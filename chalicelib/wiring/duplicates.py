"""What routes and jobs about duplicates work with."""

from chalicelib.domain.duplicates import review, starting
from chalicelib.repos.duplicate_candidates import Candidates
from chalicelib.repos.duplicate_runs import RunWriter
from chalicelib.repos.duplicates import DuplicateReader, DuplicateWriter
from chalicelib.repos.jobs import JobWriter
from chalicelib.repos.spool import Spool
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring.imports import files
from chalicelib.wiring.store import table


def reader() -> DuplicateReader:
    """Reads of pairs."""
    return DuplicateReader(table())


def candidates() -> Candidates:
    """Finds customers to compare with."""
    return Candidates(table())


def desk(work: Transaction) -> review.Desk:
    """The desk at which a person decides about a pair."""
    return review.Desk(work.call, work, DuplicateWriter(work))


def starter(work: Transaction) -> starting.Desk:
    """The desk at which a run is started."""
    return starting.Desk(work.call, work, JobWriter(work), RunWriter(work))


def spool(run: str, name: str) -> Spool:
    """A file of a run."""
    return Spool(files(), f"duplicates/{run}/{name}.jsonl")
