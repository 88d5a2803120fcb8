"""When a call may have been, and how it reads on the timeline."""

from datetime import UTC, datetime

from chalicelib.domain import instants
from chalicelib.domain.errors import Invalid

NAMES = {"in": "Incoming call", "out": "Outgoing call"}
MINUTE = 60
HOUR = 60 * MINUTE
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)  # ids begin with the milliseconds since then


def call_instant(sent: str | None, now: datetime) -> datetime:
    """When the call was: as sent, or now.

    Raises:
        Invalid: in the future, or before 1970.
    """
    moment = instants.parse_instant(sent) if sent else now
    if moment > now:
        raise Invalid.field("/at", "must not be in the future")
    if moment < EARLIEST:
        raise Invalid.field("/at", "must not be before 1970")
    return moment


def summary(direction: str, duration_s: int) -> str:
    """`Outgoing call, 4 min`."""
    return f"{NAMES[direction]}, {_duration(duration_s)}" if duration_s else NAMES[direction]


def _duration(seconds: int) -> str:
    if seconds < MINUTE:
        return f"{seconds} s"
    minutes = (seconds + MINUTE // 2) // MINUTE
    if minutes < MINUTE:
        return f"{minutes} min"
    return f"{minutes // MINUTE} h {minutes % MINUTE} min" if minutes % MINUTE else f"{minutes // MINUTE} h"
