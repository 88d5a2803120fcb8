"""Taking back what is forgotten meanwhile."""

from datetime import timedelta

from chalicelib.domain.jobs.model import KEPT_SECONDS
from tests.support.stale import named
from tests.support.world import World
from tests.support.world.arrangement import made

KEPT = timedelta(seconds=KEPT_SECONDS)


def test_what_is_forgotten_before_its_undo_began_is_not_taken_back(world: World) -> None:
    manager, before = world.api("manager"), named(world, "Kiran")
    body = {"selection": {"ids": [before.id]}, "action": {"kind": "change", "fields": {"language": "hi"}}}
    bulk = made(manager.post("/v1/customers/bulk", body))["id"]
    world.deliver()
    world.pass_time(KEPT - timedelta(minutes=1))
    undo = made(world.api("manager").post(f"/v1/customers/bulk/{bulk}/undo"))["id"]
    world.pass_time(timedelta(minutes=2))
    world.deliver()
    told = made(world.api("manager").get(f"/v1/undos/{undo}"))
    assert (told["status"], told["reason"]) == ("failed", "What is to be taken back is too long ago.")
    assert named(world, "Kiran").doc["language"] == "hi"
