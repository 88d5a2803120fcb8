"""What SES and SNS are handed, and what their answers mean."""

from typing import Any

from chalicelib.domain.messages.model import Content
from chalicelib.domain.messages.providing import Outgoing


def outgoing(**changes: Any) -> Outgoing:
    """A mail that may leave."""
    fields: dict[str, Any] = {
        "message_id": f"msg_{'0' * 52}",
        "address": "asha@example.com",
        "content": Content("Happy birthday", "All the best.", "<p>All the best.</p>"),
        "sender": "hello@shop.example",
        "sender_name": "Chandni Jewellers",
    }
    return Outgoing(**{**fields, **changes})
