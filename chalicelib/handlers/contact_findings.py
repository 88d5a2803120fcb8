"""Findings about contact details over HTTP: the queue, how many there are, and decisions."""

from datetime import UTC
from typing import Any

from chalicelib.domain.contact_checks import commands
from chalicelib.domain.contact_checks.model import (
    Counted,
    Finding,
    FindingOut,
    FindingPatch,
    FindingStatus,
    Kind,
    KindCounts,
    NewVerification,
    VerificationOut,
)
from chalicelib.domain.contact_checks.visible import shown
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.errors import Invalid, NotFound
from chalicelib.domain.fields import Text
from chalicelib.domain.ids import is_id
from chalicelib.handlers.answers import Answer, created, ok
from chalicelib.handlers.endpoint import Request, Routes, shaped
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.repos.contact_findings import customer_of, finding_of
from chalicelib.wiring import contact_checks, shop

endpoint = Routes(__name__, "contact details")
MOST = 50  # a customer and the findings about them are two reads of the hundred that go at once


class FindingQuery(Paging):
    """Which findings to list."""

    kind: Kind | None = None
    status: FindingStatus = "open"
    assignee: Text | None = None


@endpoint(
    "GET",
    "/v1/contact-findings",
    "contact_findings.read",
    "List contact details to look into",
    query=FindingQuery,
    returns=page_of(FindingOut),
)
def listing(request: Request) -> Answer:
    """By kind, at most 50 a page. What was mended since the last check is left out, so a page may be short while
    next_cursor is set."""
    query = request.query
    if query.assignee is not None and not is_id(query.assignee, "usr"):
        raise Invalid.field("/assignee", "is not the id of a person")
    reader = contact_checks.reader()
    limit = min(query.limit, MOST)
    entries, following = reader.listed(query.status, query.kind, query.assignee, limit, position(request))
    people = {customer.id: (customer, kept) for customer, kept in reader.about_many(_owners(entries))}
    items: list[dict[str, Any]] = []
    for entry in entries:
        customer, kept = people.get(customer_of(entry), (None, None))
        if customer is not None and kept is not None:
            items += _shown(request, customer, [each for each in kept.items if each.id == finding_of(entry)])
    return page(request, [each for each in items if each["status"] == query.status], following)


@endpoint(
    "GET",
    "/v1/contact-findings/counts",
    "contact_findings.read",
    "Count contact details to look into",
    returns=KindCounts,
)
def counts(_: Request) -> Answer:
    """By kind, as of the last check and what was decided since; what was mended meanwhile still counts."""
    found = contact_checks.reader().counts()
    kinds = Kind.__args__  # type: ignore[attr-defined]  # a Literal has them
    counted = {kind: found.get(kind, Counted()) for kind in kinds}
    return ok({"items": [{"kind": kind, "open": n.open, "dismissed": n.dismissed} for kind, n in counted.items()]})


@endpoint(
    "GET",
    "/v1/contact-findings/{finding_id}",
    "contact_findings.read",
    "Read a finding about contact details",
    returns=FindingOut,
)
def read(request: Request) -> Answer:
    """404 when the field was mended."""
    customer, findings, finding = commands.found(contact_checks.reader(), request.path["finding_id"])
    return ok(_one(request, customer, finding), findings.version)


@endpoint(
    "PATCH",
    "/v1/contact-findings/{finding_id}",
    "contact_findings.write",
    "Decide about a finding",
    body=FindingPatch,
    patch=True,
    returns=FindingOut,
    also={409: "The customer is archived"},
)
def decide(request: Request) -> Answer:
    """`dismissed`: it is right as it is; no later check asks again while the value stays. `open` asks again.
    The ETag is that of all findings about the customer."""
    wanted: FindingPatch = shaped(FindingPatch, request.body)
    desk = contact_checks.desk(request.work)
    customer, finding, version = commands.decide(desk, request.path["finding_id"], wanted, request.if_match)
    return ok(_one(request, customer, finding), version)


@endpoint(
    "POST",
    "/v1/customers/{customer_id}/verifications",
    "contact_findings.write",
    "Say that the details were confirmed with the customer",
    body=NewVerification,
    body_optional=True,
    returns=VerificationOut,
    status=201,
    also={409: "The customer is archived"},
)
def verify(request: Request) -> Answer:
    """Now. The profile, which Location names, shows it as `verified_at`, and the timeline who did it."""
    customer_id, note = request.path["customer_id"], request.body.note
    by = commands.verify(contact_checks.desk(request.work), customer_id, note)
    shown_by = {"customer_id": customer_id, "verified_at": by.at, "verified_by": by.person(), "note": note}
    return created(f"/v1/customers/{customer_id}", shown_by)


def _owners(entries: Any) -> list[str]:
    return list(dict.fromkeys(map(customer_of, entries)))


def _shown(request: Request, customer: Customer, findings: list[Finding]) -> list[dict[str, Any]]:
    return shown(customer, findings, shop.shop.get(), request.call.now.astimezone(UTC).date())


def _one(request: Request, customer: Customer, finding: Finding) -> dict[str, Any]:
    found = _shown(request, customer, [finding])
    if not found:
        raise NotFound("There is no such finding (any more).")
    return found[0]
