"""The sender function: messages of the sending queue in, those to be delivered again out.

What the queue delivers again does no harm: a message that was claimed is never claimed twice. A message that does
not fit into the turn, or whose time has not come, is put into the queue anew with a delay: one that is only given
back counts as failed, and after five times it would be a dead letter.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain import ids
from chalicelib.domain.messages.model import recipient_of
from chalicelib.domain.messages.sending import send_one
from chalicelib.domain.messages.turns import Turn
from chalicelib.handlers.log import defect_facts, logger
from chalicelib.repos.queues import MOST_DELAY
from chalicelib.wiring import sender as wiring

Clock = Callable[[], datetime]
NEXT_TURN = 2  # seconds: another turn is under way by then


class Context(Protocol):
    """What Lambda tells a function about its turn."""

    def get_remaining_time_in_millis(self) -> int:
        """How long the turn lasts."""


def now() -> datetime:
    """The clock of the edge."""
    return datetime.now(UTC)


def handle(event: Mapping[str, Any], context: Context, clock: Clock = now) -> dict[str, Any]:
    """Send what the queue brings, one after the other; a record that fails comes again."""
    deadline = clock() + timedelta(milliseconds=context.get_remaining_time_in_millis())
    wiring.fresh_connections()
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        try:
            _send(json.loads(record["body"]), clock, deadline)
        except Exception as defect:  # noqa: BLE001 -- the edge: one message must not take its neighbours along
            logger().error("sending failed", extra={**defect_facts(defect), "queue_message_id": record["messageId"]})
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _send(body: Mapping[str, Any], clock: Clock, deadline: datetime) -> None:
    message_id, request_id = str(body["message_id"]), str(body.get("request_id") or ids.new_id("req", clock()))
    if recipient_of(message_id) is None:
        logger().error("no id of a message", extra={"event": "message_unreadable", "request_id": request_id})
        return
    turn = send_one(wiring.sender(request_id, clock, deadline), message_id)
    _tell(message_id, request_id, turn)
    seconds = _seconds(turn, clock())
    if seconds is not None:
        wiring.queue().send(body, seconds)


def _seconds(turn: Turn, now: datetime) -> int | None:
    """In how many seconds the message is to come again; None when it is not, or when the sweep brings it back."""
    if turn.status == "no_time":
        return NEXT_TURN
    if turn.later is None:
        return None
    seconds = int((turn.later - now).total_seconds()) + 1
    return max(seconds, 0) if seconds <= MOST_DELAY else None


def _tell(message_id: str, request_id: str, turn: Turn) -> None:
    facts = {"event": "message_turn", "message_id": message_id, "request_id": request_id, "status": turn.status}
    if turn.status == "unrecorded":
        logger().error("the answer of a provider could not be recorded", extra=facts)
    elif turn.status == "unknown":
        logger().warning("it is not known whether a message left", extra=facts)
    else:
        logger().info("message", extra=facts)
