"""What customer routes and jobs work with."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.domain.customers.commands import Desk
from chalicelib.domain.customers.filters import Filters
from chalicelib.domain.customers.narrowing import CustomerFilter
from chalicelib.domain.customers.wanted import filters_of
from chalicelib.domain.shop.model import Tag
from chalicelib.repos.customer_list import CustomerList, CustomerPage
from chalicelib.repos.customers import CustomerReader, CustomerWriter
from chalicelib.repos.found import Position
from chalicelib.repos.transaction import Transaction
from chalicelib.wiring import shop
from chalicelib.wiring.store import table

MOST_A_PAGE = 100


def desk(work: Transaction, made: Iterable[Tag] = ()) -> Desk:
    """The desk at which one command runs; `made` are tags that it makes."""
    employed = {member.id for member in shop.staff.get().values() if not member.disabled}
    return Desk(work.call, CustomerWriter(work), work, shop.shop.get().with_tags(made), employed)


def reader() -> CustomerReader:
    """Reads of single customers."""
    return CustomerReader(table())


def listing() -> CustomerList:
    """Lists and searches."""
    return CustomerList(table())


def filters(wanted: CustomerFilter, roles: frozenset[str]) -> Filters:
    """The filters that were asked for, for somebody with these roles; a tag may have been made a moment ago.

    Raises:
        Invalid: a filter that tells these roles more than they may see on a customer.
    """
    reference = shop.shop.get()
    if not all(map(reference.tag_named, wanted.tag_names())):
        reference = shop.shop.fresh()
    return filters_of(wanted, reference, roles)


def select_page(wanted: Filters, position: Position | None, now: datetime) -> CustomerPage:
    """Up to a hundred of the customers that pass, from the position on; the selection is through when `next` is None.

    A page may be empty while `next` is set. The position is made of JSON's own types, so a job can keep it.
    """
    return listing().page(wanted, MOST_A_PAGE, position, now)
