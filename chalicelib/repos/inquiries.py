"""Inquiries in the table: with the customer and, while open, also beside the profile and among all open ones."""

from dataclasses import dataclass

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import is_id
from chalicelib.domain.inquiries.answering import OpenInquiry
from chalicelib.domain.inquiries.model import Given, Inquiry
from chalicelib.repos import activity, claims, keys
from chalicelib.repos.customers import CustomerWriter
from chalicelib.repos.found import Position
from chalicelib.repos.inquiry_items import INQUIRY, attributes, from_item, given_attributes, key, open_entries
from chalicelib.repos.owned import Narrowed, all_of, newest
from chalicelib.repos.table import Table
from chalicelib.repos.transaction import Transaction


@dataclass(frozen=True)
class InquiryPage:
    """Inquiries and the position of the next page."""

    inquiries: list[Inquiry]
    next: Position | None


class InquiryReader:
    """Reads of inquiries."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, customer_id: str, inquiry_id: str) -> Inquiry:
        """The inquiry.

        Raises:
            NotFound: the customer has no such inquiry.
        """
        known = is_id(customer_id, "cus") and is_id(inquiry_id, "inq")
        item = self._table.get(keys.owned(customer_id, INQUIRY, inquiry_id)) if known else None
        if item is None:
            raise NotFound("The customer has no such inquiry.")
        return from_item(item)

    def page(self, customer_id: str, limit: int, position: Position | None, status: str | None) -> InquiryPage:
        """The customer's inquiries, newest first.

        Raises:
            NotFound: there is no such customer.
        """
        only = Narrowed.to(status=status)
        found = newest(self._table, customer_id, all_of(INQUIRY), limit, position, only)
        return InquiryPage([from_item(item) for item in found.items], found.next)


class InquiryWriter(InquiryReader):
    """Writes of inquiries within one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work.table)
        self._work = work
        self._customers = CustomerWriter(work)

    def customer(self, customer_id: str) -> Customer:
        """The customer."""
        return self._customers.get(customer_id)

    def add(self, customer: Customer, inquiry: Inquiry) -> None:
        """Write a new inquiry, count it, and move the last contact."""
        self._customers.touch(customer, {"inquiries": 1}, contact_at=inquiry.received.at)
        self._work.put(key(inquiry), attributes(inquiry), condition=claims.FREE)
        for place, entry in open_entries(inquiry).items():
            self._work.put(place, entry)

    def change(self, before: Inquiry, after: Inquiry) -> None:
        """Write the next version."""
        activity.require_active(self._work, after.customer_id)
        condition, values = "version = :before", {":before": before.version}
        self._work.put(key(after), attributes(after), condition=condition, values=values)
        old, new = open_entries(before), open_entries(after)
        for place in old.keys() - new.keys():
            self._work.delete(place)
        for place, entry in new.items():
            if old.get(place) != entry:
                self._work.put(place, entry)

    def close(self, inquiry: OpenInquiry, given: Given) -> None:
        """Answer an inquiry that is known by its marker alone; the caller's command touches the customer."""
        values = {":one": 1, ":open": "open", ":answered": "answered", ":given": given_attributes(given)["given"]}
        self._work.update(
            keys.owned(inquiry.customer_id, INQUIRY, inquiry.id),
            "SET #status = :answered, #given = :given ADD version :one",
            values,
            condition="#status = :open",
            names={"#status": "status", "#given": "given"},
        )
        self._work.delete(keys.open_item(inquiry.customer_id, inquiry.id))
        self._work.delete(keys.open_inquiry(inquiry.at, inquiry.id))
