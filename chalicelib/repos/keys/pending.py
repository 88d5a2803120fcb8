"""The sparse index of events that are not relayed yet."""

from chalicelib.repos.keys.base import shard_of

PENDING_INDEX = "pending"
PENDING_ASIDE = "PENDING#aside"  # events that could not be relayed ten times: out of the way of the others


def pending_partition(shard: int) -> str:
    """Events that wait to be relayed, oldest first."""
    return f"PENDING#{shard}"


def pending(event_id: str) -> tuple[str, str]:
    """Partition and sort key of an event in the `pending` index, oldest first."""
    return pending_partition(shard_of(event_id)), event_id
