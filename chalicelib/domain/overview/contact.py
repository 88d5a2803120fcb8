"""How long ago a customer was in touch (D4: the clock of contact, not of purchases)."""

from datetime import datetime, timedelta
from typing import Literal

from chalicelib.domain import instants

ContactState = Literal["recent", "quiet", "inactive"]
RECENT = timedelta(days=30)
QUIET = timedelta(days=90)


def contact_state(last_contact_at: str | None, now: datetime) -> ContactState:
    """Recent up to 30 days, quiet up to 90, then inactive; who never was in touch is inactive too."""
    if last_contact_at is None:
        return "inactive"
    since = now - instants.parse_instant(last_contact_at)
    if since <= RECENT:
        return "recent"
    return "quiet" if since <= QUIET else "inactive"


def days_since(last_contact_at: str | None, now: datetime) -> int | None:
    """Whole days since the last contact; None without one."""
    return None if last_contact_at is None else max(0, (now - instants.parse_instant(last_contact_at)).days)
