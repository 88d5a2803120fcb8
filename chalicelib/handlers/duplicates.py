"""Duplicates over HTTP: who may be the person being entered, the queue of pairs, and the runs that fill it."""

from typing import Any

from pydantic import Field

from chalicelib.domain.customers.contact import e164_of, normalized_email
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.visible import seen_by
from chalicelib.domain.duplicates import review, starting
from chalicelib.domain.duplicates.entering import candidates
from chalicelib.domain.duplicates.model import (
    CandidatesOut,
    DuplicateRunOut,
    Pair,
    PairOut,
    PairPatch,
    PairStatus,
    customers_of,
    run_shown,
    told,
)
from chalicelib.domain.duplicates.traits import Traits, traits
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import Birthday, EmailAddress, Model, PhoneNumber, Text
from chalicelib.domain.ids import is_id
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request, Routes, shaped
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import duplicates, jobs, shop

endpoint = Routes(__name__, "duplicates")


class CandidateQuery(Model):
    """What is known so far of the person that is being entered."""

    given_name: Text | None = None
    family_name: Text | None = None
    company: Text | None = None
    phone: PhoneNumber | None = Field(default=None, description="In any notation")
    email: EmailAddress | None = None
    birthday: Birthday | None = None
    customer_id: Text | None = Field(default=None, description="When a customer who is there already is being changed")


class PairQuery(Paging):
    """Which pairs to list."""

    status: PairStatus = "open"


@endpoint(
    "GET",
    "/v1/customers/duplicates",
    "duplicates.check",
    "Find customers who may be the person being entered",
    query=CandidateQuery,
    returns=CandidatesOut,
)
def check(request: Request) -> Answer:
    """The likeliest first, 20 at most. Send what has been typed so far; at least one of the fields is needed.

    With `customer_id` that customer is left out, and so is everybody of whom a person said that the two are different.
    """
    asked = _asked(request.query)
    customers, different = duplicates.candidates().like(asked)
    found = candidates(asked, customers, different)
    items = [
        {
            "score": verdict.score,
            "reasons": told(verdict.reasons),
            "against": told(verdict.against),
            "customer": _seen(request, customer),
        }
        for verdict, customer in found
    ]
    return ok({"items": items})


@endpoint(
    "POST",
    "/v1/duplicates/runs",
    "duplicates.review",
    "Look for customers who are there twice",
    returns=DuplicateRunOut,
    status=202,
)
def start(request: Request) -> Answer:
    """Compares all active customers, in the background. While one run is under way, this answers with that run."""
    run = starting.start(duplicates.starter(request.work))
    return Answer(202, run_shown(run), {"Location": f"/v1/duplicates/runs/{run.id}"})


@endpoint(
    "GET", "/v1/duplicates/runs", "duplicates.review", "List the runs", query=Paging, returns=page_of(DuplicateRunOut)
)
def runs(request: Request) -> Answer:
    """Newest first; runs are kept for 90 days."""
    found, following = jobs.reader().page("duplicates", request.query.limit, position(request), request.call.now)
    return page(request, [run_shown(run) for run in found], following)


@endpoint("GET", "/v1/duplicates/runs/{run_id}", "duplicates.review", "Read a run", returns=DuplicateRunOut)
def run(request: Request) -> Answer:
    """How far it is, and what it found."""
    return ok(run_shown(jobs.reader().get(request.path["run_id"], "duplicates", request.call.now)))


@endpoint(
    "GET",
    "/v1/duplicates",
    "duplicates.review",
    "List pairs of customers who may be one person",
    query=PairQuery,
    returns=page_of(PairOut),
)
def listing(request: Request) -> Answer:
    """The likeliest first. Pairs of which one was archived are left out, so a page may be short."""
    reader = duplicates.reader()
    found, following = reader.page(request.query.status, request.query.limit, position(request))
    people = reader.customers_of(found)
    shown = []
    for pair in found:
        both = [people[each] for each in customers_of(pair.id) if each in people]
        if len(both) == 2 and all(customer.status == "active" for customer in both):
            shown.append(_shown(request, pair, both))
    return page(request, shown, following)


@endpoint("GET", "/v1/duplicates/{duplicate_id}", "duplicates.review", "Read a pair of customers", returns=PairOut)
def read(request: Request) -> Answer:
    """Also when one of the two was archived since."""
    pair, customers = duplicates.reader().with_customers(request.path["duplicate_id"])
    return ok(_shown(request, pair, customers), pair.version)


@endpoint(
    "PATCH",
    "/v1/duplicates/{duplicate_id}",
    "duplicates.review",
    "Decide about a pair of customers",
    body=PairPatch,
    patch=True,
    returns=PairOut,
    also={409: "One of the two is archived"},
)
def decide(request: Request) -> Answer:
    """`different`: they are two people; no run brings the pair back. `open` puts it into the queue again."""
    wanted: PairPatch = shaped(PairPatch, request.body)
    desk = duplicates.desk(request.work)
    pair, customers = review.decide(desk, request.path["duplicate_id"], wanted.status, request.if_match)
    return ok(_shown(request, pair, customers), pair.version)


def _asked(query: CandidateQuery) -> Traits:
    """What was typed, in comparable form.

    Raises:
        Invalid: nothing was, or it is no number, address or customer's id.
    """
    if not query.model_fields_set - {"customer_id"}:
        detail = "Send at least one of given_name, family_name, company, phone, email, birthday."
        raise Invalid(detail)
    if query.customer_id is not None and not is_id(query.customer_id, "cus"):
        raise Invalid.field("/customer_id", "is not the id of a customer")
    phones = [e164_of(query.phone, shop.shop.get().country_for(None), "/phone")] if query.phone else []
    emails = [normalized_email(query.email, "/email")] if query.email else []
    return traits(query.model_dump(), query.customer_id or "", phones, emails)


def _seen(request: Request, customer: Customer) -> dict[str, Any]:
    return seen_by(request.roles, customer, shop.knowing(customer), request.call.now)


def _shown(request: Request, pair: Pair, customers: Any) -> dict[str, Any]:
    return {
        "id": pair.id,
        "version": pair.version,
        "status": pair.status,
        "score": pair.score,
        "reasons": told(pair.reasons),
        "against": told(pair.against),
        "customers": [_seen(request, customer) for customer in customers],
        "found_at": pair.found_at,
        "decided_at": pair.decided_at,
        "decided_by": pair.decided_by,
    }
