"""The worker function: what the outreach queue brings, events and what providers tell, a batch in, the failures out."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.relaying.model import Unreadable
from chalicelib.handlers import outreach, provider_events
from chalicelib.handlers.log import defect_facts, logger

Clock = Callable[[], datetime]


def now() -> datetime:
    """The clock of the edge."""
    return datetime.now(UTC)


def handle(event: Mapping[str, Any], context: Any, clock: Clock = now) -> dict[str, Any]:  # noqa: ARG001 -- Lambda's form
    """Do what each message asks; one that fails comes again alone, at last to the dead-letter queue."""
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        try:
            _do(record["body"], clock())
        except Exception as defect:  # noqa: BLE001 -- the edge: one message must not take its neighbours along
            facts = {**defect_facts(defect), "message_id": record["messageId"], "request_id": _request_of(record)}
            logger().error("a message of a queue failed", extra=facts)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _do(text: str, moment: datetime) -> None:
    body = json.loads(text)
    if not isinstance(body, dict):
        raise Unreadable("no message of ours")
    if body.get("purpose") == "outreach" and isinstance(body.get("event"), dict):
        outreach.plan(body["event"], moment)
    elif body.get("Type") == "Notification":
        provider_events.settle(body, moment)
    else:
        raise Unreadable("no message of ours")


def _request_of(record: Mapping[str, Any]) -> str | None:
    """The request that led to the message, for the log."""
    try:
        found = json.loads(record["body"])["event"]["request_id"]
    except (ValueError, KeyError, TypeError, RecursionError):  # too deep for the parser
        return None
    return found if isinstance(found, str) else None
