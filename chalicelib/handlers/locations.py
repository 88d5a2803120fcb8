"""Stores over HTTP."""

from chalicelib.domain.shop import locations
from chalicelib.domain.shop.model import Location
from chalicelib.domain.shop.shapes import LocationFields, LocationOut, NewLocation
from chalicelib.domain.text import fold
from chalicelib.handlers.answers import Answer, created, ok
from chalicelib.handlers.endpoint import Request, Routes
from chalicelib.handlers.listing import by_name
from chalicelib.handlers.pages import page_of
from chalicelib.handlers.parameters import Paging
from chalicelib.wiring import shop

endpoint = Routes(__name__, "admin")


@endpoint("GET", "/v1/locations", "locations.read", "List locations", query=Paging, returns=page_of(LocationOut))
def listed(request: Request) -> Answer:
    """By name, closed ones included."""
    return by_name(request, shop.shop.fresh().locations.values(), _name, locations.shown)


def _name(location: Location) -> tuple[str, str]:
    return fold(location.doc["name"]), location.id


@endpoint(
    "POST",
    "/v1/locations",
    "locations.write",
    "Add a location",
    body=NewLocation,
    returns=LocationOut,
    status=201,
    also={409: "There are 2,000 locations already"},
)
def add(request: Request) -> Answer:
    """Its time zone decides when its sweeps run; its country, what a phone number without + means."""
    location = locations.add(shop.office(request.work), request.body)
    return created(f"/v1/locations/{location.id}", locations.shown(location), location.version)


@endpoint("GET", "/v1/locations/{location_id}", "locations.read", "Read a location", returns=LocationOut)
def read(request: Request) -> Answer:
    """Also one that is closed."""
    location = locations.find(shop.shop.fresh(), request.path["location_id"])
    return ok(locations.shown(location), location.version)


@endpoint(
    "PATCH",
    "/v1/locations/{location_id}",
    "locations.write",
    "Change a location",
    body=LocationFields,
    patch=True,
    returns=LocationOut,
    also={409: "The default location cannot be closed"},
)
def change(request: Request) -> Answer:
    """JSON Merge Patch. `status` closes and opens a location; a closed one keeps its customers."""
    office = shop.office(request.work)
    location = locations.change(office, request.path["location_id"], request.body, request.if_match)
    return ok(locations.shown(location), location.version)
