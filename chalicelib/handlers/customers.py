"""Customers over HTTP: create, read, list and search, change, archive, restore, upsert, tags."""

from typing import Annotated

from pydantic import Field

from chalicelib.domain.customers import commands
from chalicelib.domain.customers.filters import Filters
from chalicelib.domain.customers.finding import place_key
from chalicelib.domain.customers.model import (
    MOST_TAGS,
    Category,
    Customer,
    CustomerFields,
    CustomerOut,
    NewCustomer,
    Source,
    Status,
)
from chalicelib.domain.customers.search import EmailQuery, PhoneQuery, Query, read_query
from chalicelib.domain.customers.visible import seen_by
from chalicelib.domain.errors import FieldError, Invalid
from chalicelib.domain.fields import Country, Instant, Model, Text
from chalicelib.domain.permissions import ANALYST, COUNTER
from chalicelib.handlers.answers import Answer, created, no_content, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import customers, shop, tags

endpoint = Routes(__name__, "customers")
OPEN_FILTERS = frozenset(("q", "status", "limit", "cursor"))
DUPLICATE = "Another active customer holds a number or address (`conflict.id`)"


class CustomerQuery(Paging):
    """What the list of customers can be narrowed to."""

    q: Text | None = Field(default=None, description="Name (one typo forgiven), phone in any notation, or email")
    tag: Text | None = None
    city: Text | None = None
    region: Text | None = None
    country: Country | None = None
    source: Source | None = None
    category: Category | None = None
    status: Status = "active"
    home_location: Text | None = None
    assignee: Text | None = None
    last_contact_before: Instant | None = Field(default=None, description="Also those who were never in touch")
    last_contact_after: Instant | None = None


class TagNames(Model):
    """All the tags that the customer shall have."""

    tags: Annotated[list[Text], Field(max_length=MOST_TAGS)]


class CustomerTags(Model):
    """The tags that the customer has."""

    tags: list[str]


class Restoring(Model):
    """Whether to accept numbers that another customer holds by now."""

    allow_duplicate: bool = False


class CustomerPatch(CustomerFields):
    """Any of the fields; null removes one. `allow_duplicate` is a flag, not a field."""

    allow_duplicate: bool = False


def shown(request: Request, customer: Customer) -> dict[str, object]:
    """The customer as the caller may see it."""
    return seen_by(request.roles, customer, shop.shop.get(), request.call.now)


@endpoint(
    "POST",
    "/v1/customers",
    "customers.write",
    "Add a customer",
    body=NewCustomer,
    returns=CustomerOut,
    status=201,
    also={409: DUPLICATE},
)
def create(request: Request) -> Answer:
    """Needs one of given_name, family_name, company, and one phone or email."""
    tag_ids = tags.ids_of(request.body.tags, request.work)
    customer = commands.create(customers.desk(request.work), request.body, tag_ids)
    return created(f"/v1/customers/{customer.id}", shown(request, customer), customer.version)


@endpoint(
    "GET",
    "/v1/customers",
    "customers.read",
    "List and search customers",
    query=CustomerQuery,
    returns=page_of(CustomerOut),
)
def search(request: Request) -> Answer:
    """Newest first, or by name when `q` is one. A page may hold fewer than `limit` while next_cursor is set."""
    filters = _filters(request)
    if filters is None:
        return page(request, [], None)
    found = customers.listing().page(filters, request.query.limit, position(request), request.call.now)
    return page(request, [shown(request, customer) for customer in found.customers], found.next)


def _filters(request: Request) -> Filters | None:
    """The filters of the query; None when nobody can pass them."""
    wanted, reference = request.query, shop.shop.get()
    _only_own_filters(request)
    tag = tags.find(wanted.tag, request.roles) if wanted.tag else None
    query = read_query(wanted.q, reference.settings["default_country"]) if wanted.q else None
    city = place_key(wanted.city) if wanted.city else None
    region = place_key(wanted.region) if wanted.region else None
    if (wanted.tag and tag is None) or (wanted.q and query is None) or "" in (city, region):
        return None
    if _hidden(query, request.roles):
        return None
    return Filters(
        status=wanted.status,
        query=query,
        tag=tag.id if tag else None,
        city=city,
        region=region,
        country=wanted.country,
        source=wanted.source,
        category=wanted.category,
        home_location=wanted.home_location,
        assignee=wanted.assignee,
        last_contact_before=wanted.last_contact_before,
        last_contact_after=wanted.last_contact_after,
    )


def _only_own_filters(request: Request) -> None:
    """Who sees name and phone only must not learn the rest by narrowing the list.

    Raises:
        Invalid: a filter that tells more than the caller may see.
    """
    if not request.roles.isdisjoint(COUNTER | {ANALYST}):
        return
    told = [name for name in request.query.model_fields_set if name not in OPEN_FILTERS]
    if told:
        errors = [FieldError(f"/{name}", "is not a filter for your role") for name in sorted(told)]
        raise Invalid("Your role sees names and phones only.", errors=errors)


def _hidden(query: Query | None, roles: frozenset[str]) -> bool:
    """A role must not learn from the list who holds a number or address that it does not see on a customer."""
    if not roles.isdisjoint(COUNTER):
        return False
    return isinstance(query, EmailQuery) or (isinstance(query, PhoneQuery) and ANALYST in roles)


@endpoint("GET", "/v1/customers/{customer_id}", "customers.read", "Read a customer", returns=CustomerOut)
def read(request: Request) -> Answer:
    """An archived customer is shown too, with its status."""
    customer = customers.reader().get(request.path["customer_id"])
    return ok(shown(request, customer), customer.version)


@endpoint(
    "PATCH",
    "/v1/customers/{customer_id}",
    "customers.write",
    "Change a customer",
    body=CustomerPatch,
    patch=True,
    returns=CustomerOut,
    also={409: DUPLICATE},
)
def change(request: Request) -> Answer:
    """JSON Merge Patch. With If-Match only that version is changed."""
    desk = customers.desk(request.work)
    customer = commands.change(desk, request.path["customer_id"], request.body, request.if_match)
    return ok(shown(request, customer), customer.version)


@endpoint("DELETE", "/v1/customers/{customer_id}", "customers.archive", "Archive a customer", status=204)
def archive(request: Request) -> Answer:
    """Reversible: the customer leaves lists and search, and the numbers are free."""
    commands.archive(customers.desk(request.work), request.path["customer_id"])
    return no_content()


@endpoint(
    "POST",
    "/v1/customers/{customer_id}/restore",
    "customers.archive",
    "Restore an archived customer",
    body=Restoring,
    body_optional=True,
    returns=CustomerOut,
    also={409: DUPLICATE},
)
def restore(request: Request) -> Answer:
    """409 when one of the numbers was taken meanwhile."""
    desk = customers.desk(request.work)
    customer = commands.restore(desk, request.path["customer_id"], share=request.body.allow_duplicate)
    return ok(shown(request, customer), customer.version)


@endpoint(
    "PUT",
    "/v1/customers/by-external-id/{external_id}",
    "customers.write",
    "Create or update the customer of another system",
    body=NewCustomer,
    returns=CustomerOut,
    also={201: "Created", 409: DUPLICATE},
)
def upsert(request: Request) -> Answer:
    """The body says all fields; tags are added. 201 when the customer is new, else 200."""
    external_id = request.path["external_id"]
    if request.body.external_id not in (None, external_id):
        raise Invalid.field("/external_id", "differs from the id in the path")
    tag_ids = tags.ids_of(request.body.tags, request.work)
    desk = customers.desk(request.work)
    customer, is_new = commands.replace_by_external_id(desk, external_id, request.body, tag_ids)
    if is_new:
        return created(f"/v1/customers/{customer.id}", shown(request, customer), customer.version)
    return ok(shown(request, customer), customer.version)


@endpoint(
    "PUT",
    "/v1/customers/{customer_id}/tags",
    "tags.apply",
    "Set the tags of a customer",
    body=TagNames,
    returns=CustomerTags,
)
def set_tags(request: Request) -> Answer:
    """Exactly these tags, without a new version of the customer."""
    tag_ids = tags.ids_of(request.body.tags, request.work)
    customer = commands.set_tags(customers.desk(request.work), request.path["customer_id"], tag_ids)
    return ok({"tags": shown(request, customer)["tags"]})
