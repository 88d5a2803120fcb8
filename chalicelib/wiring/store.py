"""The table of this deployment."""

from functools import cache

from chalicelib.config import settings
from chalicelib.repos.table import Table
from chalicelib.wiring import clients


@cache
def table() -> Table:
    """The single table."""
    return Table(clients.dynamodb(), settings().table)
