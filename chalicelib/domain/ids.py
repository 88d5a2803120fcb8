"""Opaque, prefixed, time-ordered ids: `cus_` and 26 characters (the ULID layout: 48 bits of time, 80 of chance)."""

import re
import secrets
from datetime import datetime

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case: sorts like the number it stands for
RANDOM_BITS = 80
LENGTH = 26
_BODY = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def encode(number: int) -> str:
    """26 base-32 digits of `number` (below 2**130), most significant first."""
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def time_ordered(now: datetime, chance: int | None = None) -> str:
    """A sortable unique string for this instant; `chance` (80 bits) makes it repeatable."""
    bits = secrets.randbits(RANDOM_BITS) if chance is None else chance
    return encode((int(now.timestamp() * 1000) << RANDOM_BITS) | bits)


def new_id(prefix: str, now: datetime) -> str:
    """A fresh id such as `cus_01k...`."""
    return f"{prefix}_{time_ordered(now)}"


def is_id(value: str, prefix: str) -> bool:
    """Whether `value` could have been made by `new_id(prefix, …)`; keeps strangers' text out of keys."""
    head, _, body = value.partition("_")
    return head == prefix and _BODY.fullmatch(body) is not None


def new_owned_id(prefix: str, owner_id: str, now: datetime) -> str:
    """A fresh id that also carries its owner's: a route that names only the record finds it in one read."""
    return f"{new_id(prefix, now)}{owner_id.partition('_')[2]}"


def owner_of(value: str, prefix: str, owner_prefix: str = "cus") -> str | None:
    """The owner's id inside an id made by `new_owned_id(prefix, …)`; None when it was not."""
    body = value.removeprefix(f"{prefix}_")
    if not is_id(value[:-LENGTH], prefix) or _BODY.fullmatch(body[LENGTH:]) is None:
        return None
    return f"{owner_prefix}_{body[LENGTH:]}"
