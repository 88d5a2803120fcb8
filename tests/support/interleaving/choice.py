"""Which requests of two routes are tried beside each other: those that are about the same records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.staff.directory import user_id_of
from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support.interleaving.clashes import told_apart
from tests.support.interleaving.commands import Command, of_request
from tests.support.interleaving.stage import Stage
from tests.support.interleaving.touches import Touch, Touches, meet
from tests.support.world import World
from tests.support.world.requests import Request, candidates

REFERENCE = ("SHOP", "STAFF")
MOST = 6  # requests of a route
ATTEMPTS = 40  # to find them


@dataclass(frozen=True)
class Seen:
    """A command, and what its calls touched when it was alone."""

    command: Command
    calls: tuple[Touches, ...]

    def meetings(self, other: "Seen") -> int:
        """How many of their calls meet."""
        return sum(meet(one, another) for one in self.calls for another in other.calls)

    def contentions(self, other: "Seen") -> int:
        """How many of their calls meet, but for those that only read the reference data which the other one writes."""
        return sum(
            any(_contend(one, another) for one in some for another in others)
            for some in self.calls
            for others in other.calls
        )


def _contend(one: Touch, other: Touch) -> bool:
    return one.meets(other) and (one.partition not in REFERENCE or "read" not in (one.kind, other.kind))


def watch(stage: Stage, command: Command) -> Seen:
    """Run a command alone."""
    return Seen(command, tuple(step.touches for step in stage.run([command]).steps))


def requests(world: World, route: str) -> list[Request]:
    """Requests of a route that succeed, and more of those that write. A dry run only looks, and is none of them."""
    found = list(world.requests(route))
    writing = [request for request in _tried(world, route) if request not in found]
    world.reset()
    wanted = (*found, *writing, *told_apart(world, route))
    return [each for each in wanted if not is_dry(each) and not about_oneself(world, each)]


def about_oneself(world: World, request: Request) -> bool:
    """Whether the sender changes what they may do: that they still may is not looked at again at the end."""
    who = world.role_for(request.route)
    return who is not None and request.parameters.get("user_id") == user_id_of(world.subjects[who])


def is_dry(request: Request) -> bool:
    """Whether it asks what would be."""
    return isinstance(request.body, dict) and bool(request.body.get("dry_run"))


def _tried(world: World, route: str) -> Iterator[Request]:
    left = MOST
    for number, request in enumerate(candidates(ENDPOINTS[route], world.records)):
        if number >= ATTEMPTS or not left:
            return
        world.reset()
        before = world.cloud.position
        if request.raw is None and world.send(request).status < 300 and world.cloud.position > before:
            left -= 1
            yield request


def commands(world: World, route: str) -> list[Command]:
    """The requests of a route as commands."""
    found = enumerate(map(of_request, requests(world, route)))
    return [replace(command, again=f"'{route}' {number}") for number, command in found]


def closest(some: Sequence[Seen], others: Sequence[Seen], most: int) -> list[tuple[Seen, Seen]]:
    """The pairs whose calls meet most often; one pair when none meet."""
    ranked = sorted(
        ((one, other) for one in some for other in others),
        key=lambda pair: (pair[0].contentions(pair[1]), pair[0].meetings(pair[1])),
        reverse=True,
    )
    meeting = [pair for pair in ranked if pair[0].meetings(pair[1])] or ranked[:1]
    return meeting[:most]
