"""What inquiry routes work with."""

from chalicelib.domain.inquiries.commands import Desk
from chalicelib.repos.inquiries import InquiryReader, InquiryWriter
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import shop, staff
from chalicelib.wiring.store import table


def desk(work: Transaction, assignee: object = None) -> Desk:
    """The desk at which one command runs; `assignee` is whom the request names."""
    return Desk(work.call, work, InquiryWriter(work), shop.shop.get(), staff.directory(assignee))


def reader() -> InquiryReader:
    """Reads of inquiries."""
    return InquiryReader(table())
