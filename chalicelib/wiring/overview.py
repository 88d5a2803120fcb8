"""What the 360 view works with."""

from chalicelib.repos.overview import Overviews
from chalicelib.wiring.store import table


def overviews() -> Overviews:
    """Reads of 360 views."""
    return Overviews(table())
