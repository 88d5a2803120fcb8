"""What SES tells about a mail, in its own shape, through the SNS destinations of the configuration set.

The addresses of SES's mailbox simulator bounce and complain, also with a label after a plus sign. The notification is
in the queue before the mail is acknowledged, and visible a moment later: SES never tells before it has answered either.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ses_v2, sns, sqs

_SIMULATOR = "simulator.amazonses.com"
_LATER_SECONDS = 1.0
_DELIVERED = ("Delivery",)
_OUTCOMES = {"bounce": ("Bounce",), "complaint": ("Delivery", "Complaint")}
_MATCHING = {"Send": "SEND", "Delivery": "DELIVERY", "Bounce": "BOUNCE", "Complaint": "COMPLAINT"}


@dataclass(frozen=True)
class Mail:
    """What of a mail its events repeat."""

    provider_id: str
    source: str
    to: list[str]
    headers: list[tuple[str, str]]
    tags: dict[str, str]
    configuration_set: str


def publish(mail: Mail) -> None:
    """Tells the configuration set that the mail was sent, and what became of it for each recipient."""
    destinations = (ses_v2._config_sets.get(mail.configuration_set) or {}).get("EventDestinations") or {}
    for destination in destinations.values():
        topic = (destination.get("SnsDestination") or {}).get("TopicArn")
        if topic and destination["Enabled"]:
            for event in _events(mail):
                if _MATCHING[event["eventType"]] in destination["MatchingEventTypes"]:
                    with _later():
                        sns.publish_internal(topic, json.dumps(event), "Amazon SES Email Event Notification")


@contextmanager
def _later() -> Iterator[None]:
    """What is put into queues inside the block becomes visible later."""
    plain = sqs.queue_delay
    sqs.queue_delay = lambda queue: plain(queue) + _LATER_SECONDS
    try:
        yield
    finally:
        sqs.queue_delay = plain


def _events(mail: Mail) -> Iterator[dict[str, Any]]:
    about, now = _about(mail), _now()
    yield {"eventType": "Send", "mail": about, "send": {}}
    for recipient in mail.to:
        local, _, domain = recipient.lower().partition("@")
        outcomes = _OUTCOMES.get(local.partition("+")[0], _DELIVERED) if domain == _SIMULATOR else _DELIVERED
        for outcome in outcomes:
            yield {"eventType": outcome, "mail": about, outcome.lower(): _DETAILS[outcome](recipient, now)}


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _about(mail: Mail) -> dict[str, Any]:
    named = {name.lower(): value for name, value in mail.headers}
    return {
        "timestamp": _now(),
        "source": mail.source,
        "sourceArn": f"arn:aws:ses:{get_region()}:{get_account_id()}:identity/{mail.source}",
        "sendingAccountId": get_account_id(),
        "messageId": mail.provider_id,
        "destination": mail.to,
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in mail.headers],
        "commonHeaders": {
            "from": [named.get("from", mail.source)],
            "to": mail.to,
            "messageId": mail.provider_id,
            "subject": named.get("subject", ""),
        },
        "tags": {"ses:configuration-set": [mail.configuration_set], **{name: [v] for name, v in mail.tags.items()}},
    }


def _delivery(recipient: str, now: str) -> dict[str, Any]:
    return {
        "timestamp": now,
        "processingTimeMillis": 500,
        "recipients": [recipient],
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "local.smtp-out.amazonses.com",
    }


def _bounce(recipient: str, now: str) -> dict[str, Any]:
    failed = {
        "emailAddress": recipient,
        "action": "failed",
        "status": "5.1.1",
        "diagnosticCode": "smtp; 550 5.1.1 user unknown",
    }
    return {
        "feedbackId": str(uuid.uuid4()),
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [failed],
        "timestamp": now,
        "reportingMTA": "dsn; local.smtp-out.amazonses.com",
    }


def _complaint(recipient: str, now: str) -> dict[str, Any]:
    return {
        "feedbackId": str(uuid.uuid4()),
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": recipient}],
        "timestamp": now,
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": now,
    }


_DETAILS = {"Delivery": _delivery, "Bounce": _bounce, "Complaint": _complaint}
