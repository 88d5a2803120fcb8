"""What the relay and the sweep of pending events have in common: pass events on, and take them out of the index."""

from collections.abc import Sequence

from chalicelib.domain.errors import Unavailable
from chalicelib.domain.relaying.delivery import Outcome, deliver
from chalicelib.domain.relaying.model import NotSent, Relayed
from chalicelib.handlers.log import logger
from chalicelib.repos.keys import Key
from chalicelib.wiring import relay

Addressed = tuple[Key, Relayed]


def pass_on(events: Sequence[Addressed]) -> Outcome:
    """Deliver events, and mark as relayed those that went everywhere.

    One that could not be marked was delivered all the same: it stays in the index, and is delivered once more.
    """
    outcome = deliver(relay.exits(), [event for _, event in events])
    for event_id, why in outcome.kept.items():
        say(event_id, why)
    for key, event in events:
        if event.id not in outcome.kept:
            _mark(key, event)
    return outcome


def say(event_id: str, why: NotSent) -> None:
    """Log that an event did not leave; one that was refused needs a person, so it raises the alarm."""
    facts = {"event": "event_not_relayed", "event_id": event_id, "reason": why.reason}
    if why.refused:
        logger().error("an event was refused", extra=facts)
    else:
        logger().warning("an event waits", extra=facts)


def _mark(key: Key, event: Relayed) -> None:
    try:
        relay.pending().relayed(key)
    except Unavailable:
        logger().warning("a relayed event stays pending", extra={"event": "event_not_marked", "event_id": event.id})
