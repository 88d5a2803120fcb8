"""Every route: each of its calls fails in each way, and the client sends the same request again."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.staff.directory import user_id_of
from chalicelib.handlers.endpoint import ENDPOINTS
from tests.support.api import Reply
from tests.support.faulting.faults import Fault
from tests.support.faulting.ground import SIGNED, Ground, difference
from tests.support.faulting.injector import injected
from tests.support.faults import Died
from tests.support.world import World, state
from tests.support.world.requests import Request

KEY = "till-7-000123"
PASSING = (409, 503)  # busy, unavailable: the client may send the same request again
TRIES = 3
# Routes that are more than one transaction, and why a part of what they do may be there without the rest.
IN_STEPS = {
    "DELETE /v1/tags/{tag_id}": "the tag retires first and then leaves its holders, a hundred a transaction",
}


def telling(world: World, route: str) -> Request:
    """Of the requests that succeed, one about somebody else than its sender, and then the one that changes the most."""
    role = world.role_for(route)
    oneself = user_id_of(world.subjects[role]) if role else ""
    found: list[tuple[bool, int, int, Request]] = []
    for number, request in enumerate(world.requests(route)):
        world.reset()
        world.send(request)
        others = oneself not in request.parameters.values()
        found.append((others, world.changes().total(), -number, request))
    return max(found, key=lambda each: each[:3])[3]


@dataclass(frozen=True)
class Clean:
    """A run without a fault: the calls, the answer, and what is different at the end."""

    calls: list[str]
    reply: Reply
    end: state.Changes
    published: Any
    delivered: state.Changes


class Errand:
    """One request as a client sends it, with a key or without one."""

    def __init__(self, world: World, request: Request, key: str | None) -> None:
        self.world = world
        headers = {**request.headers, **({"Idempotency_Key": key} if key else {})}
        self.request, self.key = replace(request, headers=headers), key
        self.ground = Ground(world, _an_hour_later)
        self.clean = self._run_clean()
        self._again: state.Changes | None = None

    def _run_clean(self) -> Clean:
        self.ground.back()
        with injected() as watch:
            reply = self.world.send(self.request)
        assert reply.status < 300, reply.text
        end, published = self.ground.changes(), self.ground.published()
        self.world.check()
        self.world.deliver()
        self.world.check()
        return Clean(watch.calls, reply, end, published, self.ground.changes())

    def places(self, fault: Fault) -> Iterator[int]:
        """Every call that can fail so."""
        return (place for place, operation in enumerate(self.clean.calls) if fault.applies(operation))

    def strike(self, fault: Fault, place: int) -> None:
        """Let one call fail so, and look at what is there; then send it again, and look again."""
        self.ground.back()
        with injected(fault, place) as watch:
            reply = self._try()
        assert watch.struck, f"call {place} was not reached"
        self._all_or_nothing(reply)
        self.world.clock.move(fault.shift)
        self._converged(self._until_answered(reply))

    def _try(self) -> Reply | None:
        """The answer; None when the process died over it."""
        try:
            return self.world.send(self.request)
        except Died:
            self.world.restart()
            return None

    def _all_or_nothing(self, reply: Reply | None) -> None:
        assert reply is None or reply.status < 300 or reply.status in PASSING, f"{reply.status} {reply.text}"
        there = self.ground.changes()
        self.ground.whole(there)
        answered, in_steps = reply is not None and reply.status < 300, self.request.route in IN_STEPS
        if answered or (there and not in_steps):
            assert there == self.clean.end, difference(self.clean.end, there)

    def _until_answered(self, reply: Reply | None) -> Reply:
        tries = 0
        while reply is None or (reply.status in PASSING and tries < TRIES):
            reply, tries = self._try(), tries + 1
        return reply

    def _converged(self, reply: Reply) -> None:
        """As without the fault. Who sends no key may be told that it was done, or does it twice, as by two requests."""
        there = self.ground.changes()
        self.ground.whole(there)
        if self.key is None and self.request.endpoint.permission is not None:
            assert reply.status < 300 or 400 <= reply.status < 500, f"{reply.status} {reply.text}"
            assert there in (self.clean.end, self.twice), difference(self.clean.end, there)
            return
        assert reply.status == self.clean.reply.status, f"{reply.status} {reply.text}"
        assert said(reply) == said(self.clean.reply)
        assert there == self.clean.end, difference(self.clean.end, there)
        assert self.ground.published() == self.clean.published

    @property
    def twice(self) -> state.Changes:
        """What two requests lead to, when nothing fails."""
        if self._again is None:
            there, self._again = self.world.cloud.snapshot(), state.Changes()
            with contextlib.suppress(Died):
                self.ground.back()
                self.world.send(self.request)
                self.world.send(self.request)
                self._again = self.ground.changes()
            self.world.cloud.restore(there)
        return self._again

    def with_lagging_indexes(self) -> None:
        """The same while every index shows what it held before."""
        self.ground.back()
        self.world.cloud.index_lags = True
        assert self.world.send(self.request).status == self.clean.reply.status
        there = self.ground.changes()
        assert there == self.clean.end, difference(self.clean.end, there)
        self.world.cloud.index_lags = False

    def delivered(self) -> None:
        """What is under way now is worked off, with the same end."""
        self.world.deliver()
        there = self.ground.changes()
        assert there == self.clean.delivered, difference(self.clean.delivered, there)


def _an_hour_later(world: World) -> None:
    """A clock that is behind is still after everything that is there."""
    world.pass_time(timedelta(hours=1))


def said(reply: Reply) -> Any:
    """An answer without what differs from run to run: ids, times, signatures."""
    is_json = "json" in reply.headers.get("Content-Type", "")
    return shape(reply.json if is_json and reply.text else reply.text)


def shape(value: Any) -> Any:
    """Values with ids and times left out, and the signature of a form, which holds times in another notation."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items() if name not in SIGNED}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return sorted(state.labelled([str(value)], frozenset())) if isinstance(value, str) else value


def writing() -> list[str]:
    """Every route that writes."""
    return sorted(route for route, endpoint in ENDPOINTS.items() if endpoint.writes)


def reading() -> list[str]:
    """Every other."""
    return sorted(route for route, endpoint in ENDPOINTS.items() if not endpoint.writes)


def look(world: World, request: Request, fault: Fault, place: int) -> Reply:
    """Let one call of a reading request fail so; its answer."""
    world.reset()
    world.restart()
    with injected(fault, place) as watch:
        reply = world.send(request)
    assert watch.struck, f"call {place} was not reached"
    return reply


def looks(world: World, request: Request) -> list[str]:
    """The calls of a reading request."""
    world.reset()
    world.restart()
    with injected() as watch:
        assert world.send(request).status < 300
    return watch.calls
