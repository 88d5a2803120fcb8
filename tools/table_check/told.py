"""What was told of a change in the same transaction: its event, its audit entry, and what both say of the record."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from chalicelib.domain.customers.model import Customer
from chalicelib.domain.ids import is_id, owner_of
from chalicelib.domain.instants import parse_instant
from chalicelib.repos import keys, notes
from chalicelib.repos.compact import compact
from chalicelib.repos.keys import Key
from chalicelib.repos.restore import RESTORED
from chalicelib.repos.table import Item
from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding, change, facts, put, remove
from tools.table_check.items import Items
from tools.table_check.rule import Rule

OF_VALUES = frozenset(("salt", "values"))
TOGETHER = timedelta(seconds=0.5)
REFUSED = "refused"
REMOVED = "customer.remove"
DIGEST = "digest.due"
UPLOAD = "import.create"  # nothing has begun yet: the file is still to come
TOLD_OF_JOBS = (".create", ".finish", ".start", ".map")
# Of these the customer's history tells; each stands in the customer's partition for good.
RECORDS = {
    "note_id": "NOTE",
    "call_id": "CALL",
    "inquiry_id": "INQUIRY",
    "reminder_id": "REMINDER",
    "message_id": "MESSAGE",
}


class Told(Rule):
    """Changes of which only half is told, and histories that tell of what is not there."""

    def look(self, record: Aggregate) -> Iterator[Finding]:
        """One record and its history."""
        yield from _entries(self.items, record)
        yield from _pairs(record)
        yield from _left_over(record)
        yield from _records(record)
        yield from _marks(record)

    def end(self) -> Iterator[Finding]:
        """The audit entries of all days."""
        return _cores(self.items)


def _entries(items: Items, record: Aggregate) -> Iterator[Finding]:
    """Every entry beside a record has its core in the partition of its day; the core can be made from it."""
    for key, item in record.of(keys.AUDIT):
        core = {name: value for name, value in facts(item).items() if name not in OF_VALUES}
        place = keys.audit_entry(item["at"][:10], key.sk.removeprefix(keys.AUDIT))
        if item["action"] == REMOVED and record.customer is not None:
            yield Finding("audit", keys.profile(record.pk), "was removed, and is there")
        elif items.get(place) is None:
            yield Finding("audit", place, "the entry is missing among those of its day", put(place, core, None))


def _cores(items: Items) -> Iterator[Finding]:
    """Every core has its values with the record, unless the record was erased and took them along."""
    removed = {core["entity"] for _, core in items.under(keys.AUDIT) if core["action"] == REMOVED}
    for key, core in items.under(keys.AUDIT):
        if not core.get("entity") or core["action"] == REFUSED:
            continue
        place = keys.audit_values(core["entity"], key.sk)
        if core["action"] == REMOVED and items.get(keys.profile(core["entity"])) is not None:
            yield Finding("audit", keys.profile(core["entity"]), "was removed, and is there")
        elif items.get(place) is None and (core["entity"] not in removed or core["action"] == REMOVED):
            derived = None if "values_digest" in core else put(place, facts(core), None)
            yield Finding("audit", place, "the values of an audit entry are missing", derived)


def _pairs(record: Aggregate) -> Iterator[Finding]:
    audited = Counter(item["request_id"] for _, item in record.of(keys.AUDIT) if item["action"] != RESTORED)
    told = Counter(item["request_id"] for _, item, _ in record.events)
    restored = {item["request_id"] for _, item in record.of(keys.AUDIT) if item["action"] == RESTORED}
    for key, item, _ in record.events:
        if item["request_id"] not in audited and item["request_id"] not in restored:
            yield Finding("pairs", key, f"{item['kind']} has no audit entry")
    if record.customer is None:
        if record.pk.startswith("cus_") and (told or audited) and not is_removed(record):
            yield Finding("pairs", keys.profile(record.pk), "there is a history, and no customer")
        yield from _of_jobs(record)
        return
    for key, item in record.of(keys.AUDIT):
        if told[item["request_id"]] < audited[item["request_id"]]:
            yield Finding("pairs", key, f"{item['action']} is not told by any event")


def is_removed(record: Aggregate) -> bool:
    """Whether it is what is left of a customer whom an undo removed: the entry that tells so."""
    return any(item["action"] == REMOVED for _, item in record.of(keys.AUDIT))


def _left_over(record: Aggregate) -> Iterator[Finding]:
    """Of a customer who was removed only the entry is left that tells so."""
    if record.customer is None and is_removed(record):
        for sk, item in record.items.items():
            if item.get("action") != REMOVED:
                key = Key(record.pk, sk)
                yield Finding("left", key, "is left of a customer who was removed", remove(key))


def _of_jobs(record: Aggregate) -> Iterator[Finding]:
    told = {item["request_id"] for _, item, _ in record.events}
    of_job = record.get(keys.job("").sk) is not None
    for key, item in record.of(keys.AUDIT):
        action = item["action"]
        wanted = action == DIGEST or (of_job and action.endswith(TOLD_OF_JOBS) and action != UPLOAD)
        if wanted and item["request_id"] not in told:
            yield Finding("pairs", key, f"{item['action']} is not told by any event")


def _records(record: Aggregate) -> Iterator[Finding]:
    """What the history tells of is there, and says what was told of it last."""
    customer = record.customer
    if customer is None:
        return
    changes = [data for _, item, data in record.events if item["kind"] == "customer_changed"]
    told = max((data.get("version", 0) for data in changes), default=0)
    if told > customer.version:
        yield Finding("records", keys.profile(record.pk), f"version {told} was told of, and is not there")
    yield from _confirmed(record, customer)
    for place, words in _latest(record).items():
        there, kind = record.get(place.sk), words[-1][0]
        if there is None:
            yield Finding("records", place, f"{kind} tells of it, and it is not there")
        elif kind.upper().startswith(place.sk.partition("#")[0]):  # a call may answer an inquiry, and says so
            said = [list(_as_told(place, there, *each)) for each in words]
            yield from said[-1] if all(said) else ()
    yield from _assigned(record)
    yield from _answers(record)


def _confirmed(record: Aggregate, customer: Customer) -> Iterator[Finding]:
    """When the details were confirmed is told, and stands on the profile."""
    told = {json.loads(item["doc"])["at"] for _, item, _ in record.events if item["kind"] == "details_verified"}
    profile, at = keys.profile(record.pk), customer.verified_at or ""
    if max(told, default="") > at:
        mend = change(profile, {"verified_at": max(told)})
        yield Finding("records", profile, "details were confirmed later", mend)
    elif at and at not in told and not record.restored:
        yield Finding("records", profile, "details are confirmed, and no event tells of it")


def _assigned(record: Aggregate) -> Iterator[Finding]:
    """Whom an inquiry was given to last."""
    for inquiry_id, events in _last_of_inquiries(record, lambda _, data: "assignees" in data):
        place = keys.owned(record.pk, "INQUIRY", inquiry_id)
        there, lists = record.get(place.sk), [list(data["assignees"]) for _, data in events]
        if there is not None and json.loads(there["doc"])["assignees"] not in lists:
            yield Finding("records", place, "was given to others, and does not say so")


def _answers(record: Aggregate) -> Iterator[Finding]:
    """What an inquiry was answered last."""
    for inquiry_id, events in _last_of_inquiries(record, lambda item, _: item["kind"] == "inquiry_answered"):
        there, texts = (
            record.get(keys.owned("", "INQUIRY", inquiry_id).sk),
            [_answer(item) for item, _ in events],
        )
        if there is not None and "given" in there and json.loads(there["given"])["text"] not in texts:
            yield Finding("records", keys.owned(record.pk, "INQUIRY", inquiry_id), "was answered otherwise")


def _last_of_inquiries(
    record: Aggregate, chosen: Callable[[Item, dict[str, Any]], bool]
) -> Iterator[tuple[str, list[tuple[Item, dict[str, Any]]]]]:
    """Of each inquiry the last events of a kind."""
    told: dict[str, list[tuple[Item, dict[str, Any]]]] = defaultdict(list)
    for _, item, data in record.events:
        if chosen(item, data):
            told[data["inquiry_id"]].append((item, data))
    return ((inquiry_id, _last_of(events)) for inquiry_id, events in told.items())


def _answer(event: Item) -> str | None:
    answer: str | None = json.loads(event.get("content", "{}")).get("answer")
    return answer


def _names(record: Aggregate, record_id: Any) -> bool:
    """Whether it is an id, and of this customer's if it says whose it is."""
    text = record_id if isinstance(record_id, str) else ""
    return is_id(text, text[:3]) or (owner_of(text, text[:3]) == record.pk)


def _latest(record: Aggregate) -> dict[Key, list[tuple[str, dict[str, Any]]]]:
    """The last events about each record of a customer: their kind and the facts told."""
    told: dict[Key, list[tuple[Item, dict[str, Any]]]] = defaultdict(list)
    for _, item, data in record.events:
        for name, kind in RECORDS.items():
            if _names(record, data.get(name)) and not item["kind"].endswith("_assigned"):
                told[keys.owned(record.pk, kind, data[name])].append((item, data))
    return {place: [(item["kind"], data) for item, data in _last_of(events)] for place, events in told.items()}


def _last_of(events: list[tuple[Item, dict[str, Any]]]) -> list[tuple[Item, dict[str, Any]]]:
    """Those of which each may be the last write: events are in the order in which requests came, by the clocks of
    several machines, and of two that came together the later one may have been written first."""
    times = [parse_instant(json.loads(item["doc"])["at"]) for item, _ in events]
    return [each for each, at in zip(events, times, strict=True) if at >= max(times) - TOGETHER]


_STATUS = {
    "reminder_set": "open",
    "reminder_completed": "done",
    "reminder_cancelled": "cancelled",
    "note_withdrawn": "withdrawn",
    "inquiry_answered": "answered",
    "inquiry_received": "open",
    "inquiry_reopened": "open",
}


def _as_told(place: Key, there: Item, kind: str, data: dict[str, Any]) -> Iterator[Finding]:
    """The last event about a record says what it has become; later words about it change no event."""
    status = _STATUS.get(kind)
    if status and there.get("status") != status:
        yield Finding("records", place, f"{kind} was told of, and it is {there.get('status')}")
    elif kind.startswith("reminder_") and "due_at" in data and data["due_at"] != there.get("due_at"):
        yield Finding("records", place, f"{kind} was told of, and it is due at another time")
    elif data.get("version", 0) > there.get("version", 0):
        yield Finding("records", place, f"version {data['version']} was told of, and is not there")


def _marks(record: Aggregate) -> Iterator[Finding]:
    """An event that waits to be relayed stands in the index under its own id; a note and its event say the same."""
    for key, item, _ in record.events:
        shard, place = keys.pending(key.sk.partition("#")[2])
        if "pending_pk" in item or "pending_sk" in item:
            right = {"pending_pk": item.get("pending_pk", shard), "pending_sk": place}
            if any(item.get(name) != value for name, value in right.items()):
                yield Finding("pending", key, "waits to be relayed under a wrong key", change(key, right))
    for _, item in record.of("NOTE#") if not record.restored else ():
        told = keys.event(record.pk, item["event_id"], "staff")
        event = record.get(told.sk)
        if event is None:
            yield Finding("records", told, "a note is not told of")
            continue
        yield from _words(told, item, event)


def _words(told: Key, note: Item, event: Item) -> Iterator[Finding]:
    right = notes.content(notes.from_item(note))
    if json.loads(event.get("content", "{}")) != right:
        yield Finding(
            "records", told, "the timeline does not say what the note says", change(told, {"content": compact(right)})
        )
