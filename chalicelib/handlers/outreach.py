"""The outreach queue: events that become messages, each one message, however often it is delivered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.domain.call import Actor, Call
from chalicelib.domain.messages import digest, planning
from chalicelib.domain.messages.model import Message
from chalicelib.domain.relaying.model import Relayed, Unreadable
from chalicelib.handlers.log import logger
from chalicelib.repos.messages import AlreadyThere
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import messages, staff
from chalicelib.wiring.store import table

OUTREACH = Actor(id="sys_outreach", name="Facet")
TEXTS = ("id", "kind", "aggregate", "at", "request_id")


def plan(event: Mapping[str, Any], now: datetime) -> str:
    """Make the message of an event; returns its status, `known` when it was made before, `gone` for nobody.

    Raises:
        Unreadable: it is no event that asks for a message.
        Busy, Unavailable: it was not planned now; the same event may be delivered again.
    """
    wanted = _read(event)
    call = Call(OUTREACH, now, wanted.request_id)
    try:
        message = commit_with_retry(table(), call, lambda work: _planned(work, wanted))
    except AlreadyThere:
        outcome = "known"
    else:
        outcome = message.status if message else "gone"
    facts = {"event": "outreach_planned", "event_id": wanted.id, "request_id": wanted.request_id, "outcome": outcome}
    logger().info("planned", extra=facts)
    return outcome


def _planned(work: Transaction, event: Relayed) -> Message | None:
    desk = messages.desk(work)
    if event.kind == "birthday_due":
        return planning.birthday(desk, event)
    if event.kind == "digest_due":
        named = event.data.get("staff_id")
        return digest.notify(desk, event, messages.digest_records(), staff.directory(named).get(str(named)))
    raise Unreadable("no event that asks for a message")


def _read(event: Mapping[str, Any]) -> Relayed:
    texts = {name: event.get(name) for name in TEXTS}
    data = event.get("data")
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(data, Mapping):
        raise Unreadable("no event")
    return Relayed(**texts, data=data)  # type: ignore[arg-type]  # each was just seen to be a text
