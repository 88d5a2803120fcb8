"""Every place of every request that names a record x everything that is not the id of one that may be named there."""

from typing import Any

import pytest

from chalicelib.domain.ids import is_id
from chalicelib.domain.staff.directory import user_id_of
from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.access import ids
from tests.support.access.ids import Place
from tests.support.access.logs import written
from tests.support.access.refusals import unmoved
from tests.support.api import Reply
from tests.support.faults import LONG
from tests.support.world import World
from tests.support.world.arrangement import KINDS
from tests.support.world.requests import Request

ROUTES = sorted(route for route, endpoint in ENDPOINTS.items() if endpoint.permission and not endpoint.raw)
NAMED = [route for route in ROUTES if any(f"{{{name}}}" in route for name in KINDS)]
OWNED = [route for route in NAMED if "{customer_id}" in route and route.count("{") > 1]
ROWS = ("/selection/ids/[]", "/ids/[]")  # a job takes them, and says in a row of its own what became of each
FILTERS = ("/filter/", "/selection/filter/")  # what a list is narrowed to: nobody passes
WORKPLACE = ("/locations/",)  # where somebody works is left as it is when the store closes
PARTS = 6


def share(values: list[Any], number: int) -> list[Any]:
    """A sixth of the values, another one at the next place; in `make proof` all of them."""
    return values if LONG else values[number % PARTS :: PARTS]


@pytest.mark.parametrize("route", ROUTES)
def test_what_is_no_id_of_such_a_record_opens_nothing(world: World, route: str) -> None:
    first = world.request(route)
    proved: dict[str, bool] = {}
    with written():
        for request in ids.bodies(first, world.records):
            for number, place in enumerate(ids.places(request)):
                texts = share(list(ids.strange(place.kind, world.records)), number + ROUTES.index(route))
                outcomes = [refused(world, request, place, text) for _, text in texts]
                if texts and place.name.startswith((*FILTERS, *ROWS)):
                    came_to_nothing(world, world.send(place.put(request, texts[0][1])))
                proved[str(place)] = proved.get(str(place), False) or all(outcomes)
                figures.note("access", {"requests": len(texts), "strange ids": len(texts)})
    assert all(proved.values()), f"nothing says of {[name for name in proved if not proved[name]]} what is wrong"


def refused(world: World, request: Request, place: Place, text: str) -> bool:
    """Whether the answer says that this place is wrong; in any case nothing came of it."""
    world.reset()
    position = world.cloud.position
    reply = world.send(place.put(request, text))
    said = f"{place} {text[:80]!r}: {reply.status} {reply.text[:300]}"
    if reply.status >= 400:
        assert reply.status in (404, 422), said
        assert world.cloud.position == position, f"{said} and something was written"
        return place.part == "path" or reply.status == 404 or names(reply, place)
    if request.method == "GET":
        assert place.part == "query", said
        return found_nothing(reply, world.send(request))
    if request.method == "DELETE":
        return gone(request, text, place.kind) and world.cloud.position == position
    assert place.name.startswith((*FILTERS, *ROWS)), said
    return True


def names(reply: Reply, place: Place) -> bool:
    """Whether a refusal names the field."""
    return place.field_pointer in reply.pointers


def gone(request: Request, text: str, kind: str) -> bool:
    """Whether it is answered as what was removed before: nothing is left that would tell."""
    return request.method == "DELETE" and is_id(text, kind)


def told(reply: Reply) -> str:
    """What a refusal says, but for the number of the request."""
    return str(reply.json["detail"]) if reply.text else ""


def found_nothing(narrowed: Reply, whole: Reply) -> bool:
    """Whether a list that is narrowed to nobody is empty, or one that leaves nobody out is whole."""
    return not narrowed.json["items"] or narrowed.json == whole.json


def came_to_nothing(world: World, started: Reply) -> None:
    """A job that was started for nobody does nothing to any customer."""
    if started.status < 400:
        before = customers(world)
        world.deliver()
        assert customers(world) == before


def customers(world: World) -> dict[Any, Any]:
    return {key: item for key, item in world.items().items() if key[0].startswith("cus_")}


@pytest.mark.parametrize("route", NAMED)
def test_a_part_of_a_key_opens_nothing(world: World, route: str) -> None:
    """Ids become parts of keys: what stands in the table behind a separator must not be taken for one."""
    request, keys = world.request(route), ids.tails(world.items())
    world.reset()
    for place in ids.places(request):
        if place.part == "path":
            tried = [text for text in share(keys, NAMED.index(route)) if text not in world.records[place.kind]]
            with written(), unmoved(world):
                for text in tried:
                    reply = world.send(place.put(request, text))
                    assert reply.status == 404 or gone(request, text, place.kind), (
                        f"{place} {text}: {reply.status} {reply.text}"
                    )
            figures.note("access", {"requests": len(tried), "strange ids": len(tried)})


@pytest.mark.parametrize("route", OWNED)
def test_another_customers_record_is_not_found_under_this_one(world: World, route: str) -> None:
    """As that customer's own would not be, had it never been: the two refusals say the same."""
    request = world.request(route)
    world.reset()
    others = [each for each in world.records["cus"] if each != request.parameters["customer_id"]]
    never = next(name for name in request.parameters if name != "customer_id")
    assert others
    with unmoved(world):
        for other in others:
            theirs = {**request.parameters, "customer_id": other}
            reply = world.send(request.with_(parameters=theirs))
            none = world.send(request.with_(parameters={**theirs, never: f"{KINDS[never]}_{'0' * 26}"}))
            assert reply.status == 404 or gone(request, request.parameters[never], KINDS[never]), reply.text
            assert (reply.status, told(reply)) == (none.status, told(none))
    figures.note("access", {"requests": 2 * len(others)})


@pytest.mark.parametrize("route", [route for route in ROUTES if ENDPOINTS[route].body])
def test_a_closed_store_and_somebody_who_left_are_given_nothing_to_do(world: World, route: str) -> None:
    request = world.request(route)
    world.reset()
    left = {"loc": closed_store(world), "usr": user_id_of(world.subjects["gone"])}
    for each in ids.bodies(request, world.records):
        for place in ids.places(each):
            if place.part == "body" and place.kind in left and not place.name.startswith((*FILTERS, *WORKPLACE)):
                with unmoved(world):
                    reply = world.send(place.put(each, left[place.kind]))
                assert reply.status in (409, 422), f"{place}: {reply.status} {reply.text}"
                figures.note("access", {"requests": 1})


def closed_store(world: World) -> str:
    stores = world.api("admin").get("/v1/locations?limit=100").json["items"]
    return str(next(store["id"] for store in stores if store["status"] == "closed"))
