"""An inquiry as counter staff see it."""

from typing import Any

from chalicelib.domain.inquiries.model import Inquiry


def shown(inquiry: Inquiry) -> dict[str, Any]:
    """The inquiry and what became of it."""
    given = inquiry.given
    return {
        "id": inquiry.id,
        "customer_id": inquiry.customer_id,
        "version": inquiry.version,
        "text": inquiry.text,
        "product_ids": list(inquiry.product_ids),
        "channel": inquiry.channel,
        "status": inquiry.status,
        "assignee": inquiry.assignee,
        "assignees": list(inquiry.assignees),
        "at": inquiry.received.at,
        "received_by": inquiry.received.person(),
        "answer": given.text if given else None,
        "answered_at": given.by.at if given else None,
        "answered_by": given.by.person() if given else None,
        "answered_by_call": given.call_id if given else None,
        "answered_by_message": given.message_id if given else None,
    }
