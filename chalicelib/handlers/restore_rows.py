"""The lines of an import of all data as commands: each in one transaction, together with its result."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Busy, Conflict, DomainError, Invalid, Unavailable
from chalicelib.domain.imports.rows import MOST_REASON
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.domain.restore import records
from chalicelib.domain.restore.job import Line
from chalicelib.domain.shop.tags import DEFAULT_TAGS
from chalicelib.handlers import problem
from chalicelib.repos.job_rows import RowDone, add_row
from chalicelib.repos.restore import restore
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import jobs, shop, tags
from chalicelib.wiring.store import table

WORKERS = 4  # as with rows of lists: more would crowd out the people at the counter
READY_MADE = frozenset(str(tag["name"]) for tag in DEFAULT_TAGS)


@dataclass(frozen=True)
class _Said:
    """A line and what it says; `owner` is the customer it is about, or the shop."""

    line: Line
    given: Any
    owner: str | None


class Rows:
    """Does lines, customers side by side and the lines of each in order, in the name of who began the import."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def do(self, job: Job, lines: Sequence[Line]) -> list[RowResult]:
        """The results of these lines, in their order.

        Raises:
            Busy, Unavailable: the store did not take a line; whatever was done stays done.
        """
        results: dict[int, RowResult] = {}
        with ThreadPoolExecutor(WORKERS) as pool:
            for wave in _waves([_said(line) for line in lines]):
                for done in pool.map(lambda group: [self._one(job, said) for said in group], wave):
                    results |= {result.row: result for result in done}
        return [results[line.number] for line in lines]

    def _one(self, job: Job, said: _Said) -> RowResult:
        call = Call(job.actor, self._now(), f"{job.id}.{said.line.number}")
        try:
            return jobs.patiently(lambda: _done(job, said, call))
        except RowDone as before:
            return before.result


def _said(line: Line) -> _Said:
    try:
        given = records.parse(line.text)
    except Invalid:
        return _Said(line, None, None)
    kind = given.get("record") if isinstance(given, dict) else None
    owner = given.get("id" if kind == "customer" else "customer_id") if isinstance(given, dict) else None
    return _Said(line, given, owner if isinstance(owner, str) else None)


def _waves(said: Sequence[_Said]) -> Iterator[list[list[_Said]]]:
    """Groups that may be done side by side: of one customer each. What belongs to the shop is done alone, in order."""
    groups: dict[str, list[_Said]] = {}
    for each in said:
        if each.owner is not None:
            groups.setdefault(each.owner, []).append(each)
            continue
        if groups:
            yield list(groups.values())
            groups = {}
        yield [[each]]
    if groups:
        yield list(groups.values())


def _done(job: Job, said: _Said, call: Call) -> RowResult:
    try:
        return _tried(job, said, call)
    except (Busy, Unavailable):
        raise
    except DomainError as refusal:
        result = _rejected(said, refusal)
    commit_with_retry(table(), call, lambda work: add_row(work, job, result))
    return result


def _tried(job: Job, said: _Said, call: Call) -> RowResult:
    try:
        record = records.read(said.given if said.given is not None else records.parse(said.line.text))
    except ValidationError as wrong:
        raise problem.from_validation(wrong.errors(include_url=False, include_input=False)) from None

    def command(work: Transaction) -> RowResult:
        if record.record == "customer":
            _require_tags(record.tags)
        written = restore(work, record, said.given)
        result = RowResult(said.line.number, "created" if written else "unchanged", said.owner)
        add_row(work, job, result)
        if record.record in ("tag", "location", "settings"):
            work.afterwards(shop.forget)
        return result

    try:
        return commit_with_retry(table(), call, command)
    except Conflict as taken:
        if record.record != "tag" or not _made_way(record.name, taken.conflict_id, call):
            raise
    return commit_with_retry(table(), call, command)


def _require_tags(tag_ids: Sequence[str]) -> None:
    known = shop.shop.get() if not tag_ids or set(tag_ids) <= set(shop.shop.get().tags) else shop.shop.fresh()
    for place, tag_id in enumerate(tag_ids):
        if tag_id not in known.tags:
            raise Invalid.field(f"/tags/{place}", "is not a tag of this shop: its own line comes first")


def _made_way(name: str, tag_id: str | None, call: Call) -> bool:
    """A new shop makes its ready-made tags by itself: one that nobody has yet makes way for the shop's own."""
    known = shop.shop.fresh().tags.get(tag_id or "")
    if known is None or known.version > 1 or known.name not in READY_MADE or known.name != name:
        return False
    commit_with_retry(table(), call, lambda work: tags.remove(known.id, work))
    return True


def _rejected(said: _Said, refusal: DomainError) -> RowResult:
    error = refusal.errors[0] if refusal.errors else None
    reason = error.detail if error else refusal.detail
    if refusal.conflict_id:
        reason = f"{reason} ({refusal.conflict_id})"
    field = _field(error.pointer, said.given) if error else None
    return RowResult(said.line.number, "rejected", None, field, reason[:MOST_REASON])


def _field(pointer: str, given: Any) -> str | None:
    """The part of the record that is wrong; the pointer begins with the kind of record."""
    kind = given.get("record") if isinstance(given, dict) else ""
    return pointer.removeprefix(f"/{kind}").lstrip("/") or None
