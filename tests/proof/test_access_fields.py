"""Every text that is kept anywhere x everybody x every route that answers: who ever sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.domain.permissions import ROLES
from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.access.logs import Log, written
from tests.support.access.markers import markers_in, markers_of
from tests.support.access.planting import Planted, Seen, note
from tests.support.access.sight import FORMS, RAVI, TOLD, may_see, wider

READING = sorted(route for route, endpoint in ENDPOINTS.items() if not endpoint.writes)
WRITING = sorted(route for route, endpoint in ENDPOINTS.items() if endpoint.writes and endpoint.permission)
PEOPLE = (*ROLES, RAVI)


@dataclass(frozen=True)
class Story:
    """The shop full of markers, its log, and who saw which marker in which answer."""

    shop: Planted
    log: Log
    seen: Seen
    refusals: set[str]


@pytest.fixture(scope="module")
def story(_world: Any) -> Iterator[Story]:
    with written() as log:
        shop = Planted(_world)
        yield Story(shop, log, *everything_that_is_shown(shop))


def everything_that_is_shown(shop: Planted) -> tuple[Seen, set[str]]:
    """What each marker was seen in, by whom, and the markers in refusals."""
    seen: Seen = {}
    refusals: set[str] = set()
    for route in (*READING, *WRITING):
        for request in shop.requests(route):
            for who in PEOPLE:
                shop.reset()
                reply = shop.world.send(request, who)
                figures.note("access", {"requests": 1})
                if reply.status >= 400:
                    refusals |= markers_of(reply)
                    continue
                for marker in markers_of(reply) - markers_in(request.path, request.body):
                    note(seen, marker, who, route)
    return seen, refusals


def test_a_marker_was_planted_in_every_field_that_takes_any_text(story: Story) -> None:
    bare = story.shop.plot.bare - story.shop.plot.taken - FORMS
    assert not bare, (
        f"No marker fits {sorted(bare)}. Let tests/support/access/markers.py know what they take, "
        "or say in FORMS of tests/support/access/sight.py that their texts have a fixed form."
    )
    assert not FORMS - story.shop.plot.bare
    figures.note("access", {"markers": len(story.shop.plot.origins)})


def test_everybody_sees_what_they_may_see_and_no_more(story: Story) -> None:
    leaks = [
        f"{who} sees {origin} in {min(routes)}. If that is meant, say so in tests/support/access/sight.py."
        for marker, origin in story.shop.plot.origins.items()
        for who, routes in story.seen.get(marker, {}).items()
        if who not in may_see(origin)
    ]
    assert not leaks, "\n".join(sorted(set(leaks)))


def test_nobody_is_said_to_see_what_no_route_shows_them(story: Story) -> None:
    idle = {
        f"{who} never sees {origin}: tests/support/access/sight.py says that they may."
        for marker, origin in story.shop.plot.origins.items()
        for who in wider(origin)
        if who not in story.seen.get(marker, {})
    }
    assert not idle, "\n".join(sorted(idle))


def test_refusals_repeat_nothing(story: Story) -> None:
    assert story.refusals == set()


def test_the_log_holds_nothing_of_it(story: Story) -> None:
    """Not of the planting, nor of what was done with it, nor of what was read."""
    assert markers_in(story.log.getvalue()) == set()
    assert "eyJ" not in story.log.getvalue(), "a token"
    assert "@shop.example" not in story.log.getvalue()
    assert len(story.log.lines) > 1000


def test_what_is_sent_on_holds_ids_alone(story: Story) -> None:
    assert story.shop.sent
    told = {story.shop.plot.origins[marker] for marker in markers_in(*story.shop.sent)}
    assert told <= TOLD


def test_what_is_never_erased_holds_nothing_of_it(story: Story) -> None:
    assert story.shop.audit() == set()
