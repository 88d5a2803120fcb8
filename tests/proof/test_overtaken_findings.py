"""A customer goes into the archive between what a decision about their details reads and what it writes."""

from typing import Any

import pytest

from tests.support.overtaken import meanwhile
from tests.support.world import World


def finding(world: World, number: int = 0) -> Any:
    return world.api("manager").get("/v1/contact-findings?limit=10").json["items"][number]


@pytest.mark.parametrize("what", ["decide", "verify"])
def test_nothing_is_decided_about_the_details_of_somebody_who_is_archived_meanwhile(world: World, what: str) -> None:
    manager, found = world.api("manager"), finding(world)
    customer = found["customer"]["id"]
    requests = {
        "decide": lambda: manager.patch(f"/v1/contact-findings/{found['id']}", {"status": "dismissed"}),
        "verify": lambda: manager.post(f"/v1/customers/{customer}/verifications", {}),
    }
    with meanwhile(customer, lambda: manager.delete(f"/v1/customers/{customer}")):
        late = requests[what]()
    assert (late.status, late.code, late.json["conflict"]["id"]) == (409, "archived", customer)
    told = [each["kind"] for each in manager.get(f"/v1/customers/{customer}/timeline").json["items"]]
    assert told[0] == "customer_archived"
    assert manager.post(f"/v1/customers/{customer}/restore", {}).status == 200
    assert manager.get(f"/v1/contact-findings/{found['id']}").json["status"] == "open"
    assert manager.get(f"/v1/customers/{customer}").json["verified_at"] is None
    world.check()
