"""The lines of an import of all data as commands: each in one transaction, together with its result."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.call import Call
from chalicelib.domain.errors import Conflict, DomainError, Invalid
from chalicelib.domain.jobs.model import Job, RowResult
from chalicelib.domain.jobs.refusals import pointer_of, reason_of
from chalicelib.domain.restore import records
from chalicelib.domain.restore.job import Line
from chalicelib.domain.shop.tags import DEFAULT_TAGS
from chalicelib.handlers.job_rows import WORKERS, call_of, done_once
from chalicelib.repos.restore import restore
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import shop, tags
from chalicelib.wiring.store import table

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
        call = call_of(job, said.line.number, self._now())

        def again(taken: Conflict) -> bool:
            return _made_way(said.given, taken.conflict_id, call)

        return done_once(job, call, lambda work: _written(work, said), lambda refusal: _rejected(said, refusal), again)


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


def _written(work: Transaction, said: _Said) -> RowResult:
    record = records.read(said.given if said.given is not None else records.parse(said.line.text))
    if record.record == "customer":
        _require_tags(record.tags)
    written = restore(work, record, said.given)
    if record.record in ("tag", "location", "settings"):
        work.afterwards(shop.forget)
    return RowResult(said.line.number, "created" if written else "unchanged", said.owner)


def _require_tags(tag_ids: Sequence[str]) -> None:
    known = shop.shop.get() if not tag_ids or set(tag_ids) <= set(shop.shop.get().tags) else shop.shop.fresh()
    for place, tag_id in enumerate(tag_ids):
        if tag_id not in known.tags:
            raise Invalid.field(f"/tags/{place}", "is not a tag of this shop: its own line comes first")


def _made_way(given: Any, tag_id: str | None, call: Call) -> bool:
    """A new shop makes its ready-made tags by itself: one that nobody has yet makes way for the shop's own."""
    if given["record"] != "tag":
        return False
    known = shop.shop.fresh().tags.get(tag_id or "")
    if known is None or known.version > 1 or known.name not in READY_MADE or known.name != given["name"]:
        return False
    commit_with_retry(table(), call, lambda work: tags.remove(known.id, work))
    return True


def _rejected(said: _Said, refusal: DomainError) -> RowResult:
    pointer = pointer_of(refusal)
    field = None if pointer is None else _field(pointer, said.given)
    return RowResult(said.line.number, "rejected", None, field, reason_of(refusal))


def _field(pointer: str, given: Any) -> str | None:
    """The part of the record that is wrong; the pointer begins with the kind of record."""
    kind = given.get("record") if isinstance(given, dict) else ""
    return pointer.removeprefix(f"/{kind}").lstrip("/") or None
