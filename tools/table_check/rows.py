"""Rows of a job: each result was written with what it tells of, and an undo with what it takes back."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

from chalicelib.repos import keys
from chalicelib.repos.compact import compact
from chalicelib.repos.table import Item
from tools.table_check.aggregate import Aggregate
from tools.table_check.finding import Finding, facts, put
from tools.table_check.rule import Rule

JOB = keys.job("").sk
ROW, CHECK = "ROW#", "CHECK#"
MADE = frozenset(("created", "updated", "changed", "undone"))
REMOVED = "customer.remove"
WAITS = {"import.map": "unmapped", "import.start": "checked"}
AUDITED = ("imp_", "blk_", "und_")


class Rows(Rule):
    """Rows whose result or whose effect is missing, and undos that the other job does not know of."""

    def prepare(self) -> None:
        """Which rows the histories tell of, and which results there are; which job takes which one back."""
        self._told: dict[str, set[int]] = defaultdict(set)
        self._results: dict[str, dict[int, Item]] = {}
        self._undone: dict[str, str] = {}
        self._undos: dict[str, str] = {}

    def look(self, record: Aggregate) -> Iterator[Finding]:
        """Remember what a history tells of, and what a job has done."""
        for _, item in record.of(keys.AUDIT):
            job_id, dot, number = item["request_id"].partition(".")
            if dot and number.isdigit():
                self._told[job_id].add(int(number))
        job = record.get(JOB)
        if job is not None:
            doc = json.loads(job["doc"])
            self._remember(record, doc)
            yield from _counted(record, job, doc)
            yield from _waits(record, job)

    def _remember(self, record: Aggregate, doc: Item) -> None:
        if record.pk.startswith(AUDITED):
            self._results[record.pk] = {int(item["row"]): item for _, item in record.of(ROW)}
        if "of" in doc["request"]:
            self._undone[doc["request"]["of"]] = record.pk
        if "undo_id" in doc["state"]:
            self._undos[record.pk] = doc["state"]["undo_id"]

    def end(self) -> Iterator[Finding]:
        """Compare both."""
        for job_id, results in self._results.items():
            told = self._told[job_id]
            for number in sorted(told - results.keys()):
                yield Finding("rows", keys.job_row(job_id, number), "was done, and its result is missing")
            for number, item in results.items():
                if item["result"] in MADE and number not in told and not self._erased(item.get("customer_id")):
                    yield Finding("rows", keys.job_row(job_id, number), f"is {item['result']}, and nothing tells of it")
                yield from self._mark(job_id, item)
            yield from self._undo(job_id)
        for job_id, undo_id in self._undone.items():
            yield from self._taken_back(self._results.get(job_id, {}), undo_id)

    def _taken_back(self, made: dict[int, Item], undo_id: str) -> Iterator[Finding]:
        """A customer whom a row made is gone when the row is undone."""
        for number, item in self._results.get(undo_id, {}).items():
            was = made.get(number, {})
            if item["result"] == "undone" and was.get("result") == "created":
                customer_id = was.get("customer_id", "")
                if self.items.get(keys.profile(customer_id)) is not None:
                    yield Finding("rows", keys.job_row(undo_id, number), f"is undone, and {customer_id} is there")

    def _erased(self, customer_id: str | None) -> bool:
        """Whether the customer took along what told of the row; rows of a restore are of no customer."""
        return customer_id is None or any(
            item.get("action") == REMOVED for item in self.items.partition(customer_id).values()
        )

    def _mark(self, job_id: str, item: Item) -> Iterator[Finding]:
        """The same row again finds the customer whom it made, until that is undone; a customer who is lost it makes."""
        digest = json.loads(item["trace"]).get("digest") if "trace" in item else None
        place = keys.imported(digest or "")
        there = self.items.get(keys.profile(item.get("customer_id", ""))) is not None
        if digest and there and job_id not in self._undone and self.items.get(place) is None:
            mend = put(place, {"holder": item["customer_id"]}, None)
            yield Finding("rows", place, "a row would be imported again", mend)

    def _undo(self, job_id: str) -> Iterator[Finding]:
        """A job knows the one that takes it back."""
        wanted, known = self._undone.get(job_id), self._undos.get(job_id)
        key = keys.job(job_id)
        job = self.items.get(key)
        if wanted != known and job is not None:
            doc = json.loads(job["doc"])
            doc["state"] = {name: value for name, value in doc["state"].items() if name != "undo_id"}
            doc["state"] |= {"undo_id": wanted} if wanted else {}
            mend = put(key, {**facts(job), "version": job["version"] + 1, "doc": compact(doc)}, job)
            yield Finding("rows", key, "does not know which job takes it back", mend)


def _counted(record: Aggregate, job: Item, doc: Item) -> Iterator[Finding]:
    """A job has a result for each row that it counts; what it does not count yet is done again as it goes on."""
    dry = job["status"] == "checked" or doc["request"].get("dry_run")
    if record.pk.startswith(AUDITED):
        there = sum(1 for _ in record.of(CHECK if dry else ROW))
        if there < doc["done"] or (job["status"] == "done" and there > doc["done"]):
            what = f"{doc['done']} rows are done, and {there} have a result"
            yield Finding("rows", keys.job(record.pk), what)


def _waits(record: Aggregate, job: Item) -> Iterator[Finding]:
    """What people told an import to do has begun."""
    told = {item["action"] for _, item in record.of(keys.AUDIT)}
    for action, status in WAITS.items():
        if action in told and job["status"] == status:
            yield Finding("jobs", keys.job(record.pk), f"{action} was told of, and it is still {status}")
