"""What a person decides about a pair, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.domain.call import Call
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.duplicates.model import Pair, PairStatus
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Change, Event, Work

_SAID = {
    "different": ("duplicate_dismissed", "Not the same person as a similar customer"),
    "open": ("duplicate_reopened", "Perhaps the same person as a similar customer"),
}


class PairStore(Protocol):
    """Pairs within one transaction."""

    def with_customers(self, pair_id: str) -> tuple[Pair, Sequence[Customer]]: ...

    def replace(self, before: Pair, after: Pair) -> None: ...

    def require_active(self, customer_id: str) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What a decision works with."""

    call: Call
    work: Work
    pairs: PairStore


def decide(
    desk: Desk, pair_id: str, status: PairStatus, if_match: frozenset[int] | None
) -> tuple[Pair, Sequence[Customer]]:
    """Say that the two are different people, or put the pair back into the queue. The same word again writes nothing.

    Raises:
        NotFound: there is no such pair.
        Stale: the pair is not at the version of If-Match.
        Conflict: one of the two is archived (also on commit).
    """
    before, customers = desk.pairs.with_customers(pair_id)
    require_version(before.version, if_match)
    if before.status == status:
        return before, customers
    for customer in customers:
        require_active(customer)
    actor = {"id": desk.call.actor.id, "name": desk.call.actor.name}
    after = replace(before, status=status, version=before.version + 1, decided_at=desk.call.at, decided_by=actor)
    desk.pairs.replace(before, after)
    _write_down(desk, before, after, customers)
    return after, customers


def _write_down(desk: Desk, before: Pair, after: Pair, customers: Sequence[Customer]) -> None:
    """On both timelines and in both audits, each naming the other customer."""
    kind, summary = _SAID[after.status]
    for customer, other in zip(customers, reversed(customers), strict=True):
        desk.pairs.require_active(customer.id)
        data = {"customer_id": customer.id, "other_customer_id": other.id, "duplicate_id": after.id}
        desk.work.record(Event(customer.id, kind, summary, data))
        facts = {"duplicate_id": after.id, "other_customer_id": other.id}
        change = Change(
            "duplicate.review", customer.id, {**facts, "status": before.status}, {**facts, "status": after.status}
        )
        desk.work.audit(change)
