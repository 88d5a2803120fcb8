"""What waits for staff across all customers: open reminders by when they fall due, open inquiries by when they came."""

from collections.abc import Iterator, Sequence
from functools import partial

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.sweeps.telling import INQUIRY, REMINDER, Digest, Waiting
from chalicelib.repos import customer_items, keys
from chalicelib.repos.customers import ACTIVE, STATUS
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Page, Range, Table
from chalicelib.repos.transaction import Refusal, Transaction

UNTOLD = "attribute_exists(pk) AND (attribute_not_exists(told) OR NOT contains(told, :person))"


class Gone(Exception):
    """An item is not waiting any more: done, rescheduled, told, or its customer archived."""

    def __init__(self, item: Waiting) -> None:
        super().__init__(item.id)
        self.item = item


class BirthdaysTold(Exception):
    """The person was told of the birthdays of the day before."""


class FollowUpReader:
    """Reads of what is open across customers: four Queries for each kind."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def reminders(self, since: str, until: str) -> list[Waiting]:
        """Open reminders that fall due from `since` until before `until`, first due first."""
        return _sorted(
            _reminder(item)
            for shard in range(keys.SHARDS)
            for item in self._table.query_all(_reminders(shard, since, until))
        )

    def inquiries(self, since: str, until: str) -> list[Waiting]:
        """Open inquiries that came from `since` until before `until`, oldest first."""
        return _sorted(
            _inquiry(item)
            for shard in range(keys.SHARDS)
            for item in self._table.query_all(_inquiries(shard, since, until))
        )

    def first_reminders(self, until: str) -> tuple[list[Waiting], bool]:
        """Those open until then, as many as four Queries read (1 MB each), and whether there are more."""
        return _first(self._table.query(_reminders(shard, "0", until)) for shard in range(keys.SHARDS))

    def first_inquiries(self) -> tuple[list[Waiting], bool]:
        """All open ones, as many as four Queries read, and whether there are more."""
        return _first(self._table.query(_inquiries(shard, "0", keys.LAST)) for shard in range(keys.SHARDS))

    def customers(self, customer_ids: Sequence[str]) -> dict[str, Customer]:
        """These customers, 100 a call."""
        found = self._table.get_many([keys.profile(each) for each in dict.fromkeys(customer_ids)])
        return {key.pk: customer_items.from_item(item) for key, item in found.items()}


def mark_told(work: Transaction, digest: Digest) -> None:
    """Mark what the person is told of, so that it is told once.

    Raises (on commit):
        Gone: an item is not waiting any more, or was told.
        BirthdaysTold: the person knows of the day's birthdays.
    """
    person = digest.staff_id
    for item in digest.items:
        condition, values = UNTOLD, {":person": person, ":one": {person}}
        work.update(_entry(item), "ADD told :one", values, condition=condition, otherwise=_gone(item))
    for customer_id, item in {item.customer_id: item for item in digest.items}.items():
        key = keys.profile(customer_id)
        work.check(key, ACTIVE, {":active": "active"}, names=STATUS, otherwise=_gone(item))
    if digest.birthday_ids:
        mark = keys.once(person, f"birthdays#{digest.day.isoformat()}")
        work.put(mark, {"at": work.call.at}, condition="attribute_not_exists(pk)", otherwise=lambda _: BirthdaysTold())


def _gone(item: Waiting) -> Refusal:
    return partial(_refused, item)


def _refused(item: Waiting, _: Item | None) -> Exception:
    return Gone(item)


def _entry(item: Waiting) -> Key:
    return keys.due("open", item.at, item.id) if item.kind == REMINDER else keys.open_inquiry(item.at, item.id)


def _reminders(shard: int, since: str, until: str) -> Range:
    return Range(keys.due_partition("open", shard), between=(since, max(since, until)))


def _inquiries(shard: int, since: str, until: str) -> Range:
    return Range(keys.inquiry_partition(shard), between=(since, max(since, until)))


def _reminder(item: Item) -> Waiting:
    return _waiting(REMINDER, item, (item["assignee"],))


def _inquiry(item: Item) -> Waiting:
    return _waiting(INQUIRY, item, tuple(item["assignees"]))


def _waiting(kind: str, item: Item, assignees: tuple[str, ...]) -> Waiting:
    at, _, item_id = item["sk"].partition("#")
    return Waiting(kind, item_id, item["customer_id"], at, assignees, frozenset(item.get("told", ())))


def _first(pages: Iterator[Page]) -> tuple[list[Waiting], bool]:
    read = list(pages)
    items = [item for page in read for item in page.items]
    found = _sorted(_reminder(item) if "assignee" in item else _inquiry(item) for item in items)
    return found, any(page.last is not None for page in read)


def _sorted(found: Iterator[Waiting]) -> list[Waiting]:
    return sorted(found, key=lambda each: (each.at, each.id))
