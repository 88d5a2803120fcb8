"""Findings about contact details: one item a customer, an entry for each in the queue, and how many there are."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from chalicelib.domain.contact_checks.model import Counted, Finding, Findings, FindingStatus
from chalicelib.domain.contact_checks.starting import Newest
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.ids import is_id, owner_of
from chalicelib.domain.jobs.model import Job
from chalicelib.repos import keys
from chalicelib.repos.customer_items import from_item
from chalicelib.repos.customers import ACTIVE, STATUS
from chalicelib.repos.found import Position
from chalicelib.repos.jobs import JobReader
from chalicelib.repos.keys import Key
from chalicelib.repos.table import Item, Range, Table
from chalicelib.repos.transaction import Retry, Transaction

PREFIX = "fnd"
EXAMINED = 1000
FREE, SAME = "attribute_not_exists(pk)", "version = :version"
SEEN_BEFORE = f"{ACTIVE} AND verified_at = :seen"
NEVER_SEEN = f"{ACTIVE} AND attribute_not_exists(verified_at)"


class Dropped(Exception):
    """The entry was removed before."""


class FindingReader:
    """Reads of findings."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def about(self, customer_id: str) -> tuple[Customer, Findings]:
        """A customer and all findings about them, in one read.

        Raises:
            NotFound: there is no such customer.
        """
        customers = self.about_many([customer_id]) if is_id(customer_id, "cus") else []
        if not customers:
            raise NotFound("There is no such customer.")
        return customers[0]

    def about_many(self, customer_ids: Sequence[str]) -> list[tuple[Customer, Findings]]:
        """Those of at most fifty customers that exist, with the findings about them."""
        wanted = [key for each in customer_ids for key in (keys.profile(each), keys.findings(each))]
        found = self._table.get_many(wanted)
        people = [from_item(found[keys.profile(each)]) for each in customer_ids if keys.profile(each) in found]
        return [(customer, findings_of(customer.id, found.get(keys.findings(customer.id)))) for customer in people]

    def of(self, customer_ids: Sequence[str]) -> dict[str, Findings]:
        """The findings about at most a hundred customers, by the customer's id."""
        found = self._table.get_many([keys.findings(each) for each in customer_ids])
        return {each: findings_of(each, found.get(keys.findings(each))) for each in customer_ids}

    def listed(
        self, status: str, kind: str | None, assignee: str | None, limit: int, position: Position | None
    ) -> tuple[list[Key], Position | None]:
        """Entries of the queue, by kind; one Query, so a page of one assignee's may be short."""
        wanted = Range(
            keys.finding_queue(status),
            begins=f"{kind}#" if kind else "",
            after=(position or {}).get("k"),
            limit=EXAMINED if assignee else limit,
            filter="assignee = :assignee" if assignee else None,
            values={":assignee": assignee} if assignee else None,
        )
        page = self._table.query(wanted)
        items = page.items[:limit]
        last = items[-1]["sk"] if len(page.items) > limit else page.last
        return [Key(item["pk"], item["sk"]) for item in items], {"k": last} if last else None

    def counts(self) -> dict[str, Counted]:
        """How many findings of each kind there are."""
        items = self._table.query_all(Range(keys.CONTACT, begins=keys.FINDING_COUNT))
        return {item["sk"].removeprefix(keys.FINDING_COUNT): _counted(item) for item in items}


class FindingWriter(FindingReader):
    """Writes of findings within one transaction."""

    def __init__(self, work: Transaction) -> None:
        super().__init__(work.table)
        self._work = work

    def save(self, before: Findings, after: Findings) -> None:
        """Write the findings about a customer, their places in the queue, and the counts."""
        self._write(before, replace(after, version=before.version + 1))

    def add(self, findings: Findings) -> None:
        """Write findings that were taken out, at their version, where nothing is known of the customer's."""
        self._write(Findings(findings.customer_id), findings)

    def _write(self, before: Findings, after: Findings) -> None:
        doc = json.dumps([asdict(finding) for finding in after.items], ensure_ascii=False, separators=(",", ":"))
        attributes = {"version": after.version, "assignee": after.assignee, "doc": doc}
        known = {":version": before.version} if before.version else None
        condition = SAME if before.version else FREE
        self._work.put(keys.findings(after.customer_id), attributes, condition=condition, values=known)
        old, new = places(before), places(after)
        for key in old.keys() - new.keys():
            self._work.delete(key)
        for key, facts in new.items():
            if old.get(key) != facts:
                self._work.put(key, facts)
        self._count(before.items, after.items)

    def forget(self, before: Findings) -> None:
        """Remove all findings about a customer who is archived or gone."""
        self.save(before, Findings(before.customer_id, before.version))

    def remove(self, item: Item) -> None:
        """Remove a customer's item of findings, with their places in the queue; the customer goes with them."""
        before = findings_of(item["pk"], item)
        values = {":version": before.version}
        self._work.delete(keys.findings(before.customer_id), condition=SAME, values=values)
        for key in places(before):
            self._work.delete(key)
        self._count(before.items, ())

    def drop(self, entry: Key) -> None:
        """Remove an entry of the queue that leads nowhere, as its customer was erased."""
        kind, status = entry.sk.partition("#")[0], entry.pk.partition("#")[2]
        self._work.delete(entry, condition="attribute_exists(pk)", otherwise=lambda _: Dropped())
        self._add(kind, Counter({status: -1}))

    def require_active(self, customer_id: str) -> None:
        """Let the transaction fail when the customer is archived.

        Raises (on commit):
            Conflict: the customer is.
        """
        values = {":active": "active"}
        self._work.check(
            keys.profile(customer_id), ACTIVE, values, names=STATUS, otherwise=lambda _: _archived(customer_id)
        )

    def verified(self, customer: Customer, at: str) -> None:
        """Write when the details were confirmed, which the audit says together with when they were before.

        Raises (on commit):
            Conflict: the customer is archived.
        """
        self._work.update(
            keys.profile(customer.id),
            "SET verified_at = :at",
            {":at": at, ":active": "active", ":seen": customer.verified_at},
            condition=SEEN_BEFORE if customer.verified_at else NEVER_SEEN,
            names=STATUS,
            otherwise=lambda now: Retry() if now and now["status"] == "active" else _archived(customer.id),
        )

    def _count(self, before: Sequence[Finding], after: Sequence[Finding]) -> None:
        changes: dict[str, Counter[str]] = {}
        for number, items in ((-1, before), (1, after)):
            for finding in items:
                changes.setdefault(finding.kind, Counter())[finding.status] += number
        for kind, counted in sorted(changes.items()):
            if any(counted.values()):
                self._add(kind, counted)

    def _add(self, kind: str, counted: Counter[str]) -> None:
        statuses: tuple[FindingStatus, ...] = ("open", "dismissed")
        values = {f":{status}": counted[status] for status in statuses}
        names = {f"#{status}": status for status in statuses}
        self._work.update(keys.finding_count(kind), "ADD #open :open, #dismissed :dismissed", values, names=names)


class CheckWriter:
    """Which look over all customers is the newest, within one transaction."""

    def __init__(self, work: Transaction) -> None:
        self._work = work

    def newest(self) -> tuple[Newest | None, Job | None]:
        """The newest look, and its job while that is kept; two reads."""
        item = self._work.table.get(keys.contact_check())
        if item is None:
            return None, None
        newest = Newest(item["job_id"], item.get("week"))
        try:
            return newest, JobReader(self._work.table).get(newest.job_id, "contact_check", self._work.call.now)
        except NotFound:
            return newest, None

    def set_newest(self, before: Newest | None, after: Newest) -> None:
        """Write which look is the newest; the command is run again when another one came in between."""
        self._work.put(
            keys.contact_check(),
            {"job_id": after.job_id, "week": after.week},
            condition="job_id = :before" if before else FREE,
            values={":before": before.job_id} if before else None,
        )


def finding_of(entry: Key) -> str:
    """The id of the finding that an entry of the queue stands for."""
    return entry.sk.partition("#")[2]


def customer_of(entry: Key) -> str:
    """The customer that an entry of the queue is about."""
    return owner_of(finding_of(entry), PREFIX) or ""


def _archived(customer_id: str) -> Exception:
    detail = "The customer is archived. Restore it first."
    return Conflict(detail, code="archived", conflict_id=customer_id)


def places(findings: Findings) -> dict[Key, dict[str, Any]]:
    """The places of these findings in the queue, with what each holds."""
    facts = {"assignee": findings.assignee} if findings.assignee else {}
    return {keys.finding_listed(each.status, each.kind, each.id): facts for each in findings.items}


def findings_of(customer_id: str, item: Mapping[str, Any] | None) -> Findings:
    """The findings of a customer's item; none when there is no item."""
    if item is None:
        return Findings(customer_id)
    items = tuple(Finding(**each) for each in json.loads(item["doc"]))
    return Findings(customer_id, int(item["version"]), item.get("assignee"), items)


def _counted(item: Item) -> Counted:
    return Counted(int(item.get("open", 0)), int(item.get("dismissed", 0)))
