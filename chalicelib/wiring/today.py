"""What the screen of today works with."""

from chalicelib.repos.follow_ups import FollowUpReader
from chalicelib.repos.today import TodayReader
from chalicelib.wiring.store import table


def waiting() -> FollowUpReader:
    """Reads of what is open across customers."""
    return FollowUpReader(table())


def reader() -> TodayReader:
    """Reads of what is shown of it."""
    return TodayReader(table())
