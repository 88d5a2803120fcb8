"""What consents are read and written with."""

from chalicelib.domain.consents.commands import Desk
from chalicelib.repos.consents import ConsentReader, ConsentWriter
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring.store import table


def desk(work: Transaction) -> Desk:
    """The desk at which one command runs."""
    return Desk(work.call, work, ConsentWriter(work))


def reader() -> ConsentReader:
    """Reads of consents."""
    return ConsentReader(table())
