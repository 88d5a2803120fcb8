"""Somebody is quicker than a sweep: what it read is not so any more when it writes, and it goes on with the rest."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.repos import keys
from chalicelib.repos.table import Range, key_of
from tests.support.overtaken import meanwhile
from tests.support.world import World

DAY = timedelta(days=1)


@pytest.fixture
def morning(world: World) -> dict[str, Any]:
    """Two reminders of a manager, of two customers, are due today; the second one's birthday is today, too."""
    manager, (first, second) = world.api("manager"), world.records["cus"][:2]
    me = manager.get("/v1/me").json["id"]
    day = (world.clock.now + DAY).date().isoformat()
    assert manager.patch(f"/v1/customers/{second}", {"assignee": me, "birthday": day}).status == 200
    due = {"type": "other", "due_at": f"{day}T15:00:00Z", "assignee": me}
    reminders = [manager.post(f"/v1/customers/{each}/reminders", due).json["id"] for each in (first, second)]
    world.clock.move(DAY)
    return {"me": me, "customer": second, "reminders": reminders, "day": day}


def digests(world: World, person: str) -> list[dict[str, Any]]:
    items = world.table.query_all(Range(person, begins="SYSTEM#"))
    return [json.loads(item["doc"])["data"] for item in items if item["kind"] == "digest_due"]


QUICKER: dict[str, Callable[[World, dict[str, Any]], Any]] = {
    "done": lambda world, seen: world.api("manager").patch(f"/v1/reminders/{seen['reminders'][1]}", {"status": "done"}),
    "archived": lambda world, seen: world.api("manager").delete(f"/v1/customers/{seen['customer']}"),
}


@pytest.mark.parametrize("what", QUICKER)
def test_nobody_is_told_of_what_is_settled_meanwhile(world: World, morning: dict[str, Any], what: str) -> None:
    settled = morning["reminders"][1]
    with meanwhile(settled, lambda: QUICKER[what](world, morning)):
        tally = world.sweep("follow-ups")
    (told,) = digests(world, morning["me"])
    assert told["reminder_ids"] == morning["reminders"][:1]
    assert tally["appended"] == 2  # and the reminder of a colleague, which was there before
    assert not [key for key, item in world.items().items() if settled in key[1] and "told" in item]
    world.check()


def test_of_two_sweeps_at_once_one_tells(world: World, morning: dict[str, Any]) -> None:
    mark = f"birthdays#{morning['day']}"
    with meanwhile(mark, lambda: world.sweep("follow-ups")):
        world.sweep("follow-ups")
    (told,) = digests(world, morning["me"])
    assert (told["reminder_ids"], told["birthday_ids"]) == (morning["reminders"], [morning["customer"]])
    world.check()


def test_an_entry_is_written_for_a_customer_as_they_are_by_then(world: World) -> None:
    """The name that the sweep read is not theirs any more: no entry leads to them by it."""
    manager, customer_id = world.api("manager"), world.records["cus"][0]
    old = keys.name_word("meera", customer_id)
    world.table.send("delete_item", Key=key_of(old))
    with meanwhile(customer_id, lambda: manager.patch(f"/v1/customers/{customer_id}", {"given_name": "Radha"})):
        run = world.api("admin").post("/v1/sweeps/index/runs")
    assert (run.status, run.json["finished"]) == (200, True), run.text
    there = world.items().keys()
    assert old not in there
    assert keys.name_word("radha", customer_id) in there
    world.check()
