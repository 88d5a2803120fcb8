"""Finds and mends entries of customers: those that an earlier version of Facet did not write, and torn ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.customers.model import Customer
from chalicelib.repos import customer_items, keys
from chalicelib.repos.customers import STATUS, UNCHANGED
from chalicelib.repos.found import Position
from chalicelib.repos.keys import Key
from chalicelib.repos.months import months_back
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Transaction

INDEX_VERSION = 1  # one more whenever customers get entries that those written before do not have
PAGE = 100


@dataclass(frozen=True)
class Lack:
    """A customer, the entries that should be there and are not, and those that are there and should not be."""

    customer: Customer
    missing: Mapping[Key, Item]
    stray: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Examined:
    """How many customers a page had, those among them that lack entries, and where to go on; None at the end."""

    customers: int
    lacking: list[Lack]
    next: Position | None


class Changed(Exception):
    """The customer was changed since the look."""


class IndexReader:
    """Walks all active customers, month by month of their creation, the newest first."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def examine(self, position: Position | None, now: datetime) -> Examined:
        """The next hundred customers."""
        months = list(months_back(position["m"] if position else None, now))
        if not months:
            return Examined(0, [], None)
        partition = keys.listed("active", "", months[0]).pk
        page = self._table.query(Range(partition, after=(position or {}).get("k"), limit=PAGE))
        following: Position | None = {"m": months[0], "k": page.last} if page.last else None
        if following is None and len(months) > 1:
            following = {"m": months[1]}
        return Examined(len(page.items), self.lacking([item["sk"] for item in page.items]), following)

    def lacking(self, customer_ids: Sequence[str]) -> list[Lack]:
        """Those of at most a hundred customers that lack entries."""
        found = self._table.get_many([keys.profile(each) for each in customer_ids])
        customers = [customer_items.from_item(item) for item in found.values()]
        wanted = {customer.id: _entries(customer) for customer in customers}
        there = self._table.get_many([key for entries in wanted.values() for key in entries])
        lacks = (
            Lack(each, {key: facts for key, facts in wanted[each.id].items() if _facts(there.get(key)) != facts})
            for each in customers
        )
        return [lack for lack in lacks if lack.missing]


def mend(work: Transaction, lack: Lack) -> None:
    """Write the missing entries of a customer, and remove the stray ones.

    Raises (on commit):
        Changed: look again, as the change may have touched the same entries.
    """
    customer = lack.customer
    values = {":version": customer.version, ":status": customer.status, ":tags": list(customer.tags)}
    work.check(keys.profile(customer.id), UNCHANGED, values, names=STATUS, otherwise=lambda _: Changed())
    for key, facts in lack.missing.items():
        work.put(key, facts)
    for key in lack.stray:
        work.delete(key)


def _entries(customer: Customer) -> dict[Key, Item]:
    return {
        key: {name: value for name, value in facts.items() if value is not None}
        for key, facts in customer_items.entries(customer).items()
    }


def _facts(item: Item | None) -> Item | None:
    return None if item is None else {name: value for name, value in item.items() if name not in ("pk", "sk")}
