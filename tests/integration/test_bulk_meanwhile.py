"""What a bulk change does when the shop changes under it, and where its count ends."""

from typing import Any

import pytest

from chalicelib.domain.customers.filters import Filters
from chalicelib.repos.customer_list import CustomerPage
from chalicelib.wiring import bulk, customers
from tests.support.stale import named
from tests.support.world import World
from tests.support.world.arrangement import made


def test_a_tag_that_is_removed_between_the_look_and_the_write_is_given_to_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, kiran = world.api("admin"), named(world, "Kiran").id
    tag = made(admin.post("/v1/tags", {"name": "Old"}))["id"]
    selected = {"selection": {"ids": [kiran]}, "action": {"kind": "tag", "tags": ["Old"]}}
    begun = made(world.api("manager").post("/v1/customers/bulk", selected))["id"]
    looked, removals = bulk._known, iter([f"/v1/tags/{tag}"])

    def then_removed(*given: Any) -> bool:
        known = looked(*given)
        for path in removals:
            assert admin.delete(path).status == 204
        return known

    monkeypatch.setattr(bulk, "_known", then_removed)
    world.deliver()
    (row,) = made(world.api("manager").get(f"/v1/customers/bulk/{begun}/rows"))["items"]
    assert (row["result"], row["customer_id"]) == ("rejected", kiran)
    assert tag not in named(world, "Kiran").tags
    world.check()


def test_a_preview_counts_no_further_than_it_says(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page = CustomerPage([named(world, "Kiran")] * 100, {"k": "more"})
    monkeypatch.setattr(customers, "select_page", lambda *_: page)
    count, exact, found = bulk.count(Filters(), world.clock.now)
    assert (count, exact, len(found)) == (bulk.MOST_COUNTED, False, bulk.MOST_COUNTED)
