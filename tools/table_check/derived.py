"""Items that follow from others, each of them once: entries of lists and searches, markers, places in queues."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.repos import (
    contact_findings,
    customer_items,
    duplicate_items,
    inquiry_items,
    keys,
    message_items,
    reminder_items,
)
from chalicelib.repos.index_repair import Lack
from chalicelib.repos.index_repair import mend as mend_entries
from chalicelib.repos.keys import Key
from chalicelib.repos.reach import DEVICE
from chalicelib.repos.table import Item
from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding, facts, put, remove
from tools.table_check.items import Items
from tools.table_check.rule import Rule

FOUND_UNDER = ("NAME#", "EMAN#", "PHONES#", "TAG#", "CITY#", "EMAIL#", "CUSTOMERS#", "BIRTHDAYS#")
LISTS = ("REMINDERS#", "INQUIRIES#", "MESSAGES#", "OUTGOING#", "CONTACT#", "DUPLICATES#", "DEVICES#", "JOBS#")
MARKER = keys.open_item("", "").sk
BESIDE = frozenset(("told",))  # an entry also remembers whom the follow-up sweep told of it


@dataclass(frozen=True)
class Wanted:
    """The items that follow from a record."""

    entries: dict[Key, Item]
    others: dict[Key, Item]


def wanted(record: Aggregate) -> Wanted:
    """What must be there because this record is."""
    entries: dict[Key, Item] = {}
    if record.customer is not None:
        entries = customer_items.entries(record.customer)
        entries[customer_items.list_key(record.customer)] = customer_items.list_attributes(record.customer)
    others = {key: facts(item) for key, item in _others(record)}
    return Wanted({key: facts(item) for key, item in entries.items()}, others)


def _others(record: Aggregate) -> Iterator[tuple[Key, Item]]:
    for _, item in record.of("INQUIRY#"):
        yield from inquiry_items.open_entries(inquiry_items.from_item(item)).items()
    for _, item in record.of("REMINDER#"):
        yield from reminder_items.entries(reminder_items.from_item(item)).items()
    for message in record.messages:
        yield message_items.log_key(message), message_items.log_attributes(message)
        place = message_items.outgoing_key(message)
        if place is not None:
            yield place, {"recipient_id": message.recipient_id}
    for key, item in record.of(DEVICE):
        holder = {"customer_id": record.pk, "device_id": key.sk.removeprefix(DEVICE)}
        yield keys.device_token(item["digest"]), holder
    yield from _queued(record)


def _queued(record: Aggregate) -> Iterator[tuple[Key, Item]]:
    about = record.get(keys.findings("").sk)
    if about is not None:
        yield from contact_findings.places(contact_findings.findings_of(record.pk, about)).items()
    pair = record.get(keys.duplicate("").sk)
    if pair is not None:
        yield duplicate_items.place(duplicate_items.pair_of(pair)), facts(pair)
    job = record.get(keys.job("").sk)
    if job is not None:
        made = json.loads(job["doc"])["created_at"]
        yield keys.job_listed(job["kind"], record.pk, made[:7]), {"expires_at": job["expires_at"]}


class Derived(Rule):
    """What is missing, what says something else than its record, and what leads nowhere."""

    def prepare(self) -> None:
        """The keys of all that has to be there."""
        self._expected: set[Key] = set()

    def look(self, record: Aggregate) -> Iterator[Finding]:
        """What follows from a record is there, as it should be."""
        found = wanted(record)
        self._expected |= found.entries.keys() | found.others.keys()
        yield from _of_customer(self.items, record, found.entries)
        for key, attributes in found.others.items():
            yield from _compared(key, attributes, self.items.get(key), self.now)
        for key, _ in record.of(MARKER):
            if key not in found.others:
                yield Finding("stray", key, "marks something open that is not", remove(key))

    def end(self) -> Iterator[Finding]:
        """Nothing else is there."""
        for prefix in (*FOUND_UNDER, *LISTS):
            for key, item in self.items.under(prefix):
                expired = item.get("expires_at", self.now) < self.now  # of a pair the store may remove one first
                if key not in self._expected and key.sk != keys.CLAIM and not expired:
                    yield Finding("stray", key, "leads to a record that does not say so", remove(key))


def _of_customer(items: Items, record: Aggregate, entries: dict[Key, Item]) -> Iterator[Finding]:
    if record.customer is None:
        return
    there = {key: items.get(key) for key in entries}
    missing = {key: each for key, each in entries.items() if _known(there[key]) != each}
    if missing:
        lack = Lack(record.customer, missing)
        what = f"{len(missing)} entries under which the customer is found are missing or outdated"
        yield Finding("entries", keys.profile(record.pk), what, lambda work: mend_entries(work, lack))


def _known(item: Item | None) -> Item | None:
    return None if item is None else facts(item)


def _compared(key: Key, attributes: Item, there: Item | None, now: float) -> Iterator[Finding]:
    if there is None and attributes.get("expires_at", now) < now:
        return
    known = {} if there is None else {n: v for n, v in facts(there).items() if n not in BESIDE}
    if there is None or known != attributes:
        kept = {name: there[name] for name in BESIDE if there and name in there}
        what = "is missing" if there is None else "says something else than its record"
        yield Finding("lists", key, what, put(key, {**attributes, **kept}, there))
