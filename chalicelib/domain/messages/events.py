"""What the timeline and the audit say about a message; never what it says itself."""

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
OF_THE_SYSTEM = frozenset(("queued", "delivered", "opened", "clicked"))  # too many to be read on a timeline


def record(work: Work, message: Message, what: str | None = None) -> str:
    """Write the event and the audit entry of what happened to a message (by default: it came to its status).

    Returns the event's id.
    """
    happened = what or message.status
    system = message.to_staff or happened in OF_THE_SYSTEM
    summary = f"{SUMMARIES[happened]}: {CHANNELS[message.channel]}"
    work.audit(Change(f"message.{happened}", message.recipient_id, after=_facts(message)))
    return work.record(
        Event(
            message.recipient_id,
            f"message_{happened}",
            summary,
            _facts(message),
            audience="system" if system else "staff",
        )
    )


def _facts(message: Message) -> dict[str, Any]:
    """Ids and plain facts: no address and no word of the message."""
    facts = {
        "customer_id": message.customer_id,
        "message_id": message.id,
        "channel": message.channel,
        "purpose": message.purpose,
        "template": message.template,
        "status": message.status,
        "reason": message.reason,
        "resend_of": message.resend_of,
    }
    return {name: value for name, value in facts.items() if value is not None}
