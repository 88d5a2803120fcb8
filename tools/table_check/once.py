"""What is done once: birthdays that were seen to, people who were told, jobs that finished, which run is the newest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain import ids
from chalicelib.repos import keys
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item
from chalicelib.repos.transaction import Transaction
from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding, Mend, facts, put, remove
from tools.table_check.items import Items
from tools.table_check.rule import Rule

JOB = keys.job("").sk
BIRTHDAY, MORNING = "birthday#", "birthdays#"
RUNS = {keys.duplicate_run(): "dpr_", keys.contact_check(): "chk_"}
KEPT = timedelta(days=89)  # a job expires a day later
TOLD = frozenset(("reminder_due", "inquiry_waiting"))
OVER = frozenset(("done", "failed", "cancelled"))


class Once(Rule):
    """Marks that are missing, so that something would be done again, and jobs that are not what was told of them."""

    def prepare(self) -> None:
        """The newest job of each kind."""
        self._newest: dict[str, str] = {}

    def look(self, record: Aggregate) -> Iterator[Finding]:
        """The marks of one person, or one job."""
        yield from _marks(record)
        yield from _told(self.items, record)
        if record.get(JOB) is not None:
            self._newest[record.pk[:4]] = record.pk  # ids are in the order of time
            yield from _job(record)

    def end(self) -> Iterator[Finding]:
        """The newest runs, and who is marked as told."""
        kept_since = ids.time_ordered(datetime.fromtimestamp(self.now, UTC) - KEPT, 0)
        for place, prefix in RUNS.items():
            yield from _run(place, self.items.get(place), self._newest.get(prefix), prefix + kept_since)
        yield from _untold(self.items)


def _marks(record: Aggregate) -> Iterator[Finding]:
    """What an event says was done once has its mark; with the mark alone nothing is done twice."""
    done = dict(_done(record))
    for place, at in done.items():
        if record.get(place.sk) is None:
            yield Finding("once", place, "was done, and is not marked as done", put(place, {"at": at}, None))
    if record.restored:
        return
    for beginning in (BIRTHDAY, MORNING):
        for key, _ in record.of(keys.once("", beginning).sk):
            if key not in done:
                yield Finding("once", key, "is marked as done, and no event tells of it")


def _done(record: Aggregate) -> Iterator[tuple[Key, str]]:
    for _, item, data in record.events:
        at = json.loads(item["doc"])["at"]
        if item["kind"] == "birthday_due":
            yield keys.once(record.pk, f"{BIRTHDAY}{data['year']}"), at
        elif item["kind"] == "digest_due" and data["birthday_ids"]:
            yield keys.once(record.pk, f"{MORNING}{data['date']}"), at


def _told(items: Items, record: Aggregate) -> Iterator[Finding]:
    """Who was told of a reminder or an inquiry that still waits is remembered there."""
    for _, item, data in record.events:
        if item["kind"] in TOLD:
            for place in _entries(item["kind"], data):
                entry = items.get(place)
                if entry is not None and data["staff_id"] not in entry.get("told", ()):
                    mend = _told_of(place, "ADD", data["staff_id"])
                    yield Finding("once", place, "somebody was told, and would be told again", mend)


def _entries(kind: str, data: dict[str, Any]) -> Iterator[Key]:
    if kind == "reminder_due":
        yield keys.due("open", data["due_at"], data["reminder_id"])
    else:
        yield keys.open_inquiry(data["received_at"], data["inquiry_id"])


def _untold(items: Items) -> Iterator[Finding]:
    """Nobody is remembered as told whom no event tells."""
    for shard in range(keys.SHARDS):
        for partition in (keys.due_partition("open", shard), keys.inquiry_partition(shard)):
            for key, entry in items.under(partition):
                for person in _not_told(items, key, entry) if entry.get("told") else ():
                    what = "somebody is marked as told, and no event tells of it"
                    yield Finding("once", key, what, _told_of(key, "DELETE", person))


def _not_told(items: Items, place: Key, entry: Item) -> list[str]:
    customer_id = entry["customer_id"]
    record = Aggregate(customer_id, items.partition(customer_id))
    told = [(item["kind"], data) for _, item, data in record.events if item["kind"] in TOLD]
    known = {data["staff_id"] for kind, data in told if place in _entries(kind, data)}
    return [] if record.restored else sorted(set(entry["told"]) - known)


def _told_of(place: Key, verb: str, person: str) -> Mend:
    def mend(work: Transaction) -> None:
        work.update(place, f"{verb} told :one", {":one": {person}}, condition="attribute_exists(pk)")

    return mend


def _job(record: Aggregate) -> Iterator[Finding]:
    """A job that is over is told of as over, and the other way round."""
    over = record.items[JOB]["status"] in OVER
    told = any(item["kind"].endswith("_finished") for _, item, _ in record.events)
    if over != told:
        what = "is over, and no event tells of it" if over else "is told of as over, and is not"
        yield Finding("jobs", keys.job(record.pk), what)


def _run(place: Key, there: Item | None, newest: str | None, kept_since: str) -> Iterator[Finding]:
    """The newest run is named, so that two are never under way; one that is not there was never begun."""
    named = there["job_id"] if there else None
    if newest is not None and named != newest:
        right = {**facts(there or {}), "job_id": newest}
        yield Finding("jobs", place, "does not name the newest run", put(place, right, there))
    elif newest is None and named is not None and named > kept_since:
        yield Finding("jobs", place, "names a run that is not there", remove(place))
