"""Tags' definitions over HTTP."""

from chalicelib.domain.shop import definitions
from chalicelib.domain.shop.model import Tag
from chalicelib.domain.shop.shapes import TagFields, TagOut
from chalicelib.domain.text import fold
from chalicelib.handlers.answers import Answer, created, no_content, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.listing import by_name
from chalicelib.handlers.pages import page_of
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import shop, tags

endpoint = Routes(__name__, "tags")
DUPLICATE = "Another tag has the name (`conflict.id`)"


@endpoint("GET", "/v1/tags", "tags.read", "List tags", query=Paging, returns=page_of(TagOut))
def listed(request: Request) -> Answer:
    """By name, those that the caller may see. Managers also get hidden ones, to show them again; no picker should."""
    return by_name(request, definitions.listed(shop.shop.fresh(), request.roles), _name, definitions.shown)


def _name(tag: Tag) -> tuple[str, str]:
    return fold(tag.name), tag.id


@endpoint(
    "POST",
    "/v1/tags",
    "tags.define",
    "Define a tag",
    body=TagFields,
    returns=TagOut,
    status=201,
    also={409: DUPLICATE},
)
def add(request: Request) -> Answer:
    """Names are unique without case and accents."""
    tag = definitions.add(shop.office(request.work), request.body)
    return created(f"/v1/tags/{tag.id}", definitions.shown(tag), tag.version)


@endpoint("GET", "/v1/tags/{tag_id}", "tags.read", "Read a tag", returns=TagOut)
def read(request: Request) -> Answer:
    """404 also when the caller may not see it."""
    tag = definitions.find(shop.shop.fresh(), request.path["tag_id"], request.roles)
    return ok(definitions.shown(tag), tag.version)


@endpoint(
    "PATCH",
    "/v1/tags/{tag_id}",
    "tags.define",
    "Change a tag",
    body=TagFields,
    patch=True,
    returns=TagOut,
    also={409: DUPLICATE},
)
def change(request: Request) -> Answer:
    """JSON Merge Patch. Customers who have the tag keep it under its new name."""
    tag = definitions.change(shop.office(request.work), request.path["tag_id"], request.body, request.if_match)
    return ok(definitions.shown(tag), tag.version)


@endpoint(
    "DELETE",
    "/v1/tags/{tag_id}",
    "tags.define",
    "Remove a tag",
    status=204,
    versioned=True,
    also={409: "An active customer has the tag (`conflict.id`)"},
)
def remove(request: Request) -> Answer:
    """Only one that no active customer has; hide it otherwise. Archived customers lose it."""
    tags.remove(request.path["tag_id"], request.work, request.if_match)
    return no_content()
