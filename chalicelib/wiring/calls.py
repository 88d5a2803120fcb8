"""What call routes work with."""

from chalicelib.domain.calls.commands import Desk
from chalicelib.repos.calls import CallReader, CallWriter
from chalicelib.repos.inquiries import InquiryWriter
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring.store import table


def desk(work: Transaction) -> Desk:
    """The desk at which one command runs."""
    return Desk(work.call, work, CallWriter(work), InquiryWriter(work))


def reader() -> CallReader:
    """Reads of calls."""
    return CallReader(table())
