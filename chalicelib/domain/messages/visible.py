"""What people see of messages, and whose they may see."""

from typing import Any

from chalicelib.domain.call import Actor
from chalicelib.domain.customers.model import Customer
from chalicelib.domain.customers.naming import display_name
from chalicelib.domain.messages.model import Message
from chalicelib.domain.permissions import MANAGEMENT

PREVIEW = 200


def sees_all(actor: Actor) -> bool:
    """Whether the person reads the messages of every customer; others read those of their own."""
    return not actor.roles.isdisjoint(MANAGEMENT)


def sees_customer(actor: Actor, customer: Customer) -> bool:
    """Whether the person reads this customer's messages: their own customers are assigned to them or to nobody."""
    return sees_all(actor) or customer.doc.get("assignee") in (None, actor.id)


def is_own(actor: Actor, message: Message) -> bool:
    """Whether a message may be read whoever its customer belongs to: one that the person wrote or got."""
    return sees_all(actor) or actor.id in (message.by.id, message.recipient_id)


def line(message: Message) -> dict[str, Any]:
    """The message in a list."""
    return {
        "id": message.id,
        "customer_id": message.customer_id,
        "staff_id": message.recipient_id if message.to_staff else None,
        "channel": message.channel,
        "direction": message.direction,
        "template": message.template,
        "purpose": message.purpose,
        "status": message.status,
        "reason": message.reason,
        "at": message.at,
        "subject": message.content.subject,
        "body_preview": _preview(message.content.text),
        "language": message.language,
        "by": message.by.person(),
        "automatic": message.automatic,
        "send_at": message.send_at,
        "status_at": message.status_at,
        "seen": dict(message.seen or {}),
        "resend_of": message.resend_of,
        "resent_as": message.resent_as,
        "version": message.version,
    }


def listed(message: Message, customer: Customer | None) -> dict[str, Any]:
    """The message in the log of all messages."""
    named = {"id": customer.id, "name": display_name(customer.doc)} if customer else None
    return {**line(message), "customer": named}


def shown(message: Message) -> dict[str, Any]:
    """The message, whole."""
    return {
        **line(message),
        "address": message.address,
        "text": message.content.text,
        "html": message.content.html,
    }


def _preview(text: str) -> str:
    return text if len(text) <= PREVIEW else f"{text[: PREVIEW - 1]}…"
