"""Tags that are named for the first time belong to the request that names them: refused, it leaves none behind."""

from typing import Any

import pytest

from chalicelib.wiring.tags import TOGETHER
from tests.proof.test_sizes import largest
from tests.support.world import World


def names(world: World) -> set[str]:
    return {tag["name"] for tag in world.api("admin").get("/v1/tags?limit=100").json["items"]}


def refused(world: World) -> list[tuple[str, str, Any]]:
    """Requests with a new tag that are refused for something else, by what is known of the records alone."""
    archived = world.records["cus"][3]
    taken = {"given_name": "Nila", "phones": [{"number": "+919810000001"}], "tags": ["Never"]}
    return [
        ("PUT", f"/v1/customers/{archived}/tags", {"tags": ["Never"]}),
        ("POST", "/v1/customers", taken),
        ("PUT", "/v1/customers/by-external-id/EXT-9", taken),
    ]


@pytest.mark.parametrize("number", range(3))
def test_a_refused_request_leaves_no_tag(world: World, number: int) -> None:
    method, path, body = refused(world)[number]
    before = names(world)
    world.reset()
    position = world.cloud.position
    assert world.api("manager")(method, path, body).status == 409
    assert world.cloud.position == position
    assert names(world) == before


@pytest.mark.parametrize("number", [1, TOGETHER, TOGETHER + 1, 20])
def test_new_tags_are_made_and_shown_at_once(world: World, number: int) -> None:
    tags = [f"New {each}" for each in range(number)]
    body = {**largest(7), "assignee": None, "home_location": None, "tags": tags}
    made = world.api("manager").post("/v1/customers", body)
    assert made.status == 201, made.text
    assert made.json["tags"] == sorted(tags)
    assert set(tags) <= names(world)
    again = world.api("manager").put(f"/v1/customers/{made.json['id']}/tags", {"tags": [*tags[1:], "Other"]})
    assert again.json["tags"] == sorted([*tags[1:], "Other"])
    world.check()
