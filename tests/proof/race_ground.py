"""Where commands race: the made-up shop, what every route can be asked, and how much of it a run tries."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from math import comb

from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support import figures
from tests.support.faults import LONG
from tests.support.interleaving import choice, processes, turns
from tests.support.interleaving.choice import Seen
from tests.support.interleaving.commands import of_request
from tests.support.interleaving.oracle import NotSerialisable, Oracle
from tests.support.interleaving.stage import Stage
from tests.support.world import World

WRITING = sorted(route for route, endpoint in ENDPOINTS.items() if endpoint.writes)
ORDERS = 2_000 if LONG else 24  # of one pair at most
CLOSEST = 3 if LONG else 1  # requests of two routes that are tried beside each other
# What these write ahead of their answer is not taken back when the key turns out to be taken: the mark of a tag lapses
# after a while, and events of a sweep are keyed by what they are for.
AHEAD = ("DELETE /v1/tags/{tag_id}", "POST /v1/sweeps/{name}/runs")
# In `make test`: of the routes that one meets only because it reads reference data which the other writes.
SHARE = 18


class Ground:
    """The shop at its beginning, twice: for processes that have just started, and for some that remember."""

    def __init__(self, world: World) -> None:
        world.reset()
        self.world, self.fresh = world, Stage(world)
        self._seen: dict[str, list[Seen]] = {}

    @cached_property
    def remembering(self) -> Stage:
        """Every process has read the reference data just before."""
        return self.fresh.remembering()

    def seen(self, route: str) -> list[Seen]:
        """What a route can be asked, and what that touches."""
        if route not in self._seen:
            found = choice.commands(self.world, route)
            self._seen[route] = [choice.watch(self.fresh, command) for command in found]
        return self._seen[route]

    def with_one_key(self, route: str) -> list[Seen]:
        """Two different requests, if there are, with the same Idempotency-Key."""
        found = choice.requests(self.world, route)[:2]
        keyed = [of_request(request, Idempotency_Key="one-and-the-same") for request in found]
        return [choice.watch(self.fresh, command) for command in keyed]

    def closest(self, route: str, other: str) -> list[tuple[Seen, Seen]]:
        """Requests of two routes that get in each other's way."""
        return choice.closest(self.seen(route), self.seen(other), CLOSEST)


@contextmanager
def ground(world: World) -> Iterator[Ground]:
    """Let commands be run turn by turn."""
    with processes.apart(), turns.stopping():
        yield Ground(world)
    world.reset()


def chosen(*names: str, share: int, part: int = 0) -> bool:
    """Whether a run tries this: one of so many in `make test`, and all in `make proof`."""
    return LONG or sampled(*names, share=share, part=part)


def sampled(*names: str, share: int, part: int = 0) -> bool:
    """Whether it is one of so many, the same in every run."""
    return zlib.crc32("|".join(names).encode()) % share == part


def race(stage: Stage, pairs: Sequence[tuple[Seen, Seen]]) -> None:
    """Let each pair run in every order that makes a difference.

    Raises:
        AssertionError: every end that is wrong, and how to get there.
    """
    wrong = []
    for one, other in pairs:
        try:
            tried = Oracle(stage, (one.command, other.command)).all(ORDERS)
            figures.note("races", {"pairs": 1, "pairs that meet": one.meetings(other) > 0, "interleavings": tried})
        except NotSerialisable as found:
            wrong.append(str(found))
    assert not wrong, "\n\n".join(wrong)


def short(one: Seen, other: Seen, most: int) -> bool:
    """Whether there are few enough orders to try every single one."""
    return comb(len(one.calls) + len(other.calls), len(one.calls)) <= most
