"""Every route of the app keeps to the calls of its kind (docs/architecture.md), or has a row that says why not.

Reads of cached reference data and of the idempotency record come on top, as there.
"""

from __future__ import annotations

from collections import Counter

import pytest

from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.wiring import clients
from tests.proof.route_budgets import ONE, PAGE, ROWS, WRITE, Budget
from tests.support import figures
from tests.support.meter import Meter
from tests.support.world import World

READS = {"GetItem", "BatchGetItem", "Query"}
ROUTES = sorted(ENDPOINTS)


def kind_of(route: str) -> Budget:
    """What a route of this kind may."""
    if ENDPOINTS[route].writes:
        return WRITE
    return ONE if route.endswith("}") else PAGE


def taken(world: World, route: str) -> Budget:
    """The most that any of the route's requests takes."""
    reads = writes = 0
    for request in world.requests(route):
        world.reset()
        with Meter(clients.dynamodb()) as meter:
            assert world.send(request).status < 300
        made = Counter(meter.operations)
        assert set(made) <= {*READS, "TransactWriteItems"}, f"{route} makes a call that no budget knows: {dict(made)}"
        reads = max(reads, sum(made[name] for name in READS))
        writes = max(writes, made["TransactWriteItems"])
    return Budget(reads, writes)


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_keeps_to_its_budget(world: World, route: str) -> None:
    """Should this fail for a new route: it does more than its kind may. Do less, or write a row with the reason."""
    made, kind, row = taken(world, route), kind_of(route), ROWS.get(route)
    allowed = row or kind
    assert made.reads <= allowed.reads
    assert made.writes <= allowed.writes
    if row is not None:
        assert row.reason
        assert made.reads > kind.reads or made.writes > kind.writes, "the row is not needed: its kind allows as much"
    figures.note("budgets", {"routes": 1, "rows with a reason": int(row is not None)})


def test_no_row_is_about_a_route_that_is_gone() -> None:
    assert ROWS.keys() <= ENDPOINTS.keys()
