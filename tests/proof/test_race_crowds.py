"""Eight clients at once with one request, a fifth of all transactions refused, on every route that writes.

With one Idempotency-Key all who are answered get the same answer, and there is one effect. With one version in
If-Match exactly one changes the record. Without either, whoever is answered has done it and all others hear that they
are in the way. Threads run as they come here; every order of two is tried in test_race_pairs.py, and the races on
the emulator's own store stand in the tests of the features.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from tests.proof.race_ground import AHEAD, WRITING
from tests.support import figures
from tests.support.faults import LONG
from tests.support.interleaving.choice import about_oneself
from tests.support.race import conflicts, together
from tests.support.world import World
from tests.support.world.requests import Request

pytestmark = pytest.mark.race
CLIENTS = 16 if LONG else 8
SEEDS = range(5 if LONG else 1)
CLEAN = {404, 409, 412}  # with a code of its own: busy, taken, archived, another version
KEY = {"Idempotency_Key": "one-and-the-same"}


def crowd(world: World, request: Request, seed: int, **headers: str) -> list[Any]:
    """The answers of all clients; nobody met a defect, and the shop is whole."""
    send = partial(world.send, request.with_(headers={**request.headers, **headers}))
    with conflicts(seed):
        replies = together([send] * CLIENTS)
    assert all(reply.status < 300 or reply.status in CLEAN for reply in replies), [reply.text for reply in replies]
    world.deliver()
    world.check()
    figures.note("races", {"crowds": 1})
    return replies


def usual(world: World, route: str) -> Request:
    """A request that does not take from the sender what they need for it."""
    found = next(request for request in world.requests(route) if not about_oneself(world, request))
    world.reset()
    return found


def answered(replies: Sequence[Any]) -> list[Any]:
    return [reply for reply in replies if reply.status < 300]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("route", WRITING)
def test_everybody_asks_the_same(world: World, route: str, seed: int) -> None:
    request = usual(world, route)
    assert answered(crowd(world, request, seed))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("route", [route for route in WRITING if route not in AHEAD])
def test_one_key_has_one_effect_and_one_answer(world: World, route: str, seed: int) -> None:
    request = usual(world, route)
    replies = crowd(world, request, seed, **KEY)
    found = answered(replies)
    assert {reply.code for reply in replies if reply not in found} <= {"busy"}
    if world.role_for(route) is not None:  # a route that is open to all knows no keys
        assert len({reply.text for reply in found}) == 1
    crowded = world.changes()
    world.reset()
    world.send(request.with_(headers={**request.headers, **KEY}))
    world.deliver()
    assert crowded == world.changes()


@pytest.mark.parametrize("route", [route for route in WRITING if route.startswith("PATCH")])
def test_one_version_is_changed_once(world: World, route: str) -> None:
    """Where the request changes something: the winner's version is the next one."""
    for request in world.requests(route):
        world.reset()
        before = world.cloud.position
        tag = world.send(request).headers.get("ETag", "").strip('"')
        if world.cloud.position == before or not tag:
            continue  # it changes nothing, or what it changes has no version
        world.reset()
        counted = Counter(reply.status for reply in crowd(world, request, 0, If_Match=f'"{int(tag) - 1}"'))
        assert (counted[200], counted[412] + counted[409]) == (1, CLIENTS - 1)
