"""Jobs that are taken back: an import as its rows leave it, and the table before and after."""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.call import Actor, Call
from chalicelib.domain.consents import commands as consents
from chalicelib.domain.consents.model import NewConsent
from chalicelib.domain.customers.commands import Desk, create, writable, write_change
from chalicelib.domain.customers.model import CustomerFields, NewCustomer
from chalicelib.domain.imports.model import NewImport
from chalicelib.domain.jobs.commands import make
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.domain.merge_patch import merge_patch
from chalicelib.domain.undo.trace import Trace, traced
from chalicelib.handlers.job_rows import call_of, done_once, refusal
from chalicelib.repos import keys
from chalicelib.repos.consents import ConsentWriter
from chalicelib.repos.jobs import JobWriter
from chalicelib.repos.keys import Key
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import customers, jobs, tags
from chalicelib.wiring.store import table
from tests.proof.scenarios import number, unique
from tests.support import invariants
from tests.support.jobs import run

_digests = itertools.count(1)
YES = {"channel": "email", "purpose": "birthday", "granted": True, "source": "import", "wording_version": "2026-01"}
APART = ("AUDIT#", "IDEMPOTENCY#", "JOBS#", "SHOP", "STAFF", "imp_", "blk_", "und_", "tag_", "exp_")
ADDED = ("EVENT#", "SYSTEM#", "AUDIT#")


def new(**fields: Any) -> dict[str, Any]:
    """The body of a customer whom nobody knows."""
    return {"given_name": unique(), "phones": [{"number": number()}], **fields}


@dataclass(frozen=True)
class ImportedRow:
    """A row of an import: a new customer, or changes (a merge patch) for one who is there; what they agreed to."""

    body: Mapping[str, Any]
    changes: str | None = None
    tags: Sequence[str] = ()
    words: Sequence[Mapping[str, Any]] = ()


def imported(caller: Any, rows: Sequence[ImportedRow]) -> tuple[str, list[str]]:
    """An import that is over: its id, and the customers of its rows."""
    job = _made(caller.get("/v1/me").json)
    results = [_done(job, number, row) for number, row in enumerate(rows, start=1)]
    assert not [result for result in results if result.result == "rejected"]
    call = Call(job.actor, datetime.now(UTC), job.id)
    after = replace(job.after_rows(results), total=len(rows)).ended("done", call.at)
    jobs.States(call).finish(job, after)
    return job.id, [str(result.customer_id) for result in results]


def _made(me: Any) -> Job:
    now = datetime.now(UTC)
    call = Call(Actor(me["id"], me["name"], frozenset(me["roles"])), now, ids.new_id("req", now))
    asked = NewImport.model_validate({"kind": "customers"}).model_dump(mode="json")
    return commit_with_retry(table(), call, lambda work: make(call, JobWriter(work), work, "import", asked))


def _done(job: Job, number: int, row: ImportedRow) -> RowResult:
    call = call_of(job, number, datetime.now(UTC))

    def command(work: Transaction) -> RowResult:
        desk = replace(customers.desk(work), job_id=job.id)
        digest = f"of-a-test-{next(_digests)}"
        tag_ids = tags.ids_of(row.tags, work)
        outcome, customer_id, trace = _written(desk, row, tag_ids)
        words = [NewConsent.model_validate(word) for word in row.words]
        said = consents.record_all(
            consents.Desk(call, work, ConsentWriter(work)), customer_id, words, new=outcome == "created"
        )
        work.put(keys.imported(digest), {"holder": customer_id})
        trace = replace(trace, digest=digest, consents=tuple(word.id for word in said))
        return RowResult(number, outcome, customer_id, trace=trace.as_json())

    return done_once(job, call, command, lambda error: refusal(number, None, error, "rejected"))


def _written(desk: Desk, row: ImportedRow, tag_ids: Sequence[str]) -> tuple[str, str, Trace]:
    if row.changes is None:
        made = create(desk, NewCustomer.model_validate({"source": "import", **row.body}), tag_ids)
        return "created", made.id, Trace("created", made.version, tags_added=tag_ids)
    before = desk.customers.get(row.changes)
    fields = CustomerFields.model_validate(merge_patch(writable(before.doc), row.body))
    after = write_change(desk, before, fields, share=False, tags=tag_ids)
    return "updated", before.id, traced(before, after)


def undo(caller: Any, path: str) -> Any:
    """Take a job back, whole; the last state of the undo."""
    asked = caller.post(f"{path}/undo")
    assert asked.status == 202, asked.text
    run(asked.json["id"])
    read = caller.get(asked.headers["Location"])
    assert read.status == 200, read.text
    return read.json


def customers_as_they_are() -> dict[Key, dict[str, Any]]:
    """Every item but those of jobs, events and the audit; without versions, whose rise tells clients of a change."""
    found, counted = {}, Counter[str]()
    for item in invariants.everything(table()):
        key = Key(item.pop("pk"), item.pop("sk"))
        if key.pk == keys.COUNTERS:  # it makes no difference in which of its parts something is counted
            counted.update({name: int(value) for name, value in item.items()})
        elif not key.pk.startswith(APART) and not key.sk.startswith(ADDED):
            found[key] = _plain(item)
    found[Key(keys.COUNTERS, "")] = _plain(dict(counted))
    return found


def _plain(item: dict[str, Any]) -> dict[str, Any]:
    """Tags are a set, and a count of zero is as good as none."""
    plain = {name: value for name, value in item.items() if name not in ("version", "updated_at") and value != 0}
    if "tags" in plain:
        plain["tags"] = sorted(plain["tags"])
    if isinstance(plain.get("doc"), str):
        plain["doc"] = json.loads(plain["doc"])
    return plain


@dataclass
class Watched:
    """The table before something, to be compared with the table after it."""

    before: dict[Key, dict[str, Any]] = field(default_factory=customers_as_they_are)

    def unchanged(self, apart: Callable[[Key], bool] = lambda _: False) -> None:
        """Assert that the table is as it was, apart from these keys."""
        now = customers_as_they_are()
        differ = {key for key in self.before.keys() | now.keys() if self.before.get(key) != now.get(key)}
        left = {key: (self.before.get(key), now.get(key)) for key in differ if not apart(key)}
        assert left == {}, left


def counted(done: Any) -> tuple[Any, ...]:
    """What an undo says it did."""
    return tuple(done[name] for name in ("status", "customers", "undone", "kept", "unchanged", "progress"))


def read(caller: Any, customer_id: str) -> Any:
    """A customer as the API shows them."""
    return caller.get(f"/v1/customers/{customer_id}").json
