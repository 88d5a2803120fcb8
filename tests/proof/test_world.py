"""The made-up shop: it has a request for every route that there is, and tells two ends apart only if they differ."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.world import World

ROUTES = sorted(ENDPOINTS)
WRITING = [route for route in ROUTES if ENDPOINTS[route].writes]


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_can_be_called(world: World, route: str) -> None:
    """Should this fail for a new route: the message says what to give it."""
    reply = world.send(world.request(route))
    assert reply.status < 300, reply.text
    world.check()
    figures.note("world", {"routes": 1})


@pytest.mark.parametrize("route", WRITING)
def test_the_same_request_leads_to_the_same_end(world: World, route: str) -> None:
    request, ends = world.request(route), []
    for seconds in (0, 90):
        world.reset()
        world.pass_time(timedelta(seconds=seconds))
        world.send(request)
        world.deliver()
        ends.append(world.changes())
    assert ends[0] == ends[1]


def test_two_of_something_are_not_one(world: World) -> None:
    request: Any = world.request("POST /v1/customers/{customer_id}/notes")
    world.send(request)
    once = world.changes()
    world.send(request)
    assert world.changes() != once


def test_what_is_read_changes_nothing(world: World) -> None:
    """But that a link to a file was given away stands in the audit."""
    for route in ROUTES:
        if not ENDPOINTS[route].writes:
            world.reset()
            world.send(world.request(route))
            assert all("AUDIT#" in entry for entry in world.changes()), route
