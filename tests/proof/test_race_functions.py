"""Functions beside themselves and beside people: what a queue delivers twice, what changes under a job or a sweep.

Every call that AWS makes after a request is found by running it: relay, jobs of every kind, sending, what events lead
to; and the sweeps of a morning. In every order of their calls the end is one that they could come to one after the
other.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.proof.race_ground import WRITING, Ground, chosen, ground, race
from tests.support import figures
from tests.support.faults import LONG
from tests.support.interleaving import choice, scenes
from tests.support.interleaving.scenes import SWEEPS, Scene

pytestmark = pytest.mark.race
PEOPLE = 14  # in `make test` a function meets every so manieth route
RELAYS = 8


@pytest.fixture(scope="module")
def shop(_world: Any) -> Iterator[Ground]:
    with ground(_world) as made:
        yield made


def _race(shop: Ground, scene: Scene) -> None:
    if scene.name.startswith("relay") and not chosen(scene.name, share=RELAYS):
        return  # it does the same for everybody
    one = choice.watch(scene.stage, scene.command)
    pairs = [(one, one)]
    for route in WRITING:
        if chosen(scene.name, route, share=PEOPLE):
            pairs += choice.closest([one], shop.seen(route), 1)
    race(scene.stage, [pair for pair in pairs if pair[0].meetings(pair[1])])
    scene.stage.back()
    figures.note("races", {"functions": 1})


@pytest.mark.parametrize("route", WRITING)
def test_what_a_request_leads_to(shop: Ground, route: str) -> None:
    """Twice at once, and beside people."""
    for request in shop.world.requests(route)[: 3 if LONG else 1]:
        for scene in scenes.after(shop.world, request):
            _race(shop, scene)


@pytest.mark.parametrize("name", SWEEPS)
def test_a_morning(shop: Ground, name: str) -> None:
    """A sweep that is started twice, beside people, and what it leads to."""
    for scene in scenes.sweep(shop.world, name):
        _race(shop, scene)
