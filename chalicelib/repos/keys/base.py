"""What every key is made of: partition key and sort key, and how a partition is spread."""

import hashlib
from typing import NamedTuple

PROFILE = "PROFILE"
EVENT = "EVENT#"
SYSTEM_EVENT = "SYSTEM#"
AUDIT = "AUDIT#"
CLAIM = "CLAIM"
MESSAGE = "MESSAGE#"
NO_LOCATION = "-"
COUNTERS = "COUNTERS"
CUSTOMER_COUNTERS = "customers#"
SHARDS = 4
COUNTER_SHARDS = 8
PHONE_TAIL = 4
LAST = "~"  # sorts behind every id and instant


class Key(NamedTuple):
    """Partition key and sort key."""

    pk: str
    sk: str


def shard_of(text: str, shards: int = SHARDS) -> int:
    """A stable number below `shards`."""
    return hashlib.sha256(text.encode()).digest()[0] % shards
