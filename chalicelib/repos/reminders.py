"""Reminders in the table: single ones and those of one customer."""

from dataclasses import dataclass

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import NotFound
from chalicelib.domain.ids import owner_of
from chalicelib.domain.reminders.model import Reminder
from chalicelib.repos import activity, claims
from chalicelib.repos.customers import CustomerWriter
from chalicelib.repos.found import Position
from chalicelib.repos.owned import Narrowed, all_of, newest
from chalicelib.repos.reminder_items import REMINDER, attributes, entries, from_item, key
from chalicelib.repos.table import Table
from chalicelib.repos.transaction import Transaction


@dataclass(frozen=True)
class ReminderPage:
    """Reminders and the position of the next page."""

    reminders: list[Reminder]
    next: Position | None


class ReminderReader:
    """Reads of reminders."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, reminder_id: str) -> Reminder:
        """The reminder, also a cancelled one; its id says whose it is, so this is one read.

        Raises:
            NotFound: there is no such reminder.
        """
        customer_id = owner_of(reminder_id, "rem")
        item = self._table.get(key(customer_id, reminder_id)) if customer_id else None
        if item is None:
            raise NotFound("There is no such reminder.")
        return from_item(item)

    def page(self, customer_id: str, limit: int, position: Position | None, status: str | None) -> ReminderPage:
        """The customer's reminders, the one set last first.

        Raises:
            NotFound: there is no such customer.
        """
        found = newest(self._table, customer_id, all_of(REMINDER), limit, position, Narrowed.to(status=status))
        return ReminderPage([from_item(item) for item in found.items], found.next)


class ReminderWriter(ReminderReader):
    """Writes of reminders within one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work.table)
        self._work = work
        self._customers = CustomerWriter(work)

    def customer(self, customer_id: str) -> Customer:
        """The customer."""
        return self._customers.get(customer_id)

    def add(self, customer: Customer, reminder: Reminder) -> None:
        """Write a new reminder and count it."""
        self._customers.touch(customer, {"reminders": 1})
        place = key(reminder.customer_id, reminder.id)
        self._work.put(place, attributes(reminder), condition=claims.FREE)
        for entry, listed in entries(reminder).items():
            self._work.put(entry, listed)

    def change(self, before: Reminder, after: Reminder) -> None:
        """Write the next version; a cancelled reminder still counts as one that was set."""
        activity.require_active(self._work, after.customer_id)
        condition, values = "version = :before", {":before": before.version}
        place = key(after.customer_id, after.id)
        self._work.put(place, attributes(after), condition=condition, values=values)
        old, new = entries(before), entries(after)
        for entry in old.keys() - new.keys():
            self._work.delete(entry)
        for entry, listed in new.items():
            if old.get(entry) != listed:
                self._work.put(entry, listed)
