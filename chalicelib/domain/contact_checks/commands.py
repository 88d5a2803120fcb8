"""Keeping findings as the rules say, deciding about them, and confirming details with a customer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.contact_checks.model import Finding, FindingPatch, Findings, mark_of
from chalicelib.domain.contact_checks.rules import Doubt
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.rules import require_active
from chalicelib.domain.errors import NotFound
from chalicelib.domain.signature import Signature
from chalicelib.domain.versions import require_version
from chalicelib.domain.work import Change, Event, Work

PREFIX = "fnd"
OVERDUE = "not_verified"


class FindingSource(Protocol):
    """Where findings are read."""

    def about(self, customer_id: str) -> tuple[Customer, Findings]: ...


class FindingStore(FindingSource, Protocol):
    """Findings within one transaction."""

    def save(self, before: Findings, after: Findings) -> None: ...

    def require_active(self, customer_id: str) -> None: ...

    def verified(self, customer: Customer, at: str) -> None: ...


@dataclass(frozen=True)
class Desk:
    """What these commands work with."""

    call: Call
    work: Work
    findings: FindingStore


def renewed(before: Findings, doubts: Sequence[Doubt], assignee: str | None, call: Call) -> Findings:
    """The findings when these are the doubts: known ones stay as they are, new ones are open, settled ones go."""
    known = {(finding.kind, finding.mark): finding for finding in before.items}
    wanted = {(doubt.kind, mark_of(doubt.kind, doubt.value)): doubt for doubt in doubts}
    items = tuple(known.get(key) or _new(before.customer_id, *key, call) for key in wanted)
    return replace(before, items=items, assignee=assignee if items else None)


def _new(customer_id: str, kind: str, mark: str, call: Call) -> Finding:
    return Finding(ids.new_owned_id(PREFIX, customer_id, call.now), kind, mark, "open", call.at)  # type: ignore[arg-type]  # a doubt's kind is one


def decide(
    desk: Desk, finding_id: str, patch: FindingPatch, if_match: frozenset[int] | None
) -> tuple[Customer, Finding, int]:
    """Dismiss a finding, or open it again; the same again writes nothing.

    Findings about one customer have one version, which is given back: a decision about another of them, or a check
    that found something else, is a new version too.

    Raises:
        NotFound: there is no such finding (any more).
        Stale: the customer's findings are not at the version of If-Match.
        Conflict (on commit): the customer is archived.
    """
    customer, before, finding = found(desk.findings, finding_id)
    require_version(before.version, if_match)
    require_active(customer)
    note = patch.note if "note" in patch.model_fields_set else finding.note
    if (finding.status, finding.note) == (patch.status, note):
        return customer, finding, before.version
    by = Signature.of(desk.call)
    after = replace(finding, status=patch.status, note=note, decided_at=by.at, decided_by=by.person())
    items = tuple(after if each.id == finding.id else each for each in before.items)
    desk.findings.require_active(customer.id)
    desk.findings.save(before, replace(before, items=items))
    action = "dismissed" if patch.status == "dismissed" else "opened"
    data = {"finding_id": finding.id, "finding_kind": finding.kind}
    event = Event(customer.id, f"finding_{action}", f"Contact finding {action}", data, {"note": note}, publish=False)
    desk.work.record(event)
    before_after = ({"status": finding.status, "note": finding.note}, {**data, "status": patch.status, "note": note})
    desk.work.audit(Change("contact_finding.change", customer.id, *before_after))
    return customer, after, before.version + 1


def found(store: FindingSource, finding_id: str) -> tuple[Customer, Findings, Finding]:
    """A finding, all about the same customer, and the customer.

    Raises:
        NotFound: there is no such finding (any more).
    """
    customer_id = ids.owner_of(finding_id, PREFIX)
    if customer_id is None:
        raise NotFound("There is no such finding.")
    customer, findings = store.about(customer_id)
    finding = next((each for each in findings.items if each.id == finding_id), None)
    if finding is None:
        raise NotFound("There is no such finding (any more).")
    return customer, findings, finding


def verify(desk: Desk, customer_id: str, note: str | None) -> Signature:
    """Say that the details were confirmed with the customer now; what asked for that is settled.

    Raises:
        NotFound: there is no such customer.
        Conflict: the customer is archived.
    """
    customer, findings = desk.findings.about(customer_id)
    require_active(customer)
    by = Signature.of(desk.call)
    desk.findings.verified(customer, by.at)
    items = tuple(each for each in findings.items if each.kind != OVERDUE)
    if items != findings.items:
        desk.findings.save(findings, replace(findings, items=items))
    content = {"note": note} if note else None
    data = {"customer_id": customer_id}
    desk.work.record(Event(customer_id, "details_verified", "Details confirmed with the customer", data, content))
    after = {"verified_at": by.at, **(content or {})}
    desk.work.audit(Change("customer.verify", customer_id, {"verified_at": customer.verified_at}, after))
    return by
