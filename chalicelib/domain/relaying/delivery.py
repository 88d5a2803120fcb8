"""Events go to their queues first, then on the bus: our own consumers do not depend on the bus."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.domain.relaying.model import NotSent, Relayed, Unreadable
from chalicelib.domain.relaying.routes import letter


class Queue(Protocol):
    """A queue of one purpose."""

    def send_many(self, bodies: Sequence[Mapping[str, Any]]) -> Mapping[int, NotSent]:
        """Send all; those that did not leave, by their place."""


class Bus(Protocol):
    """The bus for other systems."""

    def put_many(self, events: Sequence[Relayed]) -> Mapping[int, NotSent]:
        """Put all; those that did not leave, by their place."""


@dataclass(frozen=True)
class Exits:
    """Where events leave: the queues by their purpose, and the bus."""

    queues: Mapping[str, Queue]
    bus: Bus


@dataclass(frozen=True)
class Outcome:
    """What did not leave, by event id: for its queue, and for the bus alone. Everything else was delivered."""

    unqueued: dict[str, NotSent] = field(default_factory=dict)
    unpublished: dict[str, NotSent] = field(default_factory=dict)

    @property
    def kept(self) -> dict[str, NotSent]:
        """All that must be tried again."""
        return self.unqueued | self.unpublished


def deliver(exits: Exits, events: Iterable[Relayed]) -> Outcome:
    """Hand each event once to its queue and to the bus; one that failed does not keep its neighbours back."""
    distinct = {event.id: event for event in events}
    unqueued = _queue(exits, distinct)
    queued = [event for event in distinct.values() if event.id not in unqueued]
    failed = exits.bus.put_many(queued) if queued else {}
    return Outcome(unqueued, {queued[place].id: why for place, why in failed.items()})


def _queue(exits: Exits, events: Mapping[str, Relayed]) -> dict[str, NotSent]:
    unqueued: dict[str, NotSent] = {}
    letters: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for event in events.values():
        try:
            addressed = letter(event)
        except Unreadable as wrong:
            unqueued[event.id] = NotSent(str(wrong), refused=True)
            continue
        if addressed:
            letters[addressed[0]][event.id] = addressed[1]
    for queue, bodies in letters.items():
        ids = list(bodies)
        failed = exits.queues[queue].send_many(list(bodies.values()))
        unqueued |= {ids[place]: why for place, why in failed.items()}
    return unqueued
