"""Pages of customers: one index drives, the rest is checked on the customers, and the page says where to go on.

A page examines at most 1,000 entries, and reads at most 300 customers. It may hold fewer customers than asked for while
`next` is set.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from chalicelib.domain.customers.filters import Filters
from chalicelib.domain.customers.model import Customer
from chalicelib.repos import keys
from chalicelib.repos.all_customers import MOST_READ
from chalicelib.repos.consent_items import from_state
from chalicelib.repos.customer_index import CustomerIndex
from chalicelib.repos.customers import CustomerReader
from chalicelib.repos.found import Found, Position
from chalicelib.repos.table import BATCH, Table


@dataclass(frozen=True)
class CustomerPage:
    """Customers and the position of the next page."""

    customers: list[Customer]
    next: Position | None


class CustomerList:
    """Lists and searches customers."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def page(self, filters: Filters, limit: int, position: Position | None, now: datetime) -> CustomerPage:
        """The customers that pass the filters, from the position on."""
        if filters.nobody:
            return CustomerPage([], None)
        found = CustomerIndex(self._table).candidates(filters, limit, position or {}, now)
        places = dict(found.ids)
        customers = list(islice(self._passing(filters, list(places), limit), limit))
        if len(customers) == limit:
            last = customers[-1].id
            rest = found.next is not None or last != found.ids[-1][0]
            return CustomerPage(customers, places[last] if rest else None)
        return CustomerPage(customers, _after_the_read(found, places))

    def _passing(self, filters: Filters, customer_ids: Sequence[str], limit: int) -> Iterator[Customer]:
        """Those of the first 300 who pass: as many as a page holds are read, and the rest only while some did not."""
        for start, end in _batches(limit, min(len(customer_ids), MOST_READ)):
            read = CustomerReader(self._table).get_many(customer_ids[start:end])
            yield from self._agreeing(filters, [customer for customer in read if filters.accepts(customer)])

    def _agreeing(self, filters: Filters, customers: list[Customer]) -> list[Customer]:
        """Those who agree to what the filters name; consents lie beside the customers."""
        if filters.consent is None or not customers:
            return customers
        states = self._table.get_many([keys.consents(customer.id) for customer in customers])
        channel, purpose = filters.consent
        return [each for each in customers if from_state(states.get(keys.consents(each.id))).agreed(channel, purpose)]


def _batches(first: int, end: int) -> Iterator[tuple[int, int]]:
    """Where reads begin and end: the first takes what a page holds, the others a hundred."""
    start = 0
    while start < end:
        stop = min(start + (BATCH if start else first), end)
        yield start, stop
        start = stop


def _after_the_read(found: Found, places: dict[str, Position]) -> Position | None:
    """Where to go on when all that was read is shown, or did not pass."""
    if len(places) > MOST_READ:
        return next(islice(places.values(), MOST_READ - 1, None))
    return found.next
