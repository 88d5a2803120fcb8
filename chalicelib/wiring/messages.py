"""What message routes, and the functions that plan messages, work with."""

from chalicelib.domain.messages.composing import Stationery
from chalicelib.domain.messages.writing import Desk
from chalicelib.repos.correspondence import Correspondence
from chalicelib.repos.digest import DigestRecords
from chalicelib.repos.inquiries import InquiryWriter
from chalicelib.repos.message_log import MessageLog
from chalicelib.repos.messages import MessageReader
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import shop, suppressions, templates
from chalicelib.wiring.store import table


def desk(work: Transaction, writer: str | None = None) -> Desk:
    """The desk at which one command runs; `writer` is whom templates name as the sender."""
    paper = Stationery(shop.shop.get(), templates.all(), writer, work.call.now)
    return Desk(work.call, work, Correspondence(work), InquiryWriter(work), suppressions.reader().reason, paper)


def letters(work: Transaction) -> Correspondence:
    """Customers' messages within one transaction."""
    return Correspondence(work)


def reader() -> MessageReader:
    """Reads of single messages."""
    return MessageReader(table())


def log() -> MessageLog:
    """Reads of many messages."""
    return MessageLog(table())


def digest_records() -> DigestRecords:
    """Reads of what waits for members of staff."""
    return DigestRecords(table())
