"""Customers in a city under tags: the store leaves out who cannot pass, so that nobody is read in vain."""

import pytest

from chalicelib.domain.customers.filters import Filters, Tags
from chalicelib.repos import under_tags
from chalicelib.wiring import shop
from tests.support.world import World

MEERA, KIRAN = 0, 2  # both in Mumbai


@pytest.mark.parametrize(
    ("word", "found"),
    [("every", [MEERA]), ("some", [MEERA]), ("none", [KIRAN]), (None, [MEERA, KIRAN])],
)
def test_only_who_can_pass_is_found(world: World, word: str | None, found: list[int]) -> None:
    tag = shop.shop.get().tag_named("Bridal")
    assert tag
    filters = Filters(city="mumbai", tags=Tags(**{word: (tag.id,)}) if word else Tags())
    wanted = {world.records["cus"][number] for number in found}
    assert {each for each, _ in under_tags.in_city(world.table, filters, 10, {}).ids} == wanted
