"""Every object of every body x members that it does not have: no client writes what only Facet writes."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.access.fields import EACH, Field, Steps, fields_of, objects_of
from tests.support.access.logs import written
from tests.support.access.refusals import unmoved
from tests.support.world import World

ROUTES = sorted(route for route, endpoint in ENDPOINTS.items() if endpoint.body and not endpoint.raw)
# What records have, clients of other systems send, or attackers try.
NAMES = ("id", "version", "created_at", "status", "roles", "pk", "__proto__", "constructor", "Given_Name", "", " ")


def members(model: type[BaseModel], steps: Steps) -> set[str]:
    """The names that an object of the model takes."""
    inner = [field.steps[len(steps) :] for field in fields_of(model) if field.steps[: len(steps)] == steps]
    return {rest[0] for rest in inner if rest}


def strangers(route: str, steps: Steps) -> Iterator[str]:
    """Names that the object does not take: those of the answer among them."""
    endpoint = ENDPOINTS[route]
    assert endpoint.body
    answered = tuple(endpoint.returns.model_fields) if endpoint.returns else ()
    yield from dict.fromkeys(name for name in (*answered, *NAMES) if name not in members(endpoint.body, steps))


@pytest.mark.parametrize("route", ROUTES)
def test_what_a_body_does_not_have_is_refused_by_its_name(world: World, route: str) -> None:
    request, model = world.request(route), ENDPOINTS[route].body
    assert model
    world.reset()
    with written(), unmoved(world):
        for steps in objects_of(model):
            for name in strangers(route, steps):
                field = Field((*steps, name), {})
                reply = world.send(request.with_(body=field.put(request.body or {}, "x")))
                assert reply.status == 422, f"{field.pointer}: {reply.status} {reply.text}"
                assert pointer(field) in reply.pointers, f"{field.pointer}: {reply.text}"
                figures.note("access", {"requests": 1, "unknown fields": 1})


def pointer(field: Field) -> str:
    """As a refusal names it."""
    return field.pointer.replace(EACH, "0").replace("{}", "own")
