"""The ETag of a record is the version that its next change may be meant for."""

import pytest

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support.world import World

CHANGING = [route for route in ENDPOINTS if route.startswith("PATCH ")]


@pytest.mark.parametrize("route", CHANGING)
def test_the_etag_of_a_change_is_taken_for_the_next_one(world: World, route: str) -> None:
    request = world.request(route)
    first = world.send(request)
    assert first.status == 200
    again = world.send(request.with_(headers={"If_Match": first.headers["ETag"]}))
    assert (again.status, again.headers["ETag"]) == (200, first.headers["ETag"]), again.text


@pytest.mark.parametrize("route", [route for route in CHANGING if f"GET {route.partition(' ')[2]}" in ENDPOINTS])
def test_a_record_is_read_with_the_etag_of_its_change(world: World, route: str) -> None:
    changed = world.send(world.request(route))
    path = world.request(route).path
    assert world.api(world.role_for(route)).get(path).headers["ETag"] == changed.headers["ETag"]
