"""Customers over HTTP: create, read, list and search, change, archive, restore, upsert, tags."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from chalicelib.domain.customers import commands
from chalicelib.domain.customers.model import MOST_TAGS, Customer, CustomerFields, CustomerOut, NewCustomer
from chalicelib.domain.customers.visible import seen_by
from chalicelib.domain.errors import Invalid
from chalicelib.domain.fields import ExampleBody, Model, Text
from chalicelib.domain.shop.model import Tag
from chalicelib.handlers.answers import Answer, created, no_content, ok
from chalicelib.handlers.customer_query import CustomerQuery
from chalicelib.handlers.endpoint import Request, Routes, shaped
from chalicelib.handlers.pages import page, page_of, position
from chalicelib.wiring import customers, shop, tags

endpoint = Routes(__name__, "customers")
DUPLICATE = "Another active customer holds a number or address (`conflict.id`)"


class TagNames(Model):
    """All the tags that the customer shall have."""

    example: ClassVar[ExampleBody] = {"tags": ["VIP", "Bridal"]}

    tags: Annotated[list[Text], Field(max_length=MOST_TAGS)]


class CustomerTags(Model):
    """The tags that the customer has."""

    tags: list[str]


class Restoring(Model):
    """Whether to accept numbers that another customer holds by now."""

    example: ClassVar[ExampleBody] = {"allow_duplicate": True}

    allow_duplicate: bool = False


class CustomerPatch(CustomerFields):
    """Any of the fields; null removes one. `allow_duplicate` is a flag, not a field."""

    example: ClassVar[ExampleBody] = {"nickname": "Ash", "occupation": "Architect", "preferred_channel": "email"}

    allow_duplicate: bool = False


def shown(request: Request, customer: Customer, made: Sequence[Tag] = ()) -> dict[str, object]:
    """The customer as the caller may see it; `made` are tags that the request makes."""
    return seen_by(request.roles, customer, shop.knowing(customer, made=made), request.call.now)


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
    named = tags.named(request.body.tags, request.work)
    customer = commands.create(customers.desk(request.work, named.made), request.body, named.ids)
    return created(f"/v1/customers/{customer.id}", shown(request, customer, named.made), customer.version)


@endpoint(
    "GET",
    "/v1/customers",
    "customers.read",
    "List and search customers",
    query=CustomerQuery,
    returns=page_of(CustomerOut),
)
def search(request: Request) -> Answer:
    """Newest first, or by name when `q` is one. A page may hold fewer than `limit` while next_cursor is set.

    `custom.<field>=<value>` narrows by a field of the shop's own, such as `custom.ring_size=14`; at most five.
    """
    filters = customers.filters(request.query, request.roles)
    found = customers.listing().page(filters, request.query.limit, position(request), request.call.now)
    return page(request, [shown(request, customer) for customer in found.customers], found.next)


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


@endpoint(
    "DELETE", "/v1/customers/{customer_id}", "customers.archive", "Archive a customer", status=204, versioned=True
)
def archive(request: Request) -> Answer:
    """Reversible: the customer leaves lists and search, and the numbers are free."""
    commands.archive(customers.desk(request.work), request.path["customer_id"], request.if_match)
    return no_content()


@endpoint(
    "POST",
    "/v1/customers/{customer_id}/restore",
    "customers.archive",
    "Restore an archived customer",
    versioned=True,
    body=Restoring,
    body_optional=True,
    returns=CustomerOut,
    also={409: DUPLICATE},
)
def restore(request: Request) -> Answer:
    """409 when one of the numbers was taken meanwhile."""
    desk = customers.desk(request.work)
    share = request.body.allow_duplicate
    customer = commands.restore(desk, request.path["customer_id"], request.if_match, share=share)
    return ok(shown(request, customer), customer.version)


class _ExternalId(Model):
    """The id in a path, which is kept like the one in a body."""

    external_id: Text


@endpoint(
    "PUT",
    "/v1/customers/by-external-id/{external_id}",
    "customers.write",
    "Create or update the customer of another system",
    versioned=True,
    body=NewCustomer,
    returns=CustomerOut,
    also={201: "Created", 409: DUPLICATE},
)
def upsert(request: Request) -> Answer:
    """The body says all fields; tags are added. 201 when the customer is new, else 200."""
    external_id = shaped(_ExternalId, {"external_id": request.path["external_id"]}).external_id
    if request.body.external_id not in (None, external_id):
        raise Invalid.field("/external_id", "differs from the id in the path")
    named = tags.named(request.body.tags, request.work)
    desk = customers.desk(request.work, named.made)
    customer, is_new = commands.replace_by_external_id(desk, external_id, request.body, named.ids, request.if_match)
    answer = shown(request, customer, named.made)
    if is_new:
        return created(f"/v1/customers/{customer.id}", answer, customer.version)
    return ok(answer, customer.version)


@endpoint(
    "PUT",
    "/v1/customers/{customer_id}/tags",
    "tags.apply",
    "Set the tags of a customer",
    versioned=True,
    body=TagNames,
    returns=CustomerTags,
)
def set_tags(request: Request) -> Answer:
    """Exactly these tags, without a new version of the customer; If-Match is about the customer."""
    named = tags.named(request.body.tags, request.work)
    desk = customers.desk(request.work, named.made)
    customer = commands.set_tags(desk, request.path["customer_id"], named.ids, request.if_match)
    return ok({"tags": shown(request, customer, named.made)["tags"]})
