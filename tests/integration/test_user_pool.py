"""What the user pool refuses."""

import pytest

from chalicelib.domain.errors import Invalid
from chalicelib.wiring.users import user_pool
from tests.support.world import World


def test_an_address_that_the_pool_does_not_take_is_a_wrong_address(world: World) -> None:
    position = world.cloud.position
    with pytest.raises(Invalid) as refusal:
        user_pool().invite("no address", "Nobody")
    assert [error.pointer for error in refusal.value.errors] == ["/email"]
    assert world.cloud.position == position
