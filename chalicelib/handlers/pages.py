"""Pages of lists: items, and a signed cursor for the next page."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, create_model

from chalicelib.domain.fields import Model
from chalicelib.handlers import cursors
from chalicelib.handlers.answers import Answer, ok
from chalicelib.handlers.endpoint import Request
from chalicelib.wiring.signing import signing_key


def position(request: Request) -> Mapping[str, Any] | None:
    """Where the caller's cursor points; None for the first page.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    if request.query.cursor is None:
        return None
    return cursors.read(request.query.cursor, request.scope, signing_key(), int(request.call.now.timestamp()))


def page(request: Request, items: list[Any], following: Mapping[str, Any] | None) -> Answer:
    """The answer of a list."""
    cursor = None
    if following is not None:
        cursor = cursors.write(following, request.scope, signing_key(), int(request.call.now.timestamp()))
    return ok({"items": items, "next_cursor": cursor})


def page_of(item: type[Model]) -> type[Model]:
    """The shape of a page of such items."""
    cursor: Any = (str | None, Field(description="Send it as ?cursor= to read on; null at the end"))
    items: Any = (list[item], ...)  # type: ignore[valid-type]  # the item's shape is known at run time
    return create_model(f"{item.__name__}Page", __base__=Model, items=items, next_cursor=cursor)
