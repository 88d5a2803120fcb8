"""What is written is told: an audit entry of every change, and an event of each customer, in the same transaction."""

from collections import Counter
from typing import Any

import pytest

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.world import World

WRITING = sorted(route for route, endpoint in ENDPOINTS.items() if endpoint.writes)
CORES, REMEMBERED = "AUDIT#", "IDEMPOTENCY#"
Key = tuple[str, str]


def added(world: World, before: dict[Key, Any]) -> set[Key]:
    return world.items().keys() - before.keys()


def in_partitions(keys: set[Key], *kinds: str) -> Counter[str]:
    """How many entries of these kinds the partition of each customer has got."""
    return Counter(pk for pk, sk in keys if pk.startswith("cus_") and sk.startswith(kinds))


@pytest.mark.parametrize("route", WRITING)
def test_a_change_has_its_audit_entry_and_each_customer_their_event(world: World, route: str) -> None:
    for request in world.requests(route):
        world.reset()
        before = world.items()
        world.send(request)
        after, new = world.items(), added(world, before)
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        cores = {key for key in new if key[0].startswith(CORES)}
        if {key for key in changed - cores if not key[0].startswith(REMEMBERED)}:
            assert cores, "nothing tells who changed this"
        assert in_partitions(new, "AUDIT#") == in_partitions(new, "EVENT#", "SYSTEM#"), (
            "told of one thing, not of the other"
        )
        assert all(after[key].get("actor_id") or after[key].get("actor") for key in cores)
        figures.note("told", {"changes with their entries": bool(cores)})
