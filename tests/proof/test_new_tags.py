"""Tags that are named for the first time belong to the request that names them: refused, it leaves none behind."""

import time
from typing import Any

import pytest

from chalicelib.domain.shop.tags import refuse_unseen
from chalicelib.wiring import shop, tags
from chalicelib.wiring.tags import TOGETHER
from tests.proof.test_sizes import largest
from tests.support.world import World

FREE = {"number": "+919810000999"}


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
    new = [f"New {each}" for each in range(number)]
    body = {**largest(7), "assignee": None, "home_location": None, "tags": new}
    made = world.api("manager").post("/v1/customers", body)
    assert made.status == 201, made.text
    assert made.json["tags"] == sorted(new)
    assert set(new) <= names(world)
    again = world.api("manager").put(f"/v1/customers/{made.json['id']}/tags", {"tags": [*new[1:], "Other"]})
    assert again.json["tags"] == sorted([*new[1:], "Other"])
    world.check()


def test_who_does_not_define_tags_makes_none(world: World) -> None:
    position = world.cloud.position
    refusal = world.api("sales").post("/v1/customers", {"given_name": "Nila", "phones": [FREE], "tags": ["Never"]})
    assert (refusal.status, refusal.code, refusal.pointers) == (422, "unknown_tag", ["/tags/0"])
    assert world.cloud.position == position


def test_a_shop_has_room_for_so_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "MOST_TAGS", len(names(world)))
    refusal = world.api("manager").post("/v1/customers", {"given_name": "Nila", "phones": [FREE], "tags": ["Never"]})
    assert (refusal.status, refusal.code) == (409, "too_many")


def test_a_new_tag_is_audited(world: World) -> None:
    made = world.api("manager").post("/v1/customers", {"given_name": "Nila", "phones": [FREE], "tags": ["New"]})
    assert made.status == 201
    audited = world.api("admin").get("/v1/audit?action=tag.create&limit=100").json["items"]
    assert made.headers["X-Request-Id"] in {entry["request_id"] for entry in audited}


def test_a_tag_that_another_request_makes_meanwhile_is_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, others = refuse_unseen, iter(["New"])

    def meanwhile(*arguments: Any) -> None:
        looked(*arguments)
        for name in others:
            world.api("admin").post("/v1/tags", {"name": name})

    monkeypatch.setattr(tags, "refuse_unseen", meanwhile)
    made = world.api("manager").post("/v1/customers", {"given_name": "Nila", "phones": [FREE], "tags": ["New"]})
    assert (made.status, made.json["tags"]) == (201, ["New"])
    found = [tag["name"] for tag in world.api("admin").get("/v1/tags?limit=100").json["items"]]
    assert found.count("New") == 1


def test_a_tag_that_is_gone_is_not_given(world: World) -> None:
    """What this process remembers of the tags is from before another one removed it."""
    admin = world.api("admin")
    tag = admin.post("/v1/tags", {"name": "Old"}).json
    remembered = shop.shop.fresh()
    assert admin.delete(f"/v1/tags/{tag['id']}").status == 204
    shop.shop._last = (time.monotonic(), remembered)
    made = world.api("manager").post("/v1/customers", {"given_name": "Nila", "phones": [FREE], "tags": ["Old"]})
    assert (made.status, made.json["tags"]) == (201, ["Old"])
    assert "Old" in names(world)
