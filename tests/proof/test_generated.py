"""Requests made up from the API's own document, as described and as not: 30 a route, in `make proof` 1,000.

No answer is a 5xx, every answer is one that the document declares, what is refused writes nothing, what is not as
described is refused, and what is taken leaves every invariant of the shop standing.
"""

import pytest
from hypothesis import given

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.conforming import mismatches
from tests.support.faults import LONG
from tests.support.generating import Made, cases, quickly, varied
from tests.support.world import World

ROUTES = sorted(ENDPOINTS)
CASES = 500 if LONG else 15  # of each of the two kinds


@pytest.mark.parametrize("described", [True, False], ids=["as described", "not as described"])
@pytest.mark.parametrize("route", ROUTES)
def test_an_answer_is_as_declared(world: World, route: str, described: bool) -> None:
    if not described and not varied(route):
        return
    sent = written = 0

    @quickly(CASES)
    @given(cases(world.request(route), described=described))
    def answered(made: Made) -> None:
        nonlocal sent, written
        sent += 1
        before = written
        written += answer(world, made)
        if LONG and written > before:
            world.check()

    answered()
    if written:  # what the last one left
        world.check()
    figures.note("input", {"generated": sent})


def answer(world: World, made: Made) -> bool:
    """Send the request, look at what it came to, and say whether something was written."""
    world.reset()
    before = world.cloud.position
    api = world.api(world.role_for(made.route))
    reply = api(made.method, made.path, raw=made.body, **made.headers)
    assert mismatches(made.route, reply) == []
    assert reply.status < 500, reply.text
    assert not made.wrong or reply.status >= 400, f"taken although not as described: {made}"
    if reply.status >= 400:
        assert world.cloud.position == before, "refused, yet something was written"
    return world.cloud.position != before
