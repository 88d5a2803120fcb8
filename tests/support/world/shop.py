"""The made-up shop itself."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from chalicelib.domain.consents.links import unsubscribe_token
from chalicelib.domain.permissions import PERMISSIONS, ROLES
from chalicelib.handlers.endpoint import ENDPOINTS
from chalicelib.repos.table import Table, decode
from chalicelib.wiring import shop as reference_data
from chalicelib.wiring.signing import signing_key
from chalicelib.wiring.store import table
from tests.support import invariants
from tests.support.api import Api, Reply
from tests.support.memory import Cloud
from tests.support.world import arrangement, delivery, environment, pool, state
from tests.support.world.clock import START, Clock
from tests.support.world.records import by_kind
from tests.support.world.requests import Request, succeeding

# Names beside the roles: a colleague at the counter, and somebody who may not sign in any more.
PEOPLE: Mapping[str, tuple[str, ...]] = {**{role: (role,) for role in ROLES}, "ravi": ("sales",), "gone": ("sales",)}


@dataclass(frozen=True)
class Visitor(Api):
    """Somebody whose requests come a second after what was before."""

    clock: Clock = field(default_factory=Clock)

    def __call__(self, method: str, path: str, body: Any = None, *, raw: str | None = None, **headers: str) -> Reply:
        """Send one request; header names are written with underscores."""
        self.clock.move(timedelta(seconds=1))
        return super().__call__(method, path, body, raw=raw, **headers)


@dataclass
class World:
    """A shop with a record of every kind, as it was when it was built or as the test has changed it since."""

    cloud: Cloud
    clock: Clock
    subjects: Mapping[str, str]

    def __post_init__(self) -> None:
        self._found: dict[str, list[Request]] = {}
        self._start = START
        self._snapshot: Any = None
        self._picture: state.Picture

    # --- people -----------------------------------------------------------------------------------------------------

    def token(self, name: str) -> str:
        """An access token of one of the people."""
        return pool.token(self.subjects[name], *PEOPLE[name])

    def api(self, name: str | None) -> Api:
        """One of the people, or a stranger (None)."""
        return Visitor(self.token(name) if name else None, self.clock)

    # --- what happens between requests ------------------------------------------------------------------------------

    def pass_time(self, step: timedelta) -> None:
        """Let time pass."""
        self.clock.move(step)

    def deliver(self) -> None:
        """Work off everything that is under way: the stream, the queues, the jobs."""
        delivery.all_of_it(self.cloud)

    def upload(self, form: Mapping[str, Any], content: str | bytes) -> None:
        """Send the file of an import."""
        delivery.upload(self.cloud, form, content.encode() if isinstance(content, str) else content)

    def sweep(self, name: str) -> Any:
        """What the schedule of a sweep starts."""
        return delivery.call("Sweeps", {"sweep": name})

    def restart(self) -> None:
        """The process ends, and another one begins."""
        environment.restart()

    # --- from a snapshot --------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Let `reset` go back to what is here now."""
        self._snapshot, self._start = self.cloud.snapshot(), self.clock.now
        seen = state.picture(self.cloud)
        self._picture = replace(seen, known=state.known_blocks(seen))

    def reset(self) -> None:
        """Let it be as it was when it was built; the process knows nothing."""
        self.cloud.restore(self._snapshot)
        self.clock.set(self._start)
        reference_data.forget()

    # --- requests ---------------------------------------------------------------------------------------------------

    @cached_property
    def records(self) -> Mapping[str, Any]:
        """The ids of each kind, as they were when it was built."""
        return by_kind([*self._picture.items, *self._picture.items.values()])

    def role_for(self, route: str) -> str | None:
        """Somebody who may: the admin if the table of permissions says so, else the first role that may."""
        permission = ENDPOINTS[route].permission
        if permission is None:
            return None
        return next(role for role in ROLES if role in PERMISSIONS[permission])

    def send(self, request: Request, name: str | None = "") -> Reply:
        """Send a request as somebody who may (or as `name`; None is a stranger)."""
        api = self.api(self.role_for(request.route) if name == "" else name)
        return api(request.method, request.path, request.body, raw=request.raw, **request.headers)

    def requests(self, route: str) -> list[Request]:
        """Up to three requests that succeed when the shop is as it was built.

        Raises:
            NoRequest: there is none; the message says what to give the route.
        """
        if route not in self._found:
            self._found[route] = [self._signed(each) for each in succeeding(route, self.records, self._attempt)]
            self.reset()
        return self._found[route]

    def request(self, route: str, variant: int = 0) -> Request:
        """One of them; the last one when there are fewer."""
        found = self.requests(route)
        return found[min(variant, len(found) - 1)]

    def _attempt(self, request: Request) -> Reply:
        self.reset()
        return self.send(self._signed(request))

    def _signed(self, request: Request) -> Request:
        """What is open to all carries a token of its own in its address."""
        if not request.endpoint.raw:
            return request
        token = unsubscribe_token(signing_key(), self.records["cus"][0], "email", "birthday")
        return request.with_(query={"token": token})

    # --- what is looked at ------------------------------------------------------------------------------------------

    @property
    def table(self) -> Table:
        """The table, for looking at it."""
        return table()

    def items(self) -> dict[tuple[str, str], Any]:
        """Every item as plain values; no call is counted."""
        return {key: decode(item) for key, item in self.cloud.items(environment.TABLE).items()}

    def changes(self, told: Iterable[str] = ()) -> state.Changes:
        """What is different from when it was built, and what callers were `told` of it.

        Ids and times are told apart by where they stand.
        """
        return state.changes(self._picture, state.picture(self.cloud), told)

    def check(self) -> None:
        """Raise AssertionError unless every invariant of the table holds."""
        invariants.check(self.table)


_built: list[World] = []


@contextmanager
def opened() -> Iterator[World]:
    """The shop of this process, as it was built. Everything that asks AWS asks the shop's, until the end."""
    if _built:
        world = _built[0]
        with environment.entered(world.cloud, world.clock):
            world.reset()
            yield world
        return
    world = World(Cloud(), Clock(), {})
    with environment.entered(world.cloud, world.clock):
        _furnish(world)
        world.keep()
        _built.append(world)
        yield world


def _furnish(world: World) -> None:
    environment.make_services(world.cloud)
    world.subjects = {name: environment.make_person(name, *groups) for name, groups in PEOPLE.items()}
    for name in PEOPLE:  # the first request of a person writes them into the directory
        arrangement.made(world.api(name).get("/v1/me"))
    arrangement.arrange(world)
    arrangement.dismiss(world, world.subjects["gone"])
