"""The list of all customers: its entries answer what they can, so that nobody is read who cannot be on the page."""

import pytest

from chalicelib.domain.customers.filters import Filters
from chalicelib.repos.all_customers import walk
from tests.support.stale import named
from tests.support.world import World


@pytest.mark.parametrize(
    "filters", [Filters(language="en"), Filters(there={"has_email": True, "has_birthday": True})], ids=["text", "there"]
)
def test_entries_that_do_not_match_are_left_out(world: World, filters: Filters) -> None:
    found = walk(world.table, filters, 10, {}, world.clock.now)
    assert [customer_id for customer_id, _ in found.ids] == [named(world, "Meera").id]
    assert len(walk(world.table, Filters(), 10, {}, world.clock.now).ids) > 1
