"""Pages of lists that are short enough to be read whole (staff, stores, tags)."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from chalicelib.handlers.answers import Answer
from chalicelib.handlers.endpoint import Request
from chalicelib.handlers.pages import page, position

Thing = TypeVar("Thing")


def by_name(
    request: Request,
    things: Iterable[Thing],
    name: Callable[[Thing], tuple[str, str]],
    show: Callable[[Thing], dict[str, Any]],
) -> Answer:
    """The page of the request; `name` gives what the list is sorted by, and the id that makes it unique."""
    place = position(request)
    after = tuple(place["k"]) if place else ("", "")
    rest = sorted((name(thing), number, thing) for number, thing in enumerate(things) if name(thing) > after)
    shown = rest[: request.query.limit]
    more = len(rest) > len(shown)
    return page(request, [show(thing) for _, _, thing in shown], {"k": list(shown[-1][0])} if more else None)
