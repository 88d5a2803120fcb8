"""Requests that are in the way of the routes' examples: the same number, name, place or person, from elsewhere.

Each must be one that its route takes; whether it succeeds depends on who comes first. A route that needs one of these
to meet the others in what matters gets it here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.support.world import World
from tests.support.world.requests import Request

Body = dict[str, Any]
NUMBER, ADDRESS = "+919812345678", "asha@example.com"  # of the example of a new customer
TAG = "Anniversary"  # of the example of a new tag


def _customers(world: World) -> Sequence[str]:
    return list(world.records["cus"])


def _of_customers(*bodies: Body) -> Callable[[World, str], list[Request]]:
    """These bodies for the first customer, the first of them for the second one too."""

    def made(world: World, route: str) -> list[Request]:
        first, second = ({"customer_id": each} for each in _customers(world)[:2])
        return [*(Request(route, first, body=body) for body in bodies), Request(route, second, body=bodies[0])]

    return made


def _simple(*bodies: Body) -> Callable[[World, str], list[Request]]:
    return lambda _, route: [Request(route, body=body) for body in bodies]


def _of_each(name: str, kind: str, *bodies: Body) -> Callable[[World, str], list[Request]]:
    """These bodies for every record of a kind."""

    def made(world: World, route: str) -> list[Request]:
        return [Request(route, {name: each}, body=body) for each in world.records[kind] for body in bodies or (None,)]

    return made


def _places(world: World, route: str) -> list[Request]:
    location = world.records["loc"][0]
    return [Request(route, {"customer_id": _customers(world)[0]}, body={"home_location": location})]


def _patched_customers(world: World, route: str) -> list[Request]:
    taken = {"phones": [{"number": NUMBER}], "emails": [{"address": ADDRESS}]}
    none: Body = {"phones": [], "emails": [], "birthday": None}
    bodies = _of_customers(taken, {"external_id": "EXT-9"}, {"custom": {"shoe_size": 38}}, none)
    return [*bodies(world, route), *_places(world, route)]


def _upserts(_: World, route: str) -> list[Request]:
    body = {"given_name": "Asha", "phones": [{"number": NUMBER}]}
    return [Request(route, {"external_id": name}, body=body) for name in ("EXT-9", "EXT-1")]


def _sweeps(_: World, route: str) -> list[Request]:
    names = ("birthdays", "follow-ups", "index")
    return [Request(route, {"name": name}, body={"date": "2026-11-24", "force": True}) for name in names]


CLASHES: Mapping[str, Callable[[World, str], list[Request]]] = {
    "PATCH /v1/customers/{customer_id}": _patched_customers,
    "PUT /v1/customers/by-external-id/{external_id}": _upserts,
    "PUT /v1/customers/{customer_id}/tags": _of_customers({"tags": [TAG]}, {"tags": []}),
    "POST /v1/customers": _simple(
        {"given_name": "Asha", "external_id": "EXT-9", "tags": [TAG]},
        {"given_name": "Asha", "phones": [{"number": NUMBER}], "allow_duplicate": True},
    ),
    "POST /v1/customers/{customer_id}/consents": _of_customers(
        {"channel": "email", "purpose": "birthday", "granted": False, "source": "in_store"}
    ),
    "POST /v1/suppressions": _simple({"channel": "email", "address": "meera@shop.example"}),
    "POST /v1/sweeps/{name}/runs": _sweeps,
    "PATCH /v1/locations/{location_id}": _of_each("location_id", "loc", {"status": "closed"}, {"status": "active"}),
    "PATCH /v1/users/{user_id}": _of_each("user_id", "usr", {"disabled": True}, {"roles": ["sales"]}),
    "DELETE /v1/tags/{tag_id}": _of_each("tag_id", "tag"),
}


def told_apart(world: World, route: str) -> list[Request]:
    """What a route is also asked."""
    return CLASHES[route](world, route) if route in CLASHES else []
