"""The made-up shop at the beginning of the week: the same in every process, whatever was drawn before."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support.memory import Cloud
from tests.support.shop_week.chance import seeded
from tests.support.world import environment
from tests.support.world import shop as world
from tests.support.world.clock import Clock
from tests.support.world.requests import Request

SEED = 20_261_123


@dataclass(frozen=True)
class House:
    """The shop, and requests for every route that succeed in it."""

    shop: world.World
    requests: Mapping[str, Sequence[Request]]


_built: list[House] = []


@contextmanager
def opened() -> Iterator[House]:
    """The shop of this process, as it was when it was built."""
    if _built:
        house = _built[0]
        with environment.entered(house.shop.cloud, house.shop.clock):
            yield house
        return
    shop = world.World(Cloud(), Clock(), {})
    with environment.entered(shop.cloud, shop.clock):
        with seeded(SEED):
            world._furnish(shop)
            shop.keep()
            house = House(shop, {route: tuple(shop.requests(route)) for route in ENDPOINTS})
        _built.append(house)
        yield house
