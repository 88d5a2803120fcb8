"""What the timeline and the audit say about a message; never what it says itself."""

from collections.abc import Sequence
from typing import Any

from chalicelib.domain.messages.model import Message
from chalicelib.domain.work import Change, Event, Work

CHANNELS = {
    "email": "email",
    "sms": "SMS",
    "push": "push message",
    "letter": "letter",
    "visit": "visit",
    "social": "social media",
    "whatsapp": "WhatsApp",
}
SUMMARIES = {
    "queued": "Message queued",
    "sent": "Message sent",
    "delivered": "Message delivered",
    "bounced": "Message bounced",
    "complained": "Message marked as unwanted",
    "suppressed": "Message not sent",
    "failed": "Message could not be sent",
    "unknown": "Message may or may not have been sent",
    "logged": "Contact logged",
    "received": "Message received",
    "opened": "Message opened",
    "clicked": "Link in a message opened",
}
BY_HAND = frozenset(("logged", "received"))  # these happened when they say, and their words are read on the timeline
VISIT = "Visit"
PREVIEW = 500
OF_THE_SYSTEM = frozenset(("queued", "delivered", "opened", "clicked"))  # too many to be read on a timeline


def record(work: Work, message: Message, what: str | None = None, answered: Sequence[str] = ()) -> str:
    """Write the event and the audit entry of what happened to a message (by default: it came to its status).

    `answered` are the inquiries that it answers. Returns the event's id.
    """
    happened = what or message.status
    system = message.to_staff or happened in OF_THE_SYSTEM
    facts = _facts(message)
    more = {"answered": list(answered)} if answered else {}
    work.audit(Change(f"message.{happened}", message.recipient_id, after={**facts, **more}))
    return work.record(
        Event(
            message.recipient_id,
            f"message_{happened}",
            _summary(message, happened),
            facts,
            _words(message) if happened in BY_HAND else None,
            audience="system" if system else "staff",
            at=message.at if happened in BY_HAND else None,
        )
    )


def _summary(message: Message, happened: str) -> str:
    if message.channel == "visit":
        return VISIT
    return f"{SUMMARIES[happened]}: {CHANNELS[message.channel]}"


def _words(message: Message) -> dict[str, Any] | None:
    """What the customer wrote, or what a colleague noted: read on the timeline by those who may read the message."""
    text = message.content.text
    return {"text": text if len(text) <= PREVIEW else f"{text[: PREVIEW - 1]}…"} if text else None


def _facts(message: Message) -> dict[str, Any]:
    """Ids and plain facts: no address and no word of the message."""
    facts = {
        "customer_id": message.customer_id,
        "message_id": message.id,
        "channel": message.channel,
        "direction": message.direction if message.direction == "in" else None,
        "purpose": message.purpose,
        "template": message.template,
        "status": message.status,
        "reason": message.reason,
        "resend_of": message.resend_of,
    }
    return {name: value for name, value in facts.items() if value is not None}
