"""Every route, every AWS call of it, every fault: all or nothing is there, and sent again it is done once."""

import pytest

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.faulting import routes
from tests.support.faulting.faults import AFTER, BEFORE, BUSY, DIES_AFTER, FAULTS
from tests.support.faults import LONG
from tests.support.world import World

pytestmark = pytest.mark.fault
# A caller without a key differs from one with a key only in what a second try meets.
WITHOUT_KEY = FAULTS if LONG else (BEFORE[2], AFTER, DIES_AFTER)


@pytest.mark.parametrize("route", routes.writing())
def test_a_write_converges(world: World, route: str) -> None:
    errand = routes.Errand(world, routes.telling(world, route), routes.KEY)
    runs = 0
    for fault in FAULTS:
        for place in errand.places(fault):
            errand.strike(fault, place)
            if LONG or fault is AFTER:
                errand.delivered()
            runs += 1
    errand.with_lagging_indexes()
    figures.note("faults", {"routes": 1, "calls": len(errand.clean.calls), "runs": runs + 1})


@pytest.mark.parametrize("route", [route for route in routes.writing() if ENDPOINTS[route].permission])
def test_a_write_without_a_key_is_done_or_told(world: World, route: str) -> None:
    """Or done twice, as by two requests: whoever sends no key cannot say that it is the same."""
    errand = routes.Errand(world, routes.telling(world, route), None)
    runs = 0
    for fault in WITHOUT_KEY:
        for place in errand.places(fault):
            errand.strike(fault, place)
            runs += 1
    figures.note("faults", {"runs": runs})


@pytest.mark.parametrize("route", routes.reading())
def test_a_look_answers_or_says_that_it_cannot(world: World, route: str) -> None:
    """And leaves nothing behind but what it would have left; a link to a file is noted in the audit."""
    request = world.request(route)
    calls = routes.looks(world, request)
    left = world.changes()
    for fault in BEFORE:
        for place in range(len(calls)):
            reply = routes.look(world, request, fault, place)
            assert reply.status < 300 or reply.status == 503, reply.text
            assert not world.changes() or world.changes() == left
    figures.note("faults", {"routes": 1, "calls": len(calls), "runs": len(BEFORE) * len(calls)})


def test_who_is_in_the_way_for_good_is_told(world: World) -> None:
    """409 busy after five tries, and nothing was written."""
    errand = routes.Errand(world, routes.telling(world, "POST /v1/customers"), None)
    reply = routes.look(world, errand.request, BUSY, len(errand.clean.calls) - 1)
    assert (reply.status, reply.code) == (409, "busy")
    assert not world.changes()
