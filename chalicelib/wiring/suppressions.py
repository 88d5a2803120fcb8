"""What suppressions are read and written with."""

from chalicelib.domain.suppressions.commands import Desk
from chalicelib.repos.suppressions import SuppressionReader, SuppressionWriter
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring.store import table


def desk(work: Transaction) -> Desk:
    """The desk at which one command runs."""
    return Desk(work.call, work, SuppressionWriter(work))


def reader() -> SuppressionReader:
    """Reads of suppressions."""
    return SuppressionReader(table())
