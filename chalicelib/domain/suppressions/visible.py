"""A suppression as counter staff see it."""

from typing import Any

from chalicelib.domain.suppressions.model import Suppression


def shown(suppression: Suppression) -> dict[str, Any]:
    """The address with who suppressed it, when and why."""
    return {
        "id": suppression.id,
        "channel": suppression.channel,
        "address": suppression.address,
        "reason": suppression.reason,
        "at": suppression.by.at,
        "by": suppression.by.person(),
        "message_id": suppression.message_id,
        "reason_text": suppression.note,
    }
