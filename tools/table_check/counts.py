"""Numbers that are kept beside what they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from chalicelib.repos import contact_findings, keys
from chalicelib.repos.keys import Key
from chalicelib.repos.reach import DEVICE
from chalicelib.repos.table import Item
from chalicelib.repos.transaction import Transaction
from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding, Mend, change
from tools.table_check.items import Items
from tools.table_check.rule import Rule

RECORDS = {
    "notes_count": "NOTE#",
    "calls_count": "CALL#",
    "inquiries_count": "INQUIRY#",
    "reminders_count": "REMINDER#",
}
STATUSES = ("active", "archived")
DECISIONS = ("open", "dismissed")


class Counts(Rule):
    """Counts on profiles, of customers, and of findings about contact details that are not what is there."""

    def prepare(self) -> None:
        """What is counted over all records."""
        self._customers: Counter[str] = Counter()
        self._doubts: Counter[tuple[str, str]] = Counter()

    def look(self, record: Aggregate) -> Iterator[Finding]:
        """The profile counts its records."""
        about = record.get(keys.findings("").sk)
        if about is not None:
            found = contact_findings.findings_of(record.pk, about).items
            self._doubts.update((each.kind, each.status) for each in found)
        if record.customer is not None:
            self._customers[record.customer.status] += 1
            yield from _profile(record)

    def end(self) -> Iterator[Finding]:
        """The counters count what there is."""
        yield from _customers(self.items, self._customers)
        yield from _doubts(self.items, self._doubts)


def counted(record: Aggregate) -> dict[str, int]:
    """What the profile has to count."""
    found = {
        name: sum(item.get("status") != "withdrawn" for _, item in record.of(kind)) for name, kind in RECORDS.items()
    }
    return {**found, "devices_count": sum(1 for _ in record.of(DEVICE))}


def _profile(record: Aggregate) -> Iterator[Finding]:
    profile = record.items[keys.PROFILE]
    wrong = {name: n for name, n in counted(record).items() if int(profile.get(name, 0)) != n}
    if wrong:
        key = keys.profile(record.pk)
        yield Finding("counts", key, f"the profile counts wrong: {', '.join(wrong)}", change(key, wrong))


def _customers(items: Items, right: Mapping[str, int]) -> Iterator[Finding]:
    """Any of the eight counters may have counted whom it did not count: one of them is put right."""
    kept: Counter[str] = Counter()
    for key, item in items.under(keys.COUNTERS):
        if key.sk.startswith(keys.CUSTOMER_COUNTERS):
            kept.update({status: int(item.get(status, 0)) for status in STATUSES})
    steps = {status: right.get(status, 0) - kept[status] for status in STATUSES}
    if any(steps.values()):
        what = f"customers are counted as {dict(kept)}, and there are {dict(right)}"
        yield Finding("counts", keys.counter(0), what, _steps(steps))


def _steps(steps: Mapping[str, int]) -> Mend:
    def mend(work: Transaction) -> None:
        work.add(keys.counter(0), **{status: step for status, step in steps.items() if step})

    return mend


def _doubts(items: Items, right: Counter[tuple[str, str]]) -> Iterator[Finding]:
    prefix = keys.FINDING_COUNT
    kept = {key.sk.removeprefix(prefix): item for key, item in items.under(keys.CONTACT) if key.sk.startswith(prefix)}
    for kind in sorted({*kept, *(each for each, _ in right)}):
        numbers = {status: right[kind, status] for status in DECISIONS}
        if {status: int(kept.get(kind, {}).get(status, 0)) for status in DECISIONS} != numbers:
            key = keys.finding_count(kind)
            yield Finding("counts", key, f"findings of the kind {kind} are counted wrong", _set(key, numbers))


def _set(key: Key, numbers: Item) -> Mend:
    return lambda work: work.put(key, numbers)
