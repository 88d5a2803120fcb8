"""A made-up shop on an AWS in memory: a record of every kind, people of every role, and a clock that obeys.

    with world.opened() as shop:
        request = shop.request("POST /v1/customers")
        assert shop.send(request).status == 201
        shop.reset()

It is built once per process by the shop's own API, and every test starts from a snapshot of it. What a new feature
needs to be here, stands in arrangement.py.
"""

from tests.support.world.shop import World, opened

__all__ = ["World", "opened"]
