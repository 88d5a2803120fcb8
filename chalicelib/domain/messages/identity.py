"""Ids of messages that answer an event: the same event makes the same id, so a redelivery meets what it made before."""

import hashlib

from chalicelib.domain import ids, instants

CHANCE_BYTES = ids.RANDOM_BITS // 8


def answering(prefix: str, cause: str, recipient_id: str, at: str) -> str:
    """The id of the one message with which `cause` (an event's id, a provider's) reaches a recipient; `at` is its own.

    Raises:
        ValueError: `at` is no instant.
    """
    digest = hashlib.sha256(f"{cause}\n{recipient_id}".encode()).digest()[:CHANCE_BYTES]
    own = ids.time_ordered(instants.parse_instant(at), int.from_bytes(digest))
    return f"{prefix}_{own}{recipient_id.partition('_')[2]}"
