"""Calls in the table: in the customer's partition, by when they were."""

import json
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.calls.model import PhoneCall
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import is_id
from chalicelib.domain.inquiries.answering import MOST_ANSWERED, OpenInquiry
from chalicelib.domain.signature import Signature
from chalicelib.repos import claims, keys, open_items
from chalicelib.repos.compact import compact
from chalicelib.repos.customers import CustomerWriter
from chalicelib.repos.found import Position
from chalicelib.repos.owned import Narrowed, all_of, newest
from chalicelib.repos.table import Item, Table
from chalicelib.repos.transaction import Transaction

CALL = "CALL"


@dataclass(frozen=True)
class CallPage:
    """Calls and the position of the next page."""

    calls: list[PhoneCall]
    next: Position | None


class CallReader:
    """Reads of calls."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, customer_id: str, call_id: str) -> PhoneCall:
        """The call.

        Raises:
            NotFound: the customer has no such call.
        """
        known = is_id(customer_id, "cus") and is_id(call_id, "cal")
        item = self._table.get(keys.owned(customer_id, CALL, call_id)) if known else None
        if item is None:
            raise NotFound("The customer has no such call.")
        return from_item(item)

    def page(self, customer_id: str, limit: int, position: Position | None, direction: str | None) -> CallPage:
        """The customer's calls, newest first.

        Raises:
            NotFound: there is no such customer.
        """
        only = Narrowed.to(direction=direction)
        found = newest(self._table, customer_id, all_of(CALL), limit, position, only)
        return CallPage([from_item(item) for item in found.items], found.next)


class CallWriter:
    """Writes of calls within one transaction."""

    def __init__(self, work: Transaction) -> None:
        self._work = work

    def customer(self, customer_id: str) -> tuple[Customer, list[OpenInquiry]]:
        """The customer with the oldest open inquiries."""
        found = open_items.read(self._work.table, customer_id, MOST_ANSWERED)
        return found.customer, [OpenInquiry(each["id"], customer_id, each["at"]) for each in found.inquiries]

    def add(self, customer: Customer, call: PhoneCall) -> None:
        """Write a call, count it, and move the last contact."""
        CustomerWriter(self._work).touch(customer, {"calls": 1}, contact_at=call.at)
        self._work.put(keys.owned(call.customer_id, CALL, call.id), attributes(call), condition=claims.FREE)


def attributes(call: PhoneCall) -> dict[str, Any]:
    """The call item's attributes."""
    doc = {
        "duration_s": call.duration_s,
        "outcome": call.outcome,
        "at": call.at,
        "logged": call.logged.kept(),
        "answered": list(call.answered),
    }
    return {"direction": call.direction, "doc": compact(doc)}


def from_item(item: Item) -> PhoneCall:
    """The call of an item."""
    doc = json.loads(item["doc"])
    logged = doc["logged"]
    return PhoneCall(
        id=item["sk"].split("#", 1)[1],
        customer_id=item["pk"],
        direction=item["direction"],
        duration_s=doc["duration_s"],
        outcome=doc["outcome"],
        at=doc["at"],
        logged=Signature(logged["id"], logged["name"], logged["at"]),
        answered=tuple(doc["answered"]),
    )
