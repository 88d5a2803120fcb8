"""What SNS brings from the providers: what became of mails, and texts that customers write."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.call import Call
from chalicelib.domain.messages.provider_events import Word, read, take_in
from chalicelib.handlers.inbound_texts import received
from chalicelib.handlers.log import logger
from chalicelib.repos.sns_signature import Forged
from chalicelib.repos.transaction import Transaction, commit_with_retry
from chalicelib.wiring import provider_events as wiring
from chalicelib.wiring.store import table

INBOUND_TEXT = "originationNumber"  # AWS End User Messaging, two-way SMS


def settle(envelope: Mapping[str, Any], now: datetime | None = None) -> None:
    """Take in one notification of SNS. What is forged, unreadable or of no message of ours is logged and dropped.

    Raises:
        Unavailable, Busy: it is to be delivered again.
    """
    payload = _genuine(envelope)
    if payload is None:
        return
    if INBOUND_TEXT in payload:
        received(payload, envelope)
        return
    word = read(payload)
    if word is None:
        _tell("provider_event_ignored", kind=str(payload.get("eventType"))[:40])
        return
    _take_in(word, now or datetime.now(UTC))


def _genuine(envelope: Mapping[str, Any]) -> Mapping[str, Any] | None:
    try:
        wiring.signatures().require(envelope)
        payload = json.loads(envelope["Message"])
    except Forged as forged:
        logger().warning("a notification was not believed", extra={"event": "forged", "reason": str(forged)})
        return None
    except (KeyError, TypeError, ValueError, RecursionError):
        _tell("provider_event_unreadable")
        return None
    return payload if isinstance(payload, Mapping) else None


def _take_in(word: Word, now: datetime) -> None:
    call = Call(wiring.PROVIDER, now, ids.new_id("req", now))

    def command(work: Transaction) -> str:
        return take_in(wiring.desk(work), word)

    outcome = commit_with_retry(table(), call, command)
    _tell("provider_event", message_id=word.message_id, what=word.what, outcome=outcome)


def _tell(event: str, **facts: str) -> None:
    logger().info("provider event", extra={"event": event, **facts})
