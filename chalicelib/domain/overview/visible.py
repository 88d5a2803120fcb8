"""What each role sees of the 360 view."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.consents.visible import current
from chalicelib.domain.customers.visible import links, seen_by, suppressed
from chalicelib.domain.overview.contact import contact_state, days_since
from chalicelib.domain.overview.model import Sight
from chalicelib.domain.shop.model import Shop
from chalicelib.domain.timeline.model import sees_content

WORDS = ("text", "note")


def seen(roles: frozenset[str], sight: Sight, shop: Shop, now: datetime) -> dict[str, Any]:
    """The 360 view for these roles: analysts get it without contact data and without what people wrote."""
    readable = sees_content(roles)
    return {
        "customer": seen_by(roles, sight.customer, shop, now),
        "analytics": _analytics(sight, now),
        "open_inquiries": _worded(sight.inquiries, "at", readable=readable),
        "open_reminders": _worded(sight.reminders, "due_at", readable=readable),
        "timeline": list(sight.timeline),
        "consents": current(sight.consents),
        "suppressions": suppressed(sight.customer) if readable else None,
        "links": links(sight.customer) if readable else None,
    }


def _analytics(sight: Sight, now: datetime) -> dict[str, Any]:
    customer = sight.customer
    return {
        "customer_since": customer.created_at,
        **{name: customer.counts.get(name, 0) for name in ("notes", "calls", "inquiries")},
        "open_inquiries": len(sight.inquiries),
        "open_reminders": len(sight.reminders),
        "last_contact_at": customer.last_contact_at,
        "days_since_contact": days_since(customer.last_contact_at, now),
        "contact_state": contact_state(customer.last_contact_at, now),
    }


def _worded(markers: Sequence[Mapping[str, Any]], order: str, *, readable: bool) -> list[dict[str, Any]]:
    ordered = sorted(markers, key=lambda marker: (marker[order], marker["id"]))
    return [{name: value for name, value in marker.items() if readable or name not in WORDS} for marker in ordered]
