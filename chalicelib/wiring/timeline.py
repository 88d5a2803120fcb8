"""What the timeline's route works with."""

from chalicelib.repos.timeline import Timeline
from chalicelib.wiring.store import table


def timeline() -> Timeline:
    """Reads of timelines."""
    return Timeline(table())
