"""Reads of what is to be done today: bounded Queries over what is open, and one read of what is shown of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.inquiries.model import Inquiry
from chalicelib.domain.reminders.model import Reminder
from chalicelib.domain.sweeps.telling import Waiting
from chalicelib.repos import customer_items, inquiry_items, keys, reminder_items
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Table


@dataclass(frozen=True)
class Found:
    """Reminders and inquiries with their customers, in the order asked for; those of archived ones are left out."""

    reminders: list[tuple[Reminder, Customer]]
    inquiries: list[tuple[Inquiry, Customer]]


class TodayReader:
    """Reads reminders and inquiries that are known by their entries."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, reminders: Sequence[Waiting], inquiries: Sequence[Waiting]) -> Found:
        """One read for a hundred items, customers included."""
        items = [*reminders, *inquiries]
        wanted = dict.fromkeys([*map(_key, items), *(keys.profile(item.customer_id) for item in items)])
        known = self._table.get_many(list(wanted))
        return Found(
            [(reminder_items.from_item(item), customer) for item, customer in _active(reminders, known)],
            [(inquiry_items.from_item(item), customer) for item, customer in _active(inquiries, known)],
        )


def _active(waiting: Sequence[Waiting], known: Mapping[Key, Item]) -> list[tuple[Any, Customer]]:
    """The items that are still there, with their customers."""
    found = []
    for each in waiting:
        item, profile = known.get(_key(each)), known.get(keys.profile(each.customer_id))
        if item and profile and profile["status"] == "active":
            found.append((item, customer_items.from_item(profile)))
    return found


def _key(waiting: Waiting) -> Key:
    return keys.owned(waiting.customer_id, waiting.kind.upper(), waiting.id)
