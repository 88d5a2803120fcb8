"""The list of the days that were sealed; the seals themselves are in the audit bucket."""

from chalicelib.repos.keys.base import Key

SEALS = "SEALS"


def seal(day: str) -> Key:
    """What is known of the seal of a UTC day (`2026-11-22`)."""
    return Key(SEALS, day)
