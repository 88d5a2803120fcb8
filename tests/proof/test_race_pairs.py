"""Any two writing routes at once, in every order of their calls that makes a difference: as if one after the other.

The routes are read from the code. A failure prints the requests, the schedule and what is not as it should be;
`python -m tests.support.interleaving` plays it again.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.proof.race_ground import AHEAD, SHARE, WRITING, Ground, chosen, ground, race, sampled, short
from tests.support import figures
from tests.support.faults import LONG
from tests.support.interleaving import explore
from tests.support.interleaving.oracle import Oracle
from tests.support.interleaving.touches import meet

pytestmark = pytest.mark.race
EVERY_ORDER = 3_500 if LONG else 70
SAMPLE = 40 if LONG else 200


@pytest.fixture(scope="module")
def shop(_world: Any) -> Iterator[Ground]:
    with ground(_world) as made:
        yield made


@pytest.mark.parametrize("route", WRITING)
def test_a_route_beside_itself(shop: Ground, route: str) -> None:
    """The same request twice, and one beside another that is about the same records."""
    first = shop.seen(route)[0]
    race(shop.fresh, [(first, first), *shop.closest(route, route)])
    figures.note("races", {"routes": 1})


@pytest.mark.parametrize("route", [route for route in WRITING if route not in AHEAD])
def test_one_idempotency_key(shop: Ground, route: str) -> None:
    """The same request twice has one effect and one answer; another request with the key is refused."""
    first, *other = shop.with_one_key(route)
    race(shop.fresh, [(first, each) for each in (first, *other)])


@pytest.mark.parametrize("route", WRITING)
def test_a_route_beside_the_others(shop: Ground, route: str) -> None:
    """Whoever writes the same records, always; who reads what the other one writes for all, in part."""
    pairs = [
        (one, another)
        for other in WRITING
        if other > route
        for one, another in shop.closest(route, other)
        if one.contentions(another) or (one.meetings(another) and chosen(route, other, share=SHARE))
    ]
    race(shop.fresh, pairs)


@pytest.mark.parametrize("route", WRITING)
def test_processes_that_remember_what_was(shop: Ground, route: str) -> None:
    """What a process has read of tags, people, places and templates is older than what the other one writes."""
    others = [each for each in WRITING if each >= route and chosen(route, each, share=2 * SHARE, part=1)]
    pairs = [pair for other in others for pair in shop.closest(route, other) if pair[0].meetings(pair[1])]
    race(shop.remembering, pairs)


def test_every_route_that_writes_gets_in_somebodys_way(shop: Ground) -> None:
    """A route that meets no other is asked about records that nobody else touches: give it a clash."""
    alone = {
        route
        for route in WRITING
        if not any(one.meetings(other) for each in WRITING for one, other in shop.closest(route, each))
    }
    assert {route for route in alone if _writes(shop, route)} == set()


def _writes(shop: Ground, route: str) -> bool:
    return any(touch.kind != "read" for seen in shop.seen(route) for call in seen.calls for touch in call)


@pytest.mark.parametrize("route", WRITING)
def test_orders_that_were_left_out_lead_nowhere_else(shop: Ground, route: str) -> None:
    """Every single order, of pairs that meet and of pairs that do not: none ends elsewhere than those tried above."""
    for other in WRITING:
        if other < route or not sampled(route, other, share=SAMPLE, part=2):
            continue
        one, another = shop.closest(route, other)[0]
        if short(one, another, EVERY_ORDER):
            oracle = Oracle(shop.fresh, (one.command, another.command))
            play = oracle.play
            for trace in explore.every(play, len(one.calls), len(another.calls)):
                oracle.judge(trace)
            figures.note("races", {"pairs in every single order": 1, "interleavings": oracle.tried})


def test_calls_meet_where_one_writes_what_the_other_reads(shop: Ground) -> None:
    (archive,), notes = shop.seen("DELETE /v1/customers/{customer_id}")[:1], "POST /v1/customers/{customer_id}/notes"
    note = shop.seen(notes)[0]
    assert archive.meetings(note)
    assert not meet(note.calls[0], note.calls[0])  # two that only read
