"""What customer routes and jobs work with."""

from chalicelib.domain.customers.commands import Desk
from chalicelib.repos.customer_list import CustomerList
from chalicelib.repos.customers import CustomerReader, CustomerWriter
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import shop
from chalicelib.wiring.store import table


def desk(work: Transaction) -> Desk:
    """The desk at which one command runs."""
    employed = {member.id for member in shop.staff.get().values() if not member.disabled}
    return Desk(work.call, CustomerWriter(work), work, shop.shop.get(), employed)


def reader() -> CustomerReader:
    """Reads of single customers."""
    return CustomerReader(table())


def listing() -> CustomerList:
    """Lists and searches."""
    return CustomerList(table())
