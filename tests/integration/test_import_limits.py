"""What of an import is refused for its size, or kept under a name."""

from typing import Any

import pytest

from chalicelib.wiring import imports
from tests.support.world import World
from tests.support.world.arrangement import OWN_LIST, made


def test_a_file_with_too_many_rows_is_not_begun(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MOST_ROWS", 1)
    manager = world.api("manager")
    begun = made(manager.post("/v1/imports", {"kind": "customers", "format": "csv"}))
    people = customers(world)
    world.upload(begun["upload"], OWN_LIST)
    world.deliver()
    told = made(manager.get(f"/v1/imports/{begun['id']}"))
    assert (told["status"], told["reason"]) == ("failed", "The file has more than 1 rows. Divide it.")
    assert customers(world) == people


def customers(world: World) -> Any:
    return [each["id"] for each in made(world.api("sales").get("/v1/customers?limit=100"))["items"]]


def test_there_must_be_a_mapping_to_keep_one(world: World) -> None:
    request = world.request("PUT /v1/imports/{import_id}/mapping")
    world.reset()
    position = world.cloud.position
    refused = world.send(request.with_(body={"save_as": "Ours"}))
    assert (refused.status, refused.pointers) == (422, ["/save_as"])
    assert world.cloud.position == position
