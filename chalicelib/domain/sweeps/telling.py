"""Whom to tell of what is due: reminders and inquiries by the people who see to them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.inquiries.assignment import default_assignees
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.staff.members import Directory
from chalicelib.domain.work import Change, Event, Work

REMINDER, INQUIRY = "reminder", "inquiry"
# An item takes five places in a transaction: its mark, the check of its customer, its event, and its audit entry in
# two parts. With the digest's own four, nineteen items fill 99 of the store's 100.
MOST_ITEMS = 19
MOST_BIRTHDAYS = 1000


@dataclass(frozen=True)
class Waiting:
    """An open reminder or inquiry; `at` is when it falls due, or when it came; `told` are those who know of it."""

    kind: str
    id: str
    customer_id: str
    at: str
    assignees: tuple[str, ...]
    told: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Digest:
    """What one member of staff is told at once."""

    staff_id: str
    day: date
    location_id: str | None
    items: tuple[Waiting, ...]
    birthday_ids: tuple[str, ...] = ()

    def without(self, item: Waiting) -> "Digest":
        """The same, when one of the items is not waiting any more."""
        return replace(self, items=tuple(each for each in self.items if each != item))

    def without_birthdays(self) -> "Digest":
        """The same, when the person knows of the birthdays."""
        return replace(self, birthday_ids=())

    def __bool__(self) -> bool:
        return bool(self.items or self.birthday_ids)


def people_for(waiting: Waiting, customer: Customer, shop: Shop, directory: Directory) -> tuple[str, ...]:
    """Who is to be told: the assignees, or when none of them is there any more, those who stand in for them."""
    if customer.status != "active":
        return ()
    members = (directory.get(assignee) for assignee in waiting.assignees)
    enabled = tuple(member.id for member in members if member and not member.disabled)
    return enabled or default_assignees(customer, shop, directory)


def known_to_all(waiting: Waiting) -> bool:
    """Whether everybody whom it names was told."""
    return bool(waiting.assignees) and waiting.told.issuperset(waiting.assignees)


def by_person(
    waiting: Iterable[Waiting], customers: Mapping[str, Customer], shop: Shop, directory: Directory
) -> dict[str, list[Waiting]]:
    """What waits for each person, in the order given: for those who were told, and for those who are to be."""
    found: dict[str, list[Waiting]] = {}
    for each in waiting:
        customer = None if known_to_all(each) else customers.get(each.customer_id)
        wanted = people_for(each, customer, shop, directory) if customer else ()
        for person in dict.fromkeys((*sorted(each.told), *wanted)):
            found.setdefault(person, []).append(each)
    return found


def digests(
    staff_id: str, day: date, location_id: str | None, items: Sequence[Waiting], birthday_ids: Sequence[str]
) -> Iterator[Digest]:
    """What a person is told, in parts that fit into one transaction each; birthdays go with the first."""
    birthdays = tuple(birthday_ids[:MOST_BIRTHDAYS])
    for start in range(0, max(len(items), 1), MOST_ITEMS):
        part = Digest(staff_id, day, location_id, tuple(items[start : start + MOST_ITEMS]), birthdays)
        if part:
            yield part
        birthdays = ()


def record(work: Work, digest: Digest) -> None:
    """Write the event of each item and of the digest itself, each with its audit entry."""
    for item in digest.items:
        _record_item(work, item, digest.staff_id)
    data: dict[str, Any] = {
        "staff_id": digest.staff_id,
        "date": digest.day.isoformat(),
        "location_id": digest.location_id,
        "reminder_ids": [item.id for item in digest.items if item.kind == REMINDER],
        "inquiry_ids": [item.id for item in digest.items if item.kind == INQUIRY],
        "inquiry_customer_ids": [item.customer_id for item in digest.items if item.kind == INQUIRY],
        "birthday_ids": list(digest.birthday_ids),
    }
    work.record(Event(digest.staff_id, "digest_due", "Staff digest due", data, audience="system"))
    counts = {name: len(data[name]) for name in ("reminder_ids", "inquiry_ids", "birthday_ids")}
    work.audit(Change("digest.due", digest.staff_id, after={"date": digest.day.isoformat(), **counts}))


def _record_item(work: Work, item: Waiting, staff_id: str) -> None:
    data: dict[str, Any] = {"customer_id": item.customer_id, f"{item.kind}_id": item.id, "staff_id": staff_id}
    if item.kind == REMINDER:
        event = Event(item.customer_id, "reminder_due", "Reminder due", {**data, "due_at": item.at}, audience="system")
        action = "reminder.due"
    else:
        facts = {**data, "received_at": item.at}
        event = Event(item.customer_id, "inquiry_waiting", "Inquiry waiting", facts, audience="system")
        action = "inquiry.waiting"
    work.record(event)
    work.audit(Change(action, item.customer_id, after=data))
