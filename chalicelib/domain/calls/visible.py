"""A call as counter staff see it."""

from typing import Any

from chalicelib.domain.calls.model import PhoneCall


def shown(call: PhoneCall) -> dict[str, Any]:
    """The call, and who logged it."""
    return {
        "id": call.id,
        "customer_id": call.customer_id,
        "direction": call.direction,
        "duration_s": call.duration_s,
        "outcome": call.outcome,
        "at": call.at,
        "author": call.logged.person(),
        "logged_at": call.logged.at,
        "answered_inquiries": list(call.answered),
    }
