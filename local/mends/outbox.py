"""What left through a provider, in the order it left: mails, texts and push notifications, each with all it held."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

Sent = dict[str, Any]
sent: list[Sent] = []


def add(channel: str, provider_id: str, message_id: str | None, to: str, **held: Any) -> None:
    """Notes one message that a provider accepted; `held` is what else is known of it."""
    at = datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    empty = {"from": "", "subject": "", "headers": {}, "text": "", "html": ""}
    sent.append({"id": provider_id, "message_id": message_id, "channel": channel, "to": to, "at": at, **empty, **held})
